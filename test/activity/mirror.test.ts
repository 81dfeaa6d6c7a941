import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { readEntries } from "#src/activity/entries.ts";
import { mirrorAuditRecords, sliceOf } from "#src/activity/mirror.ts";
import { recordActivity } from "#src/activity/record.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { createPortalFulfilment } from "#src/fulfilment/portal-adapter.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { type AuditRecord, type PartnerCenter, PartnerCenterFailure } from "#src/partner-center/port.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { day, minute, seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
let auditor: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
  auditor = await under.agent("U0ACCOUNT");
  await begin(agent.workspaceId, daysAgo(60));
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

/** The first activity of a workspace. */
const begin = (workspaceId: string, at: Date) =>
  transact(under.desk.db, (trx) =>
    recordActivity(trx, {
      workspaceId,
      at,
      actor: null,
      act: "role.changed",
      outcome: "done",
      request: null,
      customerId: null,
      details: {},
      correlationId: null,
    }),
  );

const line = seededLine("recentPerpetual");
const choice = { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" };
const access = (
  what: "key" | "link" | "page",
  change: { orderId?: string; userPrincipalName?: string } = {},
) =>
  under.simulator.recordAccess({
    userPrincipalName: "admin.agent@partner.example",
    customerId: line.customerId,
    ...(what === "page" ? {} : { orderId: line.orderId }),
    what,
    ...change,
  });
const askHere = (desk: Desk = under.desk, by: Agent = agent) =>
  revealKey(desk, by, { ...line, formToken: randomUUID(), choice, reason: "A new server" });
const mirror = (desk: Desk = under.desk, subjectId = agent.workspaceId) =>
  mirrorAuditRecords(desk, { subjectId });
const records = () =>
  under.desk.db.selectFrom("audit_records").selectAll().orderBy("at").orderBy("number").execute();
const findings = () => under.desk.db.selectFrom("audit_findings").selectAll().execute();
const alerts = () => under.desk.db.selectFrom("activity_alerts").selectAll().execute();
const cursor = () => under.desk.db.selectFrom("audit_mirrors").selectAll().executeTakeFirstOrThrow();

/** A Partner Center of which only the log is asked; it has these records, oldest first, `size` a page. */
function logOf(all: AuditRecord[], size: number, hurt: (asked: number) => void = () => {}) {
  const asked: { from: string; to: string; continuation: string | null }[] = [];
  const partnerCenter = {
    async listAuditRecords(input) {
      asked.push(input);
      hurt(asked.length);
      const start = Number(input.continuation ?? 0);
      const within = all.filter(({ at }) => at.slice(0, 10) >= input.from && at.slice(0, 10) <= input.to);
      const next = start + size;
      return {
        records: within.slice(start, next),
        continuation: next < within.length ? String(next) : null,
      };
    },
  } satisfies Pick<PartnerCenter, "listAuditRecords"> as unknown as PartnerCenter;
  return { asked, desk: { ...under.desk, partnerCenter } };
}

function record(at: Date, change: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: randomUUID(),
    at: at.toISOString(),
    operationType: "create_order",
    resourceType: "order",
    status: "succeeded",
    userPrincipalName: "admin.agent@partner.example",
    applicationId: null,
    customerId: line.customerId,
    customerName: "Contoso",
    orderId: line.orderId,
    productId: null,
    correlationId: null,
    ...change,
  };
}

const daysAgo = (days: number) => new Date(under.clock.now().getTime() - days * day);

function failure(change: Partial<ConstructorParameters<typeof PartnerCenterFailure>[0]> = {}) {
  return new PartnerCenterFailure({
    kind: "retry_same_id",
    status: 0,
    code: 0,
    description: "no answer",
    operation: "listAuditRecords",
    requestId: randomUUID(),
    correlationId: randomUUID(),
    ...change,
  });
}

describe("A3 Microsoft's records are copied", () => {
  test("A3 with person, customer and order, and nothing of what a record holds besides", async () => {
    await askHere();
    const shown = [...under.simulator.keys().values()];
    expect(shown).not.toEqual([]);
    await mirror();
    const copied = await records();
    expect(copied.map((one) => [one.operation_type, one.kind])).toEqual([
      ["get_software_key", "keys"],
      ["get_software_download_link", "keys"],
    ]);
    expect(copied[0]).toMatchObject({
      user_principal_name: "admin.agent@partner.example",
      customer_id: line.customerId,
      customer_name: "Contoso",
      order_id: line.orderId,
      status: "succeeded",
    });
    for (const key of shown) expect(JSON.stringify(copied)).not.toContain(key);
  });

  test("A3 the first run takes 90 days in questions of at most 30, a second run copies nothing twice", async () => {
    const all = [89, 70, 60, 59, 40, 30, 29, 1, 0].map((days) => record(daysAgo(days)));
    const { asked, desk } = logOf([...all, record(daysAgo(90))], 500);
    const next = await mirror(desk);
    expect(next.toISOString()).toBe("2026-11-24T05:00:00.000Z");
    expect((await records()).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    for (const { from, to } of asked) {
      const days = (Date.parse(to) - Date.parse(from)) / day + 1;
      expect(days).toBeLessThanOrEqual(30);
    }
    expect(asked).toHaveLength(3);
    expect(asked[0]?.from).toBe("2026-08-26");
    await mirror(desk);
    // Three days again, because a record may appear late.
    expect(asked.at(-1)).toEqual({ from: "2026-11-21", to: "2026-11-23", continuation: null });
    expect(await records()).toHaveLength(all.length);
  });

  test("A3 the real client and the simulator agree on days and pages", async () => {
    under.simulator.configure({ largestPage: 2 });
    for (let index = 0; index < 7; index += 1) access("key");
    await mirror();
    expect(await records()).toHaveLength(7);
    const asked = under.simulator.requests().filter(({ path }) => path.includes("auditrecords"));
    expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 200));
  });

  test("A3 cut off in the middle it goes on at the page where it was", async () => {
    const all = Array.from({ length: 9 }, (_, index) =>
      record(new Date(daysAgo(20).getTime() + index * minute)),
    );
    const { asked, desk } = logOf(all, 2, (count) => {
      if (count === 5) throw failure();
    });
    await expect(mirror(desk)).rejects.toThrow(PartnerCenterFailure);
    // Two empty slices, then two pages of the last one.
    expect(asked).toHaveLength(5);
    expect(await records()).toHaveLength(4);
    expect(await cursor()).toMatchObject({ continuation: "4", failure: { kind: "retry_same_id" } });
    await mirror(desk);
    expect(asked[5]).toEqual({ from: "2026-10-25", to: "2026-11-23", continuation: "4" });
    expect((await records()).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(await cursor()).toMatchObject({ slice_from: null, continuation: null, failure: null });
  });

  test("A3 a place that is no longer known leads to the slice again, and to no record twice", async () => {
    const all = Array.from({ length: 4 }, (_, index) =>
      record(new Date(daysAgo(3).getTime() + index * minute)),
    );
    let broken = true;
    const { asked, desk } = logOf(all, 2, () => {
      if (broken && asked.at(-1)?.continuation === "2") {
        broken = false;
        throw failure({ kind: "refused", status: 400 });
      }
    });
    await mirror(desk);
    expect(asked.filter(({ continuation }) => continuation === null)).toHaveLength(4);
    expect(await records()).toHaveLength(4);
  });

  test("A3 a long log is read in several runs, one right after the other", async () => {
    const all = Array.from({ length: 15 }, (_, index) =>
      record(new Date(daysAgo(3).getTime() + index * minute)),
    );
    const { desk } = logOf(all, 1);
    expect(await mirror(desk)).toEqual(under.clock.now());
    expect(await records()).toHaveLength(8);
    expect((await mirror(desk)).toISOString()).toBe("2026-11-24T05:00:00.000Z");
    expect(await records()).toHaveLength(15);
  });

  test("A3 what was left lying for long is cut to what Partner Center still has", () => {
    const lying = {
      slice_from: "2026-08-01",
      slice_to: "2026-08-30",
      continuation: "token",
      complete_to: null,
      read_at: null,
    };
    expect(sliceOf(lying, under.clock.now())).toEqual({
      from: "2026-08-26",
      to: "2026-08-30",
      continuation: null,
    });
    expect(sliceOf({ ...lying, slice_to: "2026-08-20" }, under.clock.now())?.from).toBe("2026-08-26");
  });
});

describe("A3 accesses outside Slack", () => {
  test("A3 a key taken in the portal without a request here is found, and told to the readers once", async () => {
    access("key");
    await mirror();
    expect(await findings()).toHaveLength(1);
    await runDue(under.desk);
    const told = under.chat.posted.filter(({ message }) => message.text.startsWith("activity_alert"));
    expect(told.map(({ channel }) => channel)).toEqual([`D-${auditor.slackUserId}`]);
    expect((await alerts())[0]?.details).toMatchObject({
      count: 1,
      items: [{ operationType: "get_software_key", slackUserId: "U0AGENT", orderId: line.orderId }],
    });
    await mirror();
    await runDue(under.desk);
    expect(await alerts()).toHaveLength(1);
    expect(under.chat.posted).toHaveLength(1);
    const recorded = await under.desk.db
      .selectFrom("activity")
      .select(["act", "details"])
      .where("act", "=", "activity.outside_access")
      .execute();
    expect(recorded).toMatchObject([{ details: { count: 1, told: [auditor.personId] } }]);
  });

  test("A3 what was fetched by a request here is known: key and link of our own service", async () => {
    await askHere();
    await mirror();
    expect(await records()).toHaveLength(2);
    expect(await findings()).toEqual([]);
    expect(await alerts()).toEqual([]);
  });

  test("A3 what an agent takes in the portal after being sent there is known, the page too", async () => {
    const portal = {
      ...under.desk,
      fulfilment: createPortalFulfilment({ portalUrl: "https://portal.example" }),
    };
    await askHere(portal);
    under.clock.advance(12 * minute);
    access("page");
    access("key");
    access("link");
    await mirror();
    expect(await records()).toHaveLength(3);
    expect(await findings()).toEqual([]);
  });

  test.each([
    ["by somebody else", { userPrincipalName: "admin.agent.2@partner.example" }, 0],
    ["for another order", { orderId: "other" }, 0],
    ["an hour later", {}, 60],
  ])("A3 a request here does not cover an access %s", async (_what, change, minutes) => {
    await askHere();
    await mirror();
    under.clock.advance(minutes * minute);
    const other = seededLine("extendedSecurityUpdates");
    access("key", "orderId" in change ? { orderId: other.orderId } : change);
    await mirror();
    expect(await findings()).toHaveLength(1);
  });

  test("A3 a refused request covers nothing", async () => {
    const sales = await under.agent("U0SALES");
    await expect(askHere(under.desk, sales)).rejects.toThrow();
    access("key", { userPrincipalName: "sales.agent@partner.example" });
    await mirror();
    expect(await findings()).toHaveLength(1);
  });

  test("A3 many at once are one message that names the newest", async () => {
    for (let index = 0; index < 13; index += 1) access("key");
    await mirror();
    const details = (await alerts())[0]?.details;
    expect(details).toMatchObject({ count: 13 });
    expect(details?.kind === "outside_access" && details.items).toHaveLength(10);
  });

  test("A3 what came before this workspace’s first activity is shown as such, and alarms nobody", async () => {
    access("key");
    under.clock.advance(60 * minute);
    await begin("T0NEW", under.clock.now());
    access("link");
    await mirror(under.desk, "T0NEW");
    const everything = { personId: null, userPrincipalName: null, customerId: null, kind: null };
    const filter = { ...everything, from: daysAgo(1), until: new Date(under.clock.now().getTime() + day) };
    const entries = await readEntries(under.desk.db, "T0NEW", filter, { turn: null, limit: 10 });
    const records = entries.filter(({ source }) => source === "partner_center");
    expect(records.map(({ act, outside, note }) => [act, outside, note])).toEqual([
      ["get_software_download_link", true, null],
      ["get_software_key", false, "before"],
    ]);
    expect((await alerts())[0]?.details).toMatchObject({ count: 1 });
    // Where the app has been for longer, the same access is a finding.
    await mirror();
    expect(await findings()).toHaveLength(3);
  });

  test("A3 in a workspace where nothing was done yet, everything came before", async () => {
    access("key");
    await mirror(under.desk, "T0EMPTY");
    expect(await findings()).toEqual([]);
  });

  test("A3 what was done through another workspace of the partner is told so, without who it was", async () => {
    await begin("T0OTHER", daysAgo(60));
    await mirror();
    await askHere();
    await mirror(under.desk, "T0OTHER");
    expect(await findings()).toEqual([]);
    const everything = { personId: null, userPrincipalName: null, customerId: null, kind: null };
    const filter = { ...everything, from: daysAgo(1), until: new Date(under.clock.now().getTime() + day) };
    const seenIn = async (workspaceId: string) =>
      (await readEntries(under.desk.db, workspaceId, filter, { turn: null, limit: 10 }))
        .filter(({ source }) => source === "partner_center")
        .map((one) => [one.note, one.user_principal_name, one.display_name, one.outside]);
    expect(await seenIn("T0OTHER")).toEqual([
      ["elsewhere", null, null, false],
      ["elsewhere", null, null, false],
    ]);
    // In the workspace where it was done it is known as ever, by name.
    under.clock.advance(day);
    await mirror();
    expect(await findings()).toEqual([]);
    expect(new Set((await seenIn("T0TEST")).map(([note, upn]) => `${note} ${upn}`))).toEqual(
      new Set(["null admin.agent@partner.example"]),
    );
  });

  test("A3 (twin) without the other workspace’s part the same accesses are findings", async () => {
    await begin("T0OTHER", daysAgo(60));
    await askHere();
    await mirror(under.desk, "T0OTHER");
    expect(await findings()).toHaveLength(2);
  });

  test("A3 another workspace has its own copy, its own findings and its own readers", async () => {
    await begin("T0OTHER", daysAgo(60));
    access("key");
    await mirror();
    await mirror(under.desk, "T0OTHER");
    const workspaces = (await records()).map(({ workspace_id: id }) => id).sort();
    expect(workspaces).toEqual(["T0OTHER", "T0TEST"]);
    await runDue(under.desk);
    expect(under.chat.posted).toHaveLength(1);
  });
});
