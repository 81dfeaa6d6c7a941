import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FULFILMENT_TOKEN } from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { Secret } from "#src/config/secret.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { createHttpFulfilment } from "#src/fulfilment/http-adapter.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import { FulfilmentFailure, type HandOver, type SoftwarePackage } from "#src/fulfilment/port.ts";
import { createPortalFulfilment } from "#src/fulfilment/portal-adapter.ts";
import { type RevealInput, revealKey } from "#src/fulfilment/reveal.ts";
import { revokeHandOvers } from "#src/fulfilment/revoke.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import {
  activityOf,
  customerId,
  day,
  minute,
  pass,
  readRow,
  refusalOf,
  seededLine,
} from "../requests/acts.ts";
import { as } from "../sandbox/partner-center/simulator.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

const line = seededLine("recentPerpetual");
const choice: SoftwarePackage = {
  version: "SQL Server 2022",
  language: "en-US",
  fileType: "ISO (Windows, 64-bit)",
};
const ask = ({ by, desk, ...change }: Partial<RevealInput> & { by?: Agent; desk?: Desk } = {}) =>
  revealKey(desk ?? under.desk, by ?? agent, {
    ...line,
    formToken: randomUUID(),
    choice,
    reason: "A new server for the branch office",
    ...change,
  });
const requests = () => under.desk.db.selectFrom("key_requests").selectAll().orderBy("created_at").execute();
const links = () => under.desk.db.selectFrom("links").selectAll().orderBy("issued_at").execute();
const actsOf = async (id: string) => (await activityOf(under.desk, id)).map(({ act }) => act);
const asked = () => under.simulator.requests().filter((one) => one.path.startsWith("/_sim/v1/"));

function secretsOf(handOver: HandOver) {
  if (handOver.kind !== "secrets") throw new Error(`no secrets but ${handOver.kind}`);
  return {
    ...handOver,
    key: handOver.key?.reveal() ?? "",
    link: handOver.downloadLink?.reveal() ?? "",
  };
}

describe("K1 only an admin agent", () => {
  test.each(["U0SALES", "U0HELPDESK", "U0GLOBAL", "U0ACCOUNT", "U0STRANGER", "U0GUEST"] as const)(
    "K1 %s gets neither choices nor a key, and that they asked is recorded",
    async (slackUserId) => {
      const by = await under.agent(slackUserId);
      await refusalOf(listPackages(under.desk, by, line));
      await refusalOf(ask({ by }));
      expect(asked()).toEqual([]);
      expect(await requests()).toEqual([]);
      const recorded = await under.desk.db
        .selectFrom("activity")
        .select(["act", "outcome", "customer_id"])
        .where("person_id", "=", by.personId)
        .execute();
      const refusal = { act: "keys.asked", outcome: "refused", customer_id: line.customerId };
      expect(recorded).toEqual([refusal, refusal]);
    },
  );
});

describe("K3 version, language and file type", () => {
  test("K3 the choices are the packages that exist for the line", async () => {
    const { line: described, packages } = await listPackages(under.desk, agent, line);
    expect(described.title).toContain("SQL Server 2022 Standard");
    expect(packages).toHaveLength(20);
    expect(packages).toContainEqual(choice);
    expect(packages).not.toContainEqual({
      ...choice,
      version: "SQL Server 2017",
      fileType: "TAR (Linux, 64-bit)",
    });
  });

  test.each([
    ["language", { ...choice, language: "xx-XX" }],
    ["version", { ...choice, version: "Windows Server 2025" }],
    [
      "file type for this version",
      { ...choice, version: "SQL Server 2017", fileType: "TAR (Linux, 64-bit)" },
    ],
    ["file type", { ...choice, fileType: "" }],
  ])("K3 a %s that does not exist is refused, recorded, and nothing is issued", async (_what, wrong) => {
    expect(await refusalOf(ask({ choice: wrong }))).toMatchObject({ code: "package_not_found" });
    expect(asked().filter((one) => one.method === "POST")).toEqual([]);
    const [row] = await requests();
    expect(row).toMatchObject({ status: "refused", due_at: null, failure: { kind: "package_not_found" } });
    expect(await actsOf(row?.id ?? "")).toEqual(["key_request.requested", "key_request.refused"]);
  });

  test("K3 another customer's order, or a line that is not there, is not found", async () => {
    for (const wrong of [
      { ...line, customerId: customerId("Fabrikam, Inc.") },
      { ...line, lineItemNumber: 9 },
      { ...line, orderId: "no-such-order" },
    ]) {
      expect(await refusalOf(ask(wrong))).toMatchObject({ code: "order_not_found" });
    }
    expect(await requests()).toEqual([]);
  });
});

describe("K4 K5 key and link", () => {
  test("K4 gives the key and a link that downloads, recorded before and after", async () => {
    const { keyRequestId, handOver } = await ask();
    const { key, link, linkExpiresAt, downloadsAllowed } = secretsOf(handOver);
    expect(key).toBe(under.simulator.keys().get(`${line.orderId}:0`));
    expect((await fetch(link)).status).toBe(200);
    expect(linkExpiresAt).toEqual(new Date(under.clock.now().getTime() + 14 * day));
    expect(downloadsAllowed).toBe(50);
    expect(await readRow(under.desk, "key_request", keyRequestId)).toMatchObject({
      status: "shown",
      person_id: agent.personId,
      link_expires_at: linkExpiresAt,
      downloads_allowed: 50,
      software_version: choice.version,
      software_language: choice.language,
      file_type: choice.fileType,
    });
    expect(await actsOf(keyRequestId)).toEqual(["key_request.requested", "key_request.shown"]);
    await runDue(under.desk);
    expect(under.chat.posted.map(({ message }) => message.text)).toEqual([
      expect.stringContaining(`${keyRequestId} shown`),
    ]);
  });

  test("K5 a link dies after two weeks; asking again gives another two weeks, under another id", async () => {
    const first = await ask();
    under.clock.advance(14 * day);
    agent = await under.agent();
    expect((await fetch(secretsOf(first.handOver).link)).status).toBe(410);
    const second = await ask();
    expect(second.keyRequestId).not.toBe(first.keyRequestId);
    const renewed = secretsOf(second.handOver);
    expect((await fetch(renewed.link)).status).toBe(200);
    expect(renewed.linkExpiresAt).toEqual(new Date(under.clock.now().getTime() + 14 * day));
    expect(renewed.key).toBe(secretsOf(first.handOver).key);
  });

  test("K5 a link dies after 50 downloads; asking again gives another 50", async () => {
    const { link } = secretsOf((await ask()).handOver);
    for (let downloads = 0; downloads < 50; downloads += 1) expect((await fetch(link)).status).toBe(200);
    expect((await fetch(link)).status).toBe(410);
    expect((await fetch(secretsOf((await ask()).handOver).link)).status).toBe(200);
  });

  test("K4 by the portal there is nothing secret: the page and the exact choice, recorded", async () => {
    const desk = {
      ...under.desk,
      fulfilment: createPortalFulfilment({ portalUrl: "https://portal.example" }),
    };
    expect((await listPackages(desk, agent, line)).packages).toBeNull();
    const { keyRequestId, handOver } = await ask({ desk });
    expect(handOver).toMatchObject({ kind: "portal", url: expect.stringContaining(line.customerId) });
    expect(await readRow(desk, "key_request", keyRequestId)).toMatchObject({
      status: "sent_to_portal",
      link_expires_at: null,
    });
    expect(await actsOf(keyRequestId)).toEqual(["key_request.requested", "key_request.sent_to_portal"]);
  });
});

describe("invariant 6: recorded before it appears", () => {
  test("invariant 6: the intent is committed before the service is asked for anything", async () => {
    const seen: string[][] = [];
    const look = async () => {
      const rows = await requests();
      seen.push(await Promise.all(rows.map(async (row) => `${row.status} ${await actsOf(row.id)}`)));
    };
    const { fulfilment } = under.desk;
    await ask({
      desk: {
        ...under.desk,
        fulfilment: {
          ...fulfilment,
          listPackages: async (...input) => look().then(() => fulfilment.listPackages(...input)),
          handOver: async (...input) => look().then(() => fulfilment.handOver(...input)),
        },
      },
    });
    expect(seen).toEqual([["requested key_request.requested"], ["requested key_request.requested"]]);
  });

  test.each([
    ["503", "fulfilment_unavailable"],
    ["reset-after-commit", "fulfilment_unavailable"],
    ["invalid-json", "fulfilment_unavailable"],
    ["429", "fulfilment_unavailable"],
    ["answer", "fulfilment_refused"],
  ] as const)(
    "invariant 6: a service that fails (%s) leaves the intent and nothing shown",
    async (fault, code) => {
      under.simulator.addFault({ path: "/keys$", method: "POST", fault });
      expect(await refusalOf(ask())).toMatchObject({ code });
      const [row] = await requests();
      expect(await actsOf(row?.id ?? "")).toEqual(["key_request.requested", "key_request.refused"]);
      expect(row).toMatchObject({ status: "refused", link_expires_at: null });
    },
  );

  test("invariant 6: a service that hangs leaves the intent and nothing shown", async () => {
    const fulfilment = createHttpFulfilment({
      baseUrl: `${under.simulator.url}/_sim`,
      token: new Secret(FULFILMENT_TOKEN),
      timeoutMs: 250,
      clock: under.clock,
    });
    under.simulator.addFault({ path: "/downloads$", method: "POST", fault: "hang" });
    expect(await refusalOf(ask({ desk: { ...under.desk, fulfilment } }))).toMatchObject({
      code: "fulfilment_unavailable",
    });
    const [row] = await requests();
    expect(await actsOf(row?.id ?? "")).toEqual(["key_request.requested", "key_request.refused"]);
  });

  test("invariant 6: a purchase that was cancelled there is revoked here", async () => {
    under.simulator.addFault({
      path: "/keys$",
      method: "POST",
      fault: "answer",
      answer: { status: 410, code: 0, description: "The purchase was cancelled." },
    });
    expect(await refusalOf(ask())).toMatchObject({ code: "key_revoked" });
  });

  /** The answer comes after more than the time in which it is waited for. */
  async function answeredTooLate(): Promise<{ outcome: PromiseSettledResult<unknown>; acts: string[] }> {
    const { fulfilment } = under.desk;
    const desk: Desk = {
      ...under.desk,
      fulfilment: {
        ...fulfilment,
        handOver: async (...input) => {
          const secrets = await fulfilment.handOver(...input);
          under.clock.advance(3 * minute);
          await ringOverdue(under.desk);
          return secrets;
        },
      },
    };
    const [outcome] = await Promise.allSettled([ask({ desk })]);
    const [row] = await requests();
    return { outcome, acts: await actsOf(row?.id ?? "") };
  }

  test("invariant 6: an answer that comes after the request was closed is not shown", async () => {
    const { outcome, acts } = await answeredTooLate();
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "request_moved_on" } });
    expect(acts).toEqual(["key_request.requested", "key_request.interrupted"]);
  });

  test("invariant 6: what can't be recorded is not shown", async () => {
    await sql
      .raw(`create function no_shown() returns trigger language plpgsql as
        $$ begin if new.act = 'key_request.shown' then raise exception 'no activity row'; end if; return new; end $$;
        create trigger no_shown before insert on activity for each row execute function no_shown();`)
      .execute(under.desk.db);
    await expect(ask()).rejects.toThrow("no activity row");
    expect(await requests()).toMatchObject([{ status: "requested" }]);
    await sql`drop trigger no_shown on activity`.execute(under.desk.db);
    await expect(ask()).resolves.toMatchObject({ handOver: { kind: "secrets" } });
  });

  test("invariant 3: a hand-over that broke off is closed after its time as perhaps seen, and its agent is told", async () => {
    const breaking: Desk = {
      ...under.desk,
      fulfilment: {
        ...under.desk.fulfilment,
        handOver: async () => Promise.reject(new Error("the power went")),
      },
    };
    await expect(ask({ desk: breaking })).rejects.toThrow("the power went");
    const id = (await requests())[0]?.id ?? "";
    await pass(under, 2 * minute - 1);
    expect(await readRow(under.desk, "key_request", id)).toMatchObject({ status: "requested" });
    await pass(under, 1);
    expect(await readRow(under.desk, "key_request", id)).toMatchObject({
      status: "interrupted",
      due_at: null,
    });
    const last = await under.desk.db
      .selectFrom("activity")
      .select(["act", "outcome", "details"])
      .where("request_id", "=", id)
      .orderBy("sequence", "desc")
      .executeTakeFirst();
    expect(last).toEqual({
      act: "key_request.interrupted",
      outcome: "failed",
      details: { from: "requested", assumeSeen: true },
    });
    expect(under.chat.posted.map(({ message }) => message.text)).toEqual([
      expect.stringContaining("interrupted"),
    ]);
  });
});

describe("K4 one form", () => {
  const downloads = () => asked().filter((one) => one.path.endsWith("/downloads"));
  const issued = async () => {
    const { body } = await (await as(under.simulator, "global.admin"))("GET", "/v1/auditrecords");
    return body.items.filter(
      (record: { operationType: string }) => record.operationType === "get_software_download_link",
    ).length;
  };

  test("K4 K5 the same form delivered again is answered with the same, burns no second link and counts once", async () => {
    const formToken = randomUUID();
    const first = await ask({ formToken });
    under.clock.advance(5 * minute);
    agent = await under.agent();
    const again = await ask({ formToken });
    expect(again.keyRequestId).toBe(first.keyRequestId);
    expect(secretsOf(again.handOver)).toEqual(secretsOf(first.handOver));
    expect(again.link).toEqual(first.link);
    expect(await requests()).toHaveLength(1);
    expect(await links()).toHaveLength(1);
    expect(await issued()).toBe(1);
    // Each showing is in the activity.
    expect(await actsOf(first.keyRequestId)).toEqual([
      "key_request.requested",
      "key_request.shown",
      "key_request.shown_again",
    ]);
  });

  test("K4 K5 the same form five times at once is one request, one link, and the same for each", async () => {
    const formToken = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => ask({ formToken })));
    const given = new Set(outcomes.map(({ handOver }) => secretsOf(handOver).link));
    expect(given.size).toBe(1);
    expect(await requests()).toMatchObject([{ status: "shown" }]);
    expect(await links()).toHaveLength(1);
    expect(await issued()).toBe(1);
    expect(new Set(downloads().map(({ requestId }) => requestId)).size).toBe(1);
    const acts = await actsOf(outcomes[0]?.keyRequestId ?? "");
    expect(acts.filter((act) => act === "key_request.shown")).toHaveLength(1);
    expect(acts.filter((act) => act === "key_request.shown_again")).toHaveLength(4);
  });

  test("K4 K5 without the same id at the service, a form delivered twice would burn a second link", async () => {
    const { fulfilment } = under.desk;
    const careless: Desk = {
      ...under.desk,
      fulfilment: {
        ...fulfilment,
        handOver: (asked, wanted, call) =>
          fulfilment.handOver(asked, wanted, { ...call, requestId: randomUUID() }),
      },
    };
    const formToken = randomUUID();
    await ask({ formToken, desk: careless });
    await ask({ formToken, desk: careless });
    expect(await issued()).toBe(2);
  });

  test("K4 a form is not answered again by other content, another person, after ten minutes, or once it was refused", async () => {
    const formToken = randomUUID();
    await ask({ formToken });
    const moved = { code: "request_moved_on" };
    expect(await refusalOf(ask({ formToken, choice: { ...choice, language: "es-ES" } }))).toMatchObject(
      moved,
    );
    expect(await refusalOf(ask({ formToken, by: await under.agent("U0AGENT2") }))).toMatchObject(moved);
    under.clock.advance(10 * minute + 1);
    agent = await under.agent();
    expect(await refusalOf(ask({ formToken }))).toMatchObject(moved);
    const other = randomUUID();
    const wrong = { ...choice, language: "xx" };
    await refusalOf(ask({ formToken: other, choice: wrong }));
    expect(await refusalOf(ask({ formToken: other, choice: wrong }))).toMatchObject(moved);
    expect(await issued()).toBe(1);
  });

  test("C10 a form that is delivered again after the revocation shows nothing", async () => {
    const formToken = randomUUID();
    await ask({ formToken });
    await transact(under.desk.db, (trx) =>
      revokeHandOvers(trx, under.desk, {
        customer_id: line.customerId,
        order_id: line.orderId,
        line_item_number: line.lineItemNumber,
      }),
    );
    expect(await refusalOf(ask({ formToken }))).toMatchObject({ code: "key_revoked" });
  });

  test("K4 a hand-over stays what it became", async () => {
    const { keyRequestId } = await ask();
    const back = sql`update key_requests set status = 'requested', due_at = now() where id = ${keyRequestId}`;
    await expect(back.execute(under.desk.db)).rejects.toThrow("is shown and stays so");
  });
});

describe("A3 why, and how often", () => {
  test.each(["", "  ", "ab", " ab ", "x".repeat(301)])(
    "A3 a reason is required: %j is none",
    async (reason) => {
      expect(await refusalOf(ask({ reason }))).toMatchObject({
        code: "invalid_input",
        values: { field: "reason" },
      });
      expect(await requests()).toEqual([]);
      expect(asked()).toEqual([]);
    },
  );

  test("A3 the reason is in the request and in the activity before anything is fetched", async () => {
    await ask({ reason: "  The branch office <!channel> needs it \u0000 " });
    const [row] = await requests();
    expect(row?.reason).toBe("The branch office <!channel> needs it");
    const recorded = await under.desk.db
      .selectFrom("activity")
      .select("details")
      .where("act", "=", "key_request.requested")
      .executeTakeFirstOrThrow();
    expect(recorded.details).toMatchObject({ reason: row?.reason, orderId: line.orderId });
  });

  const limited = (revealsPerHour: number): Desk => ({ ...under.desk, limits: { revealsPerHour } });
  const refusals = () =>
    under.desk.db
      .selectFrom("activity")
      .select(["act", "outcome", "details"])
      .where("act", "=", "keys.asked")
      .where("outcome", "=", "refused")
      .execute();

  test("K4 a person has so many reveals an hour; the refusal says when the next is free, and is recorded", async () => {
    const desk = limited(2);
    await ask({ desk });
    const first = under.clock.now();
    under.clock.advance(10 * minute);
    agent = await under.agent();
    await ask({ desk });
    const retryAt = new Date(first.getTime() + 60 * minute).toISOString();
    expect(await refusalOf(ask({ desk, reason: "One more" }))).toMatchObject({
      code: "reveal_limit",
      values: { limit: 2, retryAt },
    });
    expect(await requests()).toHaveLength(2);
    expect(await refusals()).toMatchObject([
      { details: { code: "reveal_limit", orderId: line.orderId, reason: "One more", retryAt } },
    ]);
    // Another person has an hour of their own.
    await ask({ desk, by: await under.agent("U0AGENT2") });
    under.clock.advance(50 * minute);
    agent = await under.agent();
    await ask({ desk });
    expect(await refusalOf(ask({ desk }))).toMatchObject({ code: "reveal_limit" });
  });

  test("K4 ten clicks at once are no more than the limit: two can't both be the last", async () => {
    const desk = limited(3);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => ask({ desk })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await requests()).toHaveLength(3);
    expect(await refusals()).toHaveLength(7);
  });

  test("K4 the same form again, what was refused, and the way to the portal do not count", async () => {
    const desk = limited(1);
    const portal = createPortalFulfilment({ portalUrl: "https://portal.example" });
    await ask({ desk: { ...desk, fulfilment: portal } });
    await refusalOf(ask({ desk, choice: { ...choice, language: "xx" } }));
    const formToken = randomUUID();
    await ask({ desk, formToken });
    await expect(ask({ desk, formToken })).resolves.toMatchObject({ source: "service" });
    expect(await refusalOf(ask({ desk }))).toMatchObject({ code: "reveal_limit" });
  });

  test("C11 K1 a refusal for a cancelled line or a wrong customer is recorded, with the reason", async () => {
    const wrong = { ...line, customerId: customerId("Fabrikam, Inc."), reason: "Mistaken customer" };
    expect(await refusalOf(ask(wrong))).toMatchObject({ code: "order_not_found" });
    const agentOf = await as(under.simulator, "admin.agent");
    const body = { id: line.orderId, status: "cancelled" };
    await agentOf("PATCH", `/v1/customers/${line.customerId}/orders/${line.orderId}`, { body });
    expect(await refusalOf(ask({ reason: "Cancelled one" }))).toMatchObject({ code: "key_revoked" });
    expect(await refusals()).toMatchObject([
      { details: { code: "order_not_found", reason: "Mistaken customer" } },
      { details: { code: "key_revoked", reason: "Cancelled one" } },
    ]);
    expect(asked()).toEqual([]);
  });

  test("A3 the service's record names the agent, not the app", async () => {
    await ask({ by: await under.agent("U0AGENT2") });
    const { body } = await (await as(under.simulator, "global.admin"))("GET", "/v1/auditrecords");
    const names = body.items
      .filter((record: { resourceType: string }) => record.resourceType.startsWith("software_"))
      .map((record: { userPrincipalName: string }) => record.userPrincipalName);
    expect(names).toEqual(["admin.agent.2@partner.example", "admin.agent.2@partner.example"]);
  });
});

describe("invariant 6: the canary", () => {
  /** Every way in which a secret could have been written down. */
  function spellings(secret: string): string[] {
    const bytes = Buffer.from(secret);
    // Inside other text, base64 has three alignments; the middle of each is the same wherever it stands.
    const aligned = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift, "x"), bytes])
        .toString("base64")
        .slice(4, -4),
    );
    return [
      secret,
      secret.toLowerCase(),
      secret.replaceAll("-", ""),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      bytes.toString("hex"),
      bytes.toString("base64url").replace(/.$/, ""),
      ...aligned,
      ...aligned.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    ];
  }

  async function everything(): Promise<string> {
    const { rows: tables } = await sql<{ name: string }>`
      select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`.execute(
      under.desk.db,
    );
    expect(tables.map(({ name }) => name)).toContain("public.key_requests");
    const dumps = await Promise.all(
      tables.map(async ({ name }) => {
        const { rows } = await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} t`.execute(
          under.desk.db,
        );
        return rows.map(({ text }) => text).join("\n");
      }),
    );
    return [...dumps, ...under.logged, JSON.stringify(under.chat.posted)].join("\n");
  }

  const found = (text: string, secrets: string[]) =>
    secrets
      .flatMap(spellings)
      .filter((spelling) => text.includes(spelling) || text.toLowerCase().includes(spelling));

  test("invariant 6: neither key nor link is anywhere in the database, the log or a message", async () => {
    const first = secretsOf((await ask()).handOver);
    const other = secretsOf((await ask({ by: await under.agent("U0AGENT2") })).handOver);
    under.simulator.addFault({ path: "/downloads$", method: "POST", fault: "503", times: 1 });
    await refusalOf(ask());
    const failing: Desk = {
      ...under.desk,
      fulfilment: {
        ...under.desk.fulfilment,
        handOver: async () => {
          throw new FulfilmentFailure({
            kind: "refused",
            status: 400,
            description: "No.",
            operation: "getKey",
            requestId: "r",
          });
        },
      },
    };
    await refusalOf(ask({ desk: failing }));
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute);
    const secrets = [first.key, first.link, other.link, new URL(first.link).pathname.split("/").at(-1) ?? ""];
    expect(secrets.every((secret) => secret.length > 20)).toBe(true);
    expect(found(await everything(), secrets)).toEqual([]);
  });

  test.each([
    ["as it is", (secret: string) => secret],
    ["in base64", (secret: string) => Buffer.from(`key=${secret}`).toString("base64")],
    ["URL-encoded", (secret: string) => encodeURIComponent(secret)],
    ["in hexadecimal", (secret: string) => Buffer.from(secret).toString("hex")],
  ])("invariant 6: the canary sees a secret that was written down %s", async (_how, write) => {
    const { keyRequestId, handOver } = await ask();
    const { link } = secretsOf(handOver);
    await sql`update key_requests set failure = ${JSON.stringify({ description: write(link) })} where id = ${keyRequestId}`.execute(
      under.desk.db,
    );
    expect(found(await everything(), [link])).not.toEqual([]);
  });
});
