import { describe, expect, test } from "vitest";
import { validate } from "#sandbox/slack/validate.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import type { Modal } from "#src/slack/blocks/modal.ts";
import { restoreForm } from "#src/slack/form.ts";
import { actions } from "#src/slack/ids.ts";
import { createTexts, type Texts } from "#src/slack/locales/texts.ts";
import { encodeState } from "#src/slack/state.ts";
import {
  closeForm,
  filedForm,
  filedView,
  noteForm,
  supportForm,
  supportRequestedView,
} from "#src/slack/support/form.ts";
import { detailsView, handedBackView, listView, unknownWordView } from "#src/slack/support/list.ts";
import { supportRequestMessage } from "#src/slack/support/message.ts";
import { supportRequestStatuses } from "#src/support-requests/statuses.ts";
import { at, customerId, requestColumns } from "./rows.ts";
import { brokenLimits, readable } from "./slack-limits.ts";
import { languages, names, returned } from "./worst.ts";

type SupportRequest = RequestRows["support_request"];

const nasty = "Fourth Coffee <!channel> & *Söhne* <@U0AGENT>";
const portalUrl = "https://portal.example/dashboard";
const en = createTexts("en-US", "UTC");

const ticket: NonNullable<SupportRequest["ticket"]> = {
  trouble: null,
  otherTitle: null,
  confirmed: false,
  notes: ["one", "two", `three ${nasty}${"z".repeat(500)}`].map((text) => ({
    text,
    by: nasty,
    at: at.toISOString(),
  })),
  noteCount: 7,
  newNotes: 2,
  changedAt: at.toISOString(),
  endedAt: null,
};

const files: SupportRequest["files"] = (
  [
    ["kept", null],
    ["wanted", null],
    ["destroyed", null],
    ["refused", "too_large"],
    ["refused", "wrong_type"],
  ] as const
).map(([state, problem], index) => ({
  fileId: `F${index}`,
  name: index === 1 ? null : `${nasty}.pdf`,
  size: 1_000,
  permalink: index === 0 ? "https://example.slack.com/files/F0/a|b.pdf" : null,
  state,
  problem,
  secretId: state === "kept" ? "sec_1" : null,
}));

function row(changes: Partial<SupportRequest>): SupportRequest {
  return {
    ...requestColumns("sup_0123456789ABCDEF", nasty),
    status: "to_file",
    form_token: "f",
    problem_type: "CSP purchase or refund on behalf of customers",
    impact: "moderate",
    title: `Refund ${nasty}`,
    tenant: `${customerId} (fourthcoffee.onmicrosoft.com)`,
    order_or_subscription_id: "ORDER-1",
    reason: `Bought by mistake \`\`\` <!channel> ${"y".repeat(1_900)}`,
    amount_requested: "300.00 EUR",
    contact_name: "Admin agent",
    contact_email: "admin.agent@partner.example",
    contact_phone: "+34 910 000 000",
    language: "en",
    desk: "portal",
    ticket_number: null,
    ms_request_id: null,
    perhaps_sent: false,
    sent_at: null,
    filed_at: null,
    order_known: true,
    files: [],
    ticket: null,
    last_update: null,
    closed_at: null,
    ...changes,
  };
}

const filed = (changes: Partial<SupportRequest> = {}) =>
  row({ status: "filed", filed_at: at, ticket_number: "123456789012345", ...changes });
const drawn = (request: SupportRequest, texts: Texts = en) =>
  supportRequestMessage(texts, request, portalUrl);
const textOf = (request: SupportRequest) => readable(drawn(request).blocks);

describe("S4 S5 what is to be copied", () => {
  test("S2-S5 each field of Microsoft's form stands for itself, in its order, untouched by markup", () => {
    const request = row({});
    const copied = drawn(request)
      .blocks.filter(({ type }) => type === "rich_text")
      .map((block) => readable(block));
    expect(copied).toEqual([
      request.problem_type,
      "Moderate",
      request.title,
      [
        `Customer tenant GUID or domain: ${request.tenant}`,
        "Order ID or subscription ID: ORDER-1",
        `Reason for the refund: ${request.reason}`,
        "Amount requested: 300.00 EUR",
        `Our reference: ${request.id}`,
      ].join("\n"),
      request.tenant,
      "ORDER-1",
      request.reason,
      "300.00 EUR",
      request.id,
      "Admin agent",
      "admin.agent@partner.example",
      "+34 910 000 000",
    ]);
    expect(JSON.stringify(drawn(request).blocks)).toContain(`${portalUrl}/v2/support/servicerequests/create`);
  });

  test("S4 an older request's amount stands as it was typed", () => {
    expect(textOf(filed({ amount_requested: "about 300" }))).toContain("about 300");
    expect(textOf(filed()).replaceAll("\u00a0", " ")).toContain("EUR 300.00");
  });

  test("S4 says whether the order is the customer's", () => {
    expect(textOf(filed())).toContain("the customer’s");
    expect(textOf(filed({ order_known: false }))).toContain("not found at the customer");
    expect(textOf(filed({ order_known: null }))).not.toMatch(/customer’s|not found/);
  });
});

describe("S7 the ticket", () => {
  test("S7 a filed request shows its number and leads to the ticket", () => {
    expect(textOf(filed())).toContain("123456789012345");
    expect(JSON.stringify(drawn(filed()).blocks)).toContain("/activity?tid=123456789012345");
  });

  test("S7 the last notes are cut and escaped, and new ones counted", () => {
    const text = textOf(filed({ ticket }));
    expect(text).toContain("*7 notes on the ticket*, 2 new from Microsoft");
    expect(text).not.toContain("<!channel>");
    expect(text).not.toContain("z".repeat(301));
  });

  test("S7 what is wrong with a ticket is said, and that nobody follows it any more", () => {
    const shown = (change: Partial<typeof ticket>) => textOf(filed({ ticket: { ...ticket, ...change } }));
    expect(shown({ trouble: "not_found" })).toContain("There is no ticket 123456789012345");
    expect(shown({ trouble: "other", otherTitle: nasty })).toContain("&lt;!channel&gt;");
    expect(shown({ endedAt: at.toISOString() })).toContain("I no longer follow this ticket");
  });

  test("S7 that Microsoft waits is the first thing said, in capitals, and the answer is one click away", () => {
    const message = drawn(filed({ status: "attention_needed", ticket }));
    expect(readable(message.blocks[1])).toMatch(/^:rotating_light: \*MICROSOFT WAITS FOR YOU/);
    expect(message.text).toContain("MICROSOFT WAITS FOR YOU");
    const buttons = message.blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));
    expect(buttons).toContainEqual(
      expect.objectContaining({ action_id: actions.supportNote, style: "primary" }),
    );
  });

  test("S7 a note that was not taken stands there to be copied", () => {
    const last = {
      updateId: "upd_1",
      kind: "note" as const,
      status: "refused" as const,
      text: "It is <G1>.",
    };
    const text = textOf(filed({ last_update: last }));
    expect(text).toContain("*Your note was not taken.*");
    expect(text).toContain("It is <G1>.");
    expect(textOf(filed({ last_update: { ...last, status: "sending" } }))).toContain("on its way");
    expect(textOf(filed({ last_update: { ...last, status: "sent" } }))).not.toContain("Your note");
  });

  test("S7 the number can be corrected where a person gave it, and nowhere else", () => {
    const has = (request: SupportRequest) =>
      JSON.stringify(drawn(request).blocks).includes(actions.supportFiled);
    expect(has(filed())).toBe(true);
    expect(has(row({ status: "needs_person" }))).toBe(true);
    expect(has(filed({ desk: "api" }))).toBe(false);
    expect(has(filed({ status: "closed", closed_at: at }))).toBe(false);
  });
});

test("S6 each file says what became of it, and leads to the original", () => {
  const text = textOf(filed({ files }));
  expect(text).toContain("<https://example.slack.com/files/F0/a%7Cb.pdf|Fourth Coffee &lt;!channel&gt;");
  for (const said of ["F1: being fetched", "larger than 10 MB", "its content is not what its name says"])
    expect(text).toContain(said);
});

test("S6 a form that comes back names the files that it can't be given back, and only then", () => {
  const form = supportForm(en, supportFormOf("x"));
  const view = returned(form);
  view.state.values["support.files.v1"] = {
    "support.files.v1": { files: [{ id: "F1", name: `${nasty}.pdf`, size: 1 }] },
  } as never;
  const shown = (away: boolean) => readable(restoreForm(view, { banner: "Why", away }).blocks);
  expect(shown(true)).toContain(":paperclip: Fourth Coffee &lt;!channel&gt;");
  expect(shown(false)).not.toContain(":paperclip:");
});

test("S1 the state of forms and buttons of before they had files, reasons and amounts is still read", () => {
  const old = { v: 1, customerId, orderId: "ORDER-1" };
  expect(encodeState("support", old)).toBe(JSON.stringify(old));
});

function supportFormOf(name: string) {
  return {
    formToken: "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55",
    customer: { value: customerId, text: name },
    tenant: name,
    title: name,
    orderOrSubscriptionId: name,
    reason: name,
    amount: name,
    contactName: name,
    contactEmail: name,
    contactPhone: name,
  };
}

/** Every status with this name wherever a person or another service may put one. */
function requests(name: string): SupportRequest[] {
  return supportRequestStatuses.map((status) =>
    row({
      status,
      customer_name: name,
      title: name.slice(0, 255),
      tenant: name.slice(0, 300),
      order_or_subscription_id: name.slice(0, 100),
      reason: name.slice(0, 2_000),
      amount_requested: name.slice(0, 50),
      contact_name: name.slice(0, 100),
      contact_phone: name.slice(0, 40),
      ticket_number: name.slice(0, 40),
      filed_at: at,
      closed_at: at,
      order_known: false,
      files: Array.from({ length: 5 }, (_, index) => ({
        fileId: `F${index}`,
        name: name.slice(0, 255),
        size: 10_000_000,
        permalink: index % 2 === 0 ? `https://example.slack.com/${"f".repeat(470)}` : null,
        state: index < 2 ? ("kept" as const) : ("refused" as const),
        problem: index < 2 ? null : ("wrong_type" as const),
        secretId: null,
      })),
      ticket:
        status === "to_file"
          ? null
          : {
              ...ticket,
              trouble: "other",
              otherTitle: name,
              notes: ticket.notes.map(() => ({ text: name.slice(0, 500), by: name.slice(0, 100), at: null })),
              noteCount: 1_000,
              newNotes: 1_000,
            },
      last_update:
        status === "to_file"
          ? null
          : { updateId: "upd_1", kind: "note", status: "refused", text: name.slice(0, 2_000) },
    }),
  );
}

function views(texts: Texts, name: string): Modal[] {
  const update = { formToken: supportFormOf(name).formToken, supportRequestId: "sup_0123456789ABCDEF" };
  const cases = requests(name);
  const kept = cases[0]?.files ?? [];
  return [
    supportForm(texts, supportFormOf(name)),
    supportForm(texts, { ...supportFormOf(""), customer: null, tenant: null }),
    supportRequestedView(texts, "sup_0123456789ABCDEF"),
    filedForm(texts, "sup_0123456789ABCDEF", null),
    filedForm(texts, "sup_0123456789ABCDEF", "616122292874576"),
    filedView(texts),
    noteForm(texts, update),
    closeForm(texts, update, { number: name, title: name }),
    unknownWordView(texts, name, null),
    unknownWordView(texts, name, name),
    listView(texts, { requests: [], page: 0, more: false }),
    listView(texts, { requests: cases, page: 1, more: true }),
    handedBackView(texts, { there: kept, sent: kept, lost: kept }),
    handedBackView(texts, { there: [], sent: [], lost: [] }),
    ...cases.map((one) => detailsView(texts, one, portalUrl)),
  ];
}

describe.each(languages)("in %s Slack takes", (_language, texts) => {
  test.each(names)("S1-S7 every modal with names that are %s", (_kind, name) => {
    for (const view of views(texts, name)) {
      expect(validate("modal", view)).toEqual([]);
      const again = restoreForm(returned(view), { banner: texts.markup("loading"), away: true });
      expect(validate("modal", again)).toEqual([]);
    }
  });

  test.each(names)("S1-S7 every message with names that are %s", (_kind, name) => {
    for (const request of requests(name)) {
      const message = drawn(request, texts);
      expect([request.status, validate("message", message), brokenLimits(message.blocks)]).toEqual([
        request.status,
        [],
        [],
      ]);
      expect(message.text.length).toBeLessThanOrEqual(4_000);
    }
  });
});

test("S7 what is said differs between the languages in every status", () => {
  const es = createTexts("es-ES", "UTC");
  for (const request of requests("x")) expect(drawn(request, es).text).not.toBe(drawn(request, en).text);
});
