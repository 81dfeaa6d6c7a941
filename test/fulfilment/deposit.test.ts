import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { readDeposit } from "#src/fulfilment/deposit.ts";
import { revokeHandOvers } from "#src/fulfilment/revoke.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { customerId, day, refusalOf } from "../requests/acts.ts";
import { byHand, choice, deposit, given, key, line, link, reveal } from "./portal.ts";

let under: DeskUnderTest;
let desk: Desk;
let agent: Agent;
let teammate: Agent;
beforeEach(async () => {
  under = await openDesk();
  desk = byHand(under.desk);
  agent = await under.agent();
  teammate = await under.agent("U0AGENT2");
});
afterEach(async () => {
  expect(await verifyChain(desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

/** An admin agent of another Slack workspace, who works for the same partner. */
const foreigner = () => recognise(desk, { workspaceId: "T0OTHER", slackUserId: "U0AGENT2" });
const secrets = () =>
  desk.db.selectFrom("secrets").selectAll().where("kind", "in", ["key", "link"]).orderBy("id").execute();
const acts = async (prefix: string) => {
  const rows = await desk.db
    .selectFrom("activity")
    .select(["act", "person_id", "details"])
    .where("act", "like", `${prefix}%`)
    .orderBy("sequence")
    .execute();
  return rows;
};
const someoneWaits = async () => {
  const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted and database =
    (select oid from pg_database where datname = current_database())`.execute(desk.db);
  return rows.length > 0;
};
const revoked = () =>
  transact(desk.db, (trx) =>
    revokeHandOvers(trx, desk, {
      customer_id: line.customerId,
      order_id: line.orderId,
      line_item_number: line.lineItemNumber,
    }),
  );

describe("K4 deposited once, served to teammates", () => {
  test("K4 until there is a deposit the agent is sent to the portal; afterwards a teammate is served from the vault", async () => {
    const first = await reveal(desk, agent);
    expect(first).toMatchObject({ source: "portal", link: null, handOver: { kind: "portal" } });
    expect(await readDeposit(desk, agent, line)).toBeNull();
    expect(await deposit(desk, agent)).toEqual({ warnings: [] });
    expect(await readDeposit(desk, teammate, line)).toEqual({
      by: "U0AGENT",
      at: under.clock.now(),
      displayKey: "PLM3Z",
      hasLink: true,
      choice,
    });
    const served = await reveal(desk, teammate);
    expect(served.source).toBe("vault");
    expect(given(served.handOver)).toEqual({ key, link });
    // Edition 2019-12: two weeks or fifty downloads, from the deposit.
    expect(served.link).toMatchObject({
      expiresAt: new Date(under.clock.now().getTime() + 14 * day),
      downloadsAllowed: 50,
      exact: false,
      dead: null,
    });
    const row = await desk.db
      .selectFrom("key_requests")
      .selectAll()
      .where("id", "=", served.keyRequestId)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status: "shown", source: "vault", link_id: served.link?.linkId });
    expect(await acts("deposit.")).toMatchObject([
      {
        act: "deposit.made",
        person_id: agent.personId,
        details: { key: true, link: true, orderId: line.orderId },
      },
    ]);
  });

  test("K4 a deposit is asked for like any key: recorded before it is opened, within the limit", async () => {
    await deposit(desk, agent);
    const narrow = { ...desk, limits: { revealsPerHour: 1 } };
    await reveal(narrow, teammate);
    expect(await refusalOf(reveal(narrow, teammate))).toMatchObject({ code: "reveal_limit" });
    expect((await acts("key_request.")).map(({ act }) => act)).toEqual([
      "key_request.requested",
      "key_request.shown",
    ]);
  });

  test("K4 with a key alone or a link alone, that is what is served", async () => {
    await deposit(desk, agent, { link: null });
    expect(await reveal(desk, teammate)).toMatchObject({ link: null, source: "vault" });
    const other = { ...line, lineItemNumber: 1 };
    await deposit(desk, agent, { ...other, key: null });
    const served = await reveal(desk, teammate, other);
    expect(given(served.handOver)).toEqual({ key: null, link });
    expect(await readDeposit(desk, agent, other)).toMatchObject({ displayKey: "", hasLink: true });
  });

  test("K3 another package than the one deposited is fetched from the portal; capitals and spaces are no other package", async () => {
    await deposit(desk, agent);
    const other = { ...choice, version: "SQL Server 2019" };
    expect(await reveal(desk, teammate, { choice: other })).toMatchObject({ source: "portal" });
    const typed = { version: " sql server  2022", language: "EN-us", fileType: "iso (windows, 64-bit)" };
    expect(await reveal(desk, teammate, { choice: typed })).toMatchObject({ source: "vault" });
  });

  test("K5 a deposited link that died is not served: the key is, and renewing leads to the portal", async () => {
    await deposit(desk, agent);
    const { link: first } = await reveal(desk, teammate);
    expect(await reveal(desk, teammate, { renews: first?.linkId ?? "" })).toMatchObject({ source: "portal" });
    under.clock.advance(14 * day);
    teammate = await under.agent("U0AGENT2");
    const later = await reveal(desk, teammate);
    expect(given(later.handOver)).toEqual({ key, link: null });
    expect(later.link).toBeNull();
    agent = await under.agent();
    const fresh = `${link}-renewed`;
    await deposit(desk, agent, { key: null, link: fresh });
    const served = await reveal(desk, teammate);
    expect(given(served.handOver)).toEqual({ key, link: fresh });
    const rows = await desk.db.selectFrom("links").selectAll().orderBy("issued_at").execute();
    expect(rows.map(({ renews }) => renews)).toEqual([null, first?.linkId]);
  });
});

describe("K4 replaced", () => {
  test("K4 a second deposit replaces the first, whose secrets are destroyed, and both persons are recorded", async () => {
    await deposit(desk, agent);
    await deposit(desk, teammate, { key: "FAKE0-DEMO0-AAAAA-BBBBB-CCCCC", link: `${link}-2` });
    const served = await reveal(desk, agent);
    expect(given(served.handOver)).toEqual({ key: "FAKE0-DEMO0-AAAAA-BBBBB-CCCCC", link: `${link}-2` });
    expect((await secrets()).map((row) => [row.kind, row.wrapped_key === null])).toEqual(
      expect.arrayContaining([
        ["key", true],
        ["link", true],
        ["key", false],
        ["link", false],
      ]),
    );
    expect(await readDeposit(desk, agent, line)).toMatchObject({ by: "U0AGENT2", displayKey: "CCCCC" });
    expect(await acts("deposit.")).toMatchObject([
      { act: "deposit.made", person_id: agent.personId },
      {
        act: "deposit.replaced",
        person_id: teammate.personId,
        details: { depositedBy: agent.personId, destroyed: 2 },
      },
      { act: "deposit.made", person_id: teammate.personId },
    ]);
  });

  test("K3 a deposit for another package replaces everything: no key is served for what it is not for", async () => {
    await deposit(desk, agent);
    const other = { ...choice, version: "SQL Server 2019" };
    await deposit(desk, agent, { choice: other, key: null });
    const served = await reveal(desk, teammate, { choice: other });
    expect(given(served.handOver)).toEqual({ key: null, link });
    expect((await secrets()).filter((row) => row.wrapped_key !== null)).toHaveLength(1);
  });

  test("K4 the same form again deposits nothing more; ten at once are one deposit", async () => {
    const formToken = randomUUID();
    await Promise.all(Array.from({ length: 10 }, () => deposit(desk, agent, { formToken })));
    await deposit(desk, agent, { formToken });
    expect(await secrets()).toHaveLength(2);
    expect(await acts("deposit.")).toHaveLength(1);
  });

  test("K4 five people at once leave one living deposit, which opens", async () => {
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        deposit(desk, agent, { key: `FAKE0-DEMO0-00000-00000-0000${index}` }),
      ),
    );
    expect((await secrets()).filter((row) => row.wrapped_key !== null)).toHaveLength(2);
    expect(given((await reveal(desk, teammate)).handOver).key).toMatch(/^FAKE0-DEMO0/);
  });
});

describe("K4 what may be deposited", () => {
  test.each([
    ["nothing", { key: null, link: null }, "key"],
    ["a key with a space inside", { key: "FAKE0 DEMO0 11111", link: null }, "key"],
    ["a key that is too short", { key: "FAKE0-DEM", link: null }, "key"],
    ["a key that is too long", { key: "F".repeat(101), link: null }, "key"],
    ["a key of two lines", { key: "FAKE0-DEMO0\nFAKE1-DEMO1", link: null }, "key"],
    ["a link without encryption", { link: "http://downloads.contoso.example/x" }, "downloadLink"],
    ["a link that is none", { link: "downloads.contoso.example" }, "downloadLink"],
    ["a script", { link: "javascript:alert(1)" }, "downloadLink"],
    ["a link that is too long", { link: `https://x.example/${"a".repeat(3_000)}` }, "downloadLink"],
  ])("K4 %s is refused beside its field, and nothing is written", async (_what, typed, field) => {
    const refusal = await refusalOf(deposit(desk, agent, typed));
    expect(refusal).toMatchObject({ code: "invalid_input", values: { field } });
    expect(refusal.message).not.toMatch(/FAKE|contoso|alert/);
    expect(await secrets()).toEqual([]);
  });

  test("K4 what is pasted with spaces around it is taken; an unusual key too, with a warning", async () => {
    expect(await deposit(desk, agent, { key: `  ${key}\n`, link: ` ${link} ` })).toEqual({ warnings: [] });
    expect(given((await reveal(desk, teammate)).handOver)).toEqual({ key, link });
    expect(await deposit(desk, agent, { key: "FAKE0DEMO0", link: null })).toEqual({
      warnings: ["unusual_key"],
    });
    expect(await readDeposit(desk, agent, line)).toMatchObject({ displayKey: "O0" });
  });

  test("K4 the very same key for another line gets a warning, for the same line and in another workspace none", async () => {
    await deposit(desk, agent);
    expect(await deposit(desk, agent)).toEqual({ warnings: [] });
    expect(await deposit(desk, agent, { lineItemNumber: 1 })).toEqual({ warnings: ["key_elsewhere"] });
    expect(await deposit(desk, await foreigner(), { lineItemNumber: 1 })).toEqual({ warnings: [] });
  });

  test("C11 nothing is deposited for a cancelled line, also where the order does not show it yet", async () => {
    const stale = await desk.partnerCenter.getOrder(line);
    await cancel();
    expect(await refusalOf(deposit(desk, agent))).toMatchObject({ code: "key_revoked" });
    const lagging = { ...desk, partnerCenter: { ...desk.partnerCenter, getOrder: async () => stale } };
    await markVisible();
    expect(await refusalOf(deposit(lagging, agent))).toMatchObject({ code: "key_revoked" });
    expect(await secrets()).toEqual([]);
  });

  async function cancel(): Promise<void> {
    const { partnerCenter } = desk;
    const order = await partnerCenter.getOrder(line);
    const offerId = order.lines[0]?.offerId ?? "";
    await partnerCenter.cancelOrderLines(
      { customerId: line.customerId, orderId: line.orderId, lines: [{ lineItemNumber: 0, offerId }] },
      { requestId: randomUUID(), correlationId: randomUUID() },
    );
  }

  async function markVisible(): Promise<void> {
    const now = under.clock.now();
    await sql`insert into cancellations (id, workspace_id, person_id, customer_id, customer_name, market, order_id, line_item_number,
        catalog_item_id, product_title, product_kind, quantity, purchased_at, method, status, ms_request_id, correlation_id,
        sent_at, accepted_at, visible_at, created_at, updated_at)
      values ('can_1', ${agent.workspaceId}, ${agent.personId}, ${line.customerId}, 'Contoso', 'US', ${line.orderId}, 0,
        'A:B:C', 'SQL', 'perpetual', 1, ${now}, 'order', 'visible', ${randomUUID()}, ${randomUUID()}, ${now}, ${now}, ${now}, ${now}, ${now})`.execute(
      desk.db,
    );
  }
});

describe("invariant 7: two workspaces, two customers", () => {
  test("invariant 7: a deposit of one workspace is not there for another", async () => {
    await deposit(desk, agent);
    const other = await foreigner();
    expect(await readDeposit(desk, other, line)).toBeNull();
    expect(await reveal(desk, other)).toMatchObject({ source: "portal" });
    await deposit(desk, other, { key: "FAKE0-OTHER-11111-22222-33333", link: null });
    expect(given((await reveal(desk, teammate)).handOver).key).toBe(key);
    expect(given((await reveal(desk, other)).handOver).key).toBe("FAKE0-OTHER-11111-22222-33333");
  });

  test("invariant 7: the right order under the wrong customer is refused, and not found deposited", async () => {
    await deposit(desk, agent);
    const wrong = { customerId: customerId("Fabrikam, Inc.") };
    expect(await refusalOf(reveal(desk, agent, wrong))).toMatchObject({ code: "order_not_found" });
    expect(await refusalOf(deposit(desk, agent, wrong))).toMatchObject({ code: "order_not_found" });
    expect(await readDeposit(desk, agent, { ...line, ...wrong })).toBeNull();
  });

  test("invariant 6: a deposit copied onto another customer or workspace by way of the database does not open", async () => {
    await deposit(desk, agent);
    const other = await foreigner();
    await sql`update deposits set workspace_id = ${other.workspaceId}, person_id = ${other.personId}`.execute(
      desk.db,
    );
    expect(await refusalOf(reveal(desk, other))).toMatchObject({ code: "vault_unavailable" });
    await sql`update secrets set workspace_id = ${other.workspaceId} where kind <> 'fingerprint_key'`.execute(
      desk.db,
    );
    expect(await refusalOf(reveal(desk, other))).toMatchObject({ code: "vault_unavailable" });
    expect(under.logged.join()).toContain("a deposited secret does not open");
  });
});

describe("C10 revoked", () => {
  test("C10 what was deposited is destroyed in every workspace, rows and records stay, and nobody is served", async () => {
    await deposit(desk, agent);
    const other = await foreigner();
    await deposit(desk, other);
    await deposit(desk, agent, { lineItemNumber: 1 });
    const shown = await reveal(desk, teammate);
    await revoked();
    const rows = await secrets();
    expect(rows.map((row) => [row.subject_id.at(-1), row.wrapped_key === null])).toEqual(
      expect.arrayContaining([
        ["0", true],
        ["1", false],
      ]),
    );
    expect(rows.filter((row) => row.wrapped_key === null)).toHaveLength(4);
    expect(await readDeposit(desk, agent, line)).toBeNull();
    expect(await readDeposit(desk, agent, { ...line, lineItemNumber: 1 })).not.toBeNull();
    const [dead] = await desk.db
      .selectFrom("links")
      .select("revoked_at")
      .where("id", "=", shown.link?.linkId ?? "")
      .execute();
    expect(dead?.revoked_at).toEqual(under.clock.now());
    expect(await acts("keys.revoked")).toMatchObject([
      { details: { secrets: 2, links: 1, requests: 0 } },
      { details: { secrets: 2, links: 1, requests: 1 } },
    ]);
  });

  test("C10 a revocation waits for a deposit that is being made, and nothing outlives it", async () => {
    const sealing = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const { vault } = desk;
    const slow: Desk = {
      ...desk,
      vault: {
        ...vault,
        newest: {
          ...vault.newest,
          wrap: async (...input) => {
            sealing.resolve();
            await goOn.promise;
            return vault.newest.wrap(...input);
          },
        },
      },
    };
    const depositing = deposit(slow, agent);
    await sealing.promise;
    let ended = false;
    const revoking = revoked().finally(() => {
      ended = true;
    });
    await expect.poll(async () => ended || (await someoneWaits())).toBe(true);
    goOn.resolve();
    await Promise.all([depositing, revoking]);
    expect(await readDeposit(desk, agent, line)).toBeNull();
    expect((await secrets()).map((row) => row.wrapped_key)).toEqual([null, null]);
  });

  test("C10 what is being opened while it is revoked is not shown", async () => {
    await deposit(desk, agent);
    const { vault } = desk;
    const slow: Desk = {
      ...desk,
      vault: {
        ...vault,
        find: (id) => {
          const wrapper = vault.find(id);
          return (
            wrapper && {
              ...wrapper,
              unwrap: async (...input) => {
                const dataKey = await wrapper.unwrap(...input);
                await revoked();
                return dataKey;
              },
            }
          );
        },
      },
    };
    expect(await refusalOf(reveal(slow, teammate))).toMatchObject({ code: "key_revoked" });
    const row = await desk.db.selectFrom("key_requests").selectAll().executeTakeFirstOrThrow();
    expect(row.status).toBe("refused");
  });
});
