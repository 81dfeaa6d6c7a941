import { describe, expect, test } from "vitest";
import { validate } from "#sandbox/slack/validate.ts";
import { roles } from "#src/access/rights.ts";
import { activityActs } from "#src/activity/acts.ts";
import type { ActivityEntryRow } from "#src/activity/entries.ts";
import { activityKinds } from "#src/activity/kinds.ts";
import type { AlertDetails } from "#src/db/rows.ts";
import { entryBlocks } from "#src/slack/activity/entry.ts";
import { activityForm, askedKinds } from "#src/slack/activity/form.ts";
import { alertMessage, exportMessage, headPost } from "#src/slack/activity/message.ts";
import { activityPage } from "#src/slack/activity/page.ts";
import { createTexts } from "#src/slack/locales/texts.ts";
import { brokenLimits, brokenModal, readable } from "./slack-limits.ts";
import { languages, names } from "./worst.ts";

const at = new Date("2026-11-23T09:00:00.123Z");
const formToken = "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55";
const question = {
  from: "2026-11-17",
  to: "2026-11-23",
  slackUserId: null,
  customerId: null,
  kind: null,
};

function entry(change: Partial<ActivityEntryRow> = {}): ActivityEntryRow {
  return {
    source: "desk",
    at,
    number: "9223372036854775807",
    kind: "keys",
    act: "key_request.shown",
    outcome: "done",
    person_id: "per_1",
    slack_user_id: "U0AGENT",
    display_name: "Agent",
    user_principal_name: "agent@partner.example",
    application_id: null,
    roles: ["admin_agent"],
    request_kind: null,
    request_id: null,
    customer_id: "c1",
    customer_name: "Contoso",
    order_id: "o1",
    product_id: null,
    details: {},
    correlation_id: null,
    hash: null,
    outside: false,
    note: null,
    ...change,
  };
}

describe.each(languages)("A3 words for everything that is recorded, in %s", (_language, texts) => {
  test("A3 each act has its own", () => {
    const wordless = activityActs.filter(
      (act) =>
        texts.plain("activity.act", { act: act.replaceAll(".", "_"), name: "wordless" }) === "wordless",
    );
    expect(wordless).toEqual([]);
    // The one that none has says its name.
    expect(texts.plain("activity.act", { act: "nothing_of_ours", name: "wordless" })).toBe("wordless");
  });

  test("A3 each kind has its own", () => {
    const said = activityKinds.map((kind) => texts.plain("activity.kind", { kind }));
    expect(new Set(said).size).toBe(activityKinds.length);
  });

  test("A3 a record from before, and one of another workspace, say so", () => {
    const said = (change: Partial<ActivityEntryRow>) =>
      JSON.stringify(entryBlocks(texts, entry({ source: "partner_center", slack_user_id: null, ...change })));
    const nobody = { display_name: null, user_principal_name: null };
    expect(said({ note: "before" })).toMatch(/before CSP Desk|antes de CSP Desk/);
    const elsewhere = said({ note: "elsewhere", ...nobody });
    expect(elsewhere).toMatch(
      /through another workspace of this partner|por otro espacio de trabajo de este partner/,
    );
    expect(elsewhere).toMatch(/Somebody in another workspace|Alguien de otro espacio de trabajo/);
    expect(said({})).not.toMatch(/workspace|espacio|before|antes/);
  });
});

const page = (entries: ActivityEntryRow[]) => ({ entries, newer: true, older: true, mirror: null });
const es = createTexts("es-ES", "Europe/Madrid");

describe("A3 at its largest, as Slack takes it", () => {
  describe.each(languages)("in %s", (_language, texts) => {
    test.each(names)("A3 a full page where everything is called %s", (_what, name) => {
      const worst = entry({
        act: `else.${name}`,
        outcome: "refused",
        slack_user_id: null,
        display_name: name,
        roles: [...roles],
        customer_name: name,
        order_id: name,
        details: { reason: name, code: name, before: roles, after: roles },
        outside: true,
      });
      const view = activityPage(
        texts,
        {
          formToken,
          question: {
            ...question,
            slackUserId: "U".repeat(100),
            customerId: "c".repeat(100),
            kind: "outside",
          },
        },
        page(Array.from({ length: 10 }, () => worst)),
      );
      expect(brokenModal(view)).toEqual([]);
      expect(validate("modal", view)).toEqual([]);
      for (const markup of ["<!channel>", "<!here>", "<@U1>", "<http"])
        expect(JSON.stringify(view.blocks)).not.toContain(markup);
    });

    test.each(names)("A3 an alert about %s", (_what, name) => {
      const item = {
        at: at.toISOString(),
        operationType: name,
        userPrincipalName: name,
        slackUserId: null,
        customerName: name,
        orderId: name,
      };
      const details: AlertDetails = {
        kind: "outside_access",
        count: 100_000,
        items: Array.from({ length: 10 }, () => item),
      };
      const drawn = alertMessage(texts, alert(details));
      expect(brokenLimits(drawn.blocks)).toEqual([]);
      expect(drawn.text.length).toBeLessThanOrEqual(4_000);
    });

    test("A2 the form", () => {
      for (const kind of [null, ...askedKinds]) {
        const view = activityForm(texts, { ...question, kind, slackUserId: "U0AGENT", customer: null });
        expect(brokenModal(view)).toEqual([]);
      }
    });
  });
});

function alert(details: AlertDetails) {
  return {
    id: "alr_1",
    workspace_id: "T1",
    kind: details.kind,
    subject: "1",
    details,
    version: 1,
    created_at: at,
    updated_at: at,
  };
}

describe("A3 in words", () => {
  test("A3 a refusal, a change of roles and an access outside Slack, in Spanish", () => {
    const view = activityPage(
      es,
      { formToken, question },
      page([
        entry({ act: "keys.asked", outcome: "refused", details: { code: "not_allowed" } }),
        entry({ act: "role.changed", details: { before: ["admin_agent"], after: [] } }),
        entry({ source: "partner_center", act: "get_software_key", outside: true, roles: null }),
        entry({ act: "else.entirely", slack_user_id: null, display_name: null, user_principal_name: null }),
      ]),
    );
    const text = readable(view.blocks);
    expect(text).toContain("*Pidió una clave* · :no_entry: denegado");
    expect(text).toContain("Denegado como `not_allowed`");
    expect(text).toContain("De Agente de administración a –");
    expect(text).toContain("*Obtuvo una clave de producto* · :rotating_light: *fuera de Slack*");
    expect(text).toContain("*else.entirely*\nCSP Desk");
  });

  test.each([
    ["missing", "Row 3 is missing"],
    ["misplaced", "Row 3 does not follow"],
    ["changed", "The content of row 3 was changed"],
    ["head", "Row 3 is not the one whose hash was published"],
  ] as const)("A3 a chain whose row is %s", (problem, said) => {
    const { text } = alertMessage(
      createTexts("en", "UTC"),
      alert({ kind: "chain_broken", sequence: "3", problem }),
    );
    expect(text).toContain(said);
  });

  test.each(["requested", "sent", "refused", "failed"] as const)("A3 an export that is %s", (status) => {
    const row = {
      id: "exp_1",
      workspace_id: "T1",
      person_id: "per_1",
      form_token: formToken,
      format: "csv" as const,
      filter: {
        from: at.toISOString(),
        until: at.toISOString(),
        personId: null,
        userPrincipalName: null,
        customerId: null,
        kind: null,
      },
      status,
      row_count: 1,
      file_id: "F1",
      version: 1,
      created_at: at,
      updated_at: at,
    };
    const said = {
      requested: "se está creando",
      sent: "1 entrada",
      refused: "ya no puede leer",
      failed: "/csp-activity",
    };
    expect(exportMessage(es, row).text.toLowerCase()).toContain(said[status]);
  });

  test("A3 a head has all that is needed to compare it", () => {
    const hash = "a".repeat(64);
    const row = {
      id: "chd_1",
      workspace_id: "T1",
      day: "2026-11-23",
      sequence: "12",
      hash,
      at,
      channel: "C1",
      posting_since: null,
      ts: null,
      created_at: at,
    };
    const text = readable(headPost(createTexts("en", "UTC"), row).blocks);
    for (const part of ["T1", "12 entries", "2026-11-23T09:00:00.123Z", `--head 12:${hash}`])
      expect(text).toContain(part);
  });
});
