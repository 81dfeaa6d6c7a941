import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { authorise } from "#src/access/authorise.ts";
import { recognise } from "#src/access/recognise.ts";
import { lastDays, rangeProblem } from "#src/activity/filter.ts";
import { readActivity } from "#src/activity/read-activity.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { day, pass, refusalOf, seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
let auditor: Agent;
beforeEach(async () => {
  under = await openDesk();
  auditor = await under.agent("U0ACCOUNT");
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, auditor.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

const line = seededLine("recentPerpetual");
const question = {
  ...lastDays(new Date("2026-11-23T09:00:00Z"), "UTC"),
  slackUserId: null,
  customerId: null,
  kind: null,
};
const ask = (by: Agent = auditor, change: Partial<Parameters<typeof readActivity>[2]["question"]> = {}) =>
  readActivity(under.desk, by, { question: { ...question, ...change }, turn: null });
const reveal = (by: Agent) =>
  revealKey(under.desk, by, {
    ...line,
    formToken: randomUUID(),
    choice: { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" },
    reason: "Ticket 4711",
  });
const acts = () =>
  under.desk.db.selectFrom("activity").select(["act", "outcome", "details"]).orderBy("sequence").execute();

describe("A1 who reads", () => {
  test.each(["U0AGENT", "U0SALES", "U0HELPDESK", "U0STRANGER", "U0GUEST"] as const)(
    "A1 %s does not, and that they asked is recorded",
    async (slackUserId) => {
      const refusal = await refusalOf(ask(await under.agent(slackUserId)));
      expect(["not_allowed", "not_linked", "not_member"]).toContain(refusal.code);
      expect(await acts()).toMatchObject([{ act: "activity.asked", outcome: "refused" }]);
    },
  );

  test.each(["U0GLOBAL", "U0ACCOUNT"] as const)(
    "A1 %s does, and that they read is recorded with what they asked",
    async (id) => {
      await ask(await under.agent(id), { kind: "keys" });
      expect(await acts()).toMatchObject([
        { act: "activity.read", outcome: "done", details: { kind: "keys", from: "2026-11-17" } },
      ]);
    },
  );

  test("A1 a role that was taken away between two pages ends the reading", async () => {
    const page = await ask();
    expect(page.older).toBe(false);
    await under.desk.db.updateTable("partner_users").set({ roles: [] }).execute();
    const place = { at: new Date(), source: "desk", number: "1" } as const;
    const turned = readActivity(under.desk, auditor, { question, turn: { direction: "older", place } });
    expect((await refusalOf(turned)).code).toBe("not_linked");
  });
});

describe("A2 the range", () => {
  const now = new Date("2026-11-23T03:00:00Z");

  test("A2 the last seven days are those of the reader's clock", () => {
    expect(lastDays(now, "UTC")).toEqual({ from: "2026-11-17", to: "2026-11-23" });
    expect(lastDays(now, "America/New_York")).toEqual({ from: "2026-11-16", to: "2026-11-22" });
  });

  test.each([
    [
      { from: null, to: "2026-11-20" },
      { field: "from", problem: "missing" },
    ],
    [
      { from: "2026-11-20", to: null },
      { field: "to", problem: "missing" },
    ],
    [
      { from: "2026-02-30", to: "2026-11-20" },
      { field: "from", problem: "missing" },
    ],
    [
      { from: "2026-11-24", to: "2026-11-25" },
      { field: "from", problem: "future" },
    ],
    [
      { from: "2026-11-20", to: "2026-11-24" },
      { field: "to", problem: "future" },
    ],
    [
      { from: "2026-11-20", to: "2026-11-19" },
      { field: "to", problem: "order" },
    ],
    [{ from: "2026-11-23", to: "2026-11-23" }, null],
  ])("A2 %j: %j", (range, problem) => {
    expect(rangeProblem(range, now, "UTC")).toEqual(problem);
  });

  test("A2 a wrong range is refused below the form as well", async () => {
    const refusal = await refusalOf(ask(auditor, { from: "2026-11-23", to: "2026-11-22" }));
    expect(refusal).toMatchObject({ code: "invalid_input", values: { field: "to", problem: "order" } });
  });

  test("A2 both days are whole where the reader is", async () => {
    await reveal(await under.agent());
    under.chat.changeProfile("U0ACCOUNT", { timeZone: "Pacific/Kiritimati" });
    await pass(under, day);
    const there = await under.agent("U0ACCOUNT");
    // 2026-11-23 09:00 UTC is 23:00 of that day there.
    const on = async (one: string) => (await ask(there, { from: one, to: one, kind: "keys" })).entries.length;
    expect(await on("2026-11-23")).toBeGreaterThan(0);
    expect(await on("2026-11-22")).toBe(0);
  });
});

describe("A3 what is read", () => {
  test("A3 who saw a key, for whom, why, in which role; and the same in Microsoft's record", async () => {
    await reveal(await under.agent());
    await ask();
    await runDue(under.desk);
    const { entries, mirror } = await ask(auditor, { kind: "keys" });
    expect(mirror).toMatchObject({ readAt: under.clock.now(), failure: null });
    const shown = entries.find(({ act }) => act === "key_request.shown");
    expect(shown).toMatchObject({
      source: "desk",
      slack_user_id: "U0AGENT",
      roles: ["admin_agent"],
      customer_name: "Contoso",
      order_id: line.orderId,
      outside: false,
    });
    expect(entries.find(({ act }) => act === "key_request.requested")?.details).toMatchObject({
      reason: "Ticket 4711",
    });
    expect(entries.find(({ act }) => act === "get_software_key")).toMatchObject({
      source: "partner_center",
      slack_user_id: "U0AGENT",
      user_principal_name: "admin.agent@partner.example",
      order_id: line.orderId,
      outside: false,
    });
    for (const key of under.simulator.keys().values()) expect(JSON.stringify(entries)).not.toContain(key);
  });

  test("A3 a refusal that no request came of has the customer's name, where the workspace knows it", async () => {
    const asked = async (workspaceId: string) => {
      const sales = await recognise(under.desk, { workspaceId, slackUserId: "U0SALES" });
      await refusalOf(authorise(under.desk, sales, "keys", { customerId: line.customerId }));
      const reader = await recognise(under.desk, { workspaceId, slackUserId: "U0ACCOUNT" });
      const { entries } = await ask(reader, { slackUserId: "U0SALES" });
      return entries[0];
    };
    await reveal(await under.agent());
    expect(await asked(auditor.workspaceId)).toMatchObject({
      act: "keys.asked",
      customer_name: "Contoso",
    });
    expect(await asked("T0OTHER")).toMatchObject({
      customer_id: line.customerId,
      customer_name: null,
    });
  });

  test("A3 by person and customer, in both sources", async () => {
    await reveal(await under.agent());
    await reveal(await under.agent("U0AGENT2"));
    await ask();
    await runDue(under.desk);
    const { entries } = await ask(auditor, { slackUserId: "U0AGENT2" });
    expect(new Set(entries.map((entry) => entry.slack_user_id))).toEqual(new Set(["U0AGENT2"]));
    expect(new Set(entries.map(({ source }) => source))).toEqual(new Set(["desk", "partner_center"]));
    expect((await ask(auditor, { customerId: randomUUID() })).entries).toEqual([]);
    const nobody = await ask(auditor, { slackUserId: "U0STRANGER" });
    expect(nobody.entries).toEqual([]);
  });

  test("A3 accesses outside Slack have a kind of their own", async () => {
    await reveal(await under.agent());
    under.simulator.recordAccess({
      userPrincipalName: "admin.agent.2@partner.example",
      what: "link",
      customerId: line.customerId,
      orderId: line.orderId,
    });
    await ask();
    await runDue(under.desk);
    const { entries } = await ask(auditor, { kind: "outside" });
    expect(entries).toMatchObject([{ act: "get_software_download_link", outside: true }]);
    expect((await ask(auditor, { kind: "outside", slackUserId: "U0AGENT" })).entries).toEqual([]);
  });

  test("A3 that Microsoft's records can't be read is said, and since when", async () => {
    await ask();
    await runDue(under.desk);
    under.simulator.addFault({
      path: "/v1/auditrecords",
      fault: "answer",
      answer: { status: 403, code: 900150, description: "The role may not." },
    });
    await pass(under, day);
    await ask();
    await runDue(under.desk);
    const { mirror } = await ask();
    expect(mirror).toMatchObject({ failure: { status: 403, code: 900150 } });
    expect(mirror?.readAt?.getTime()).toBeLessThan(under.clock.now().getTime());
  });

  test("A3 of another workspace nothing is shown, not even by the name of its people", async () => {
    await reveal(await under.agent());
    const elsewhere = await recognise(under.desk, { workspaceId: "T0OTHER", slackUserId: "U0ACCOUNT" });
    const { entries } = await ask(elsewhere);
    expect(entries).toEqual([]);
    const named = await ask(elsewhere, { slackUserId: "U0AGENT" });
    expect(named.entries).toEqual([]);
    const own = await ask(elsewhere);
    expect(new Set(own.entries.map((entry) => entry.act))).toEqual(new Set(["activity.read"]));
  });
});

describe("A3 changes of roles", () => {
  const changed = () =>
    under.desk.db
      .selectFrom("activity")
      .select(["workspace_id", "person_id", "roles", "details"])
      .where("act", "=", "role.changed")
      .orderBy("workspace_id")
      .execute();

  test("A3 are recorded for everybody concerned, in each workspace where they were met, and once", async () => {
    const agent = await under.agent();
    const twin = await recognise(under.desk, { workspaceId: "T0OTHER", slackUserId: "U0AGENT" });
    expect(await changed()).toEqual([]);
    const { listRoleMembers } = under.desk.partnerCenter;
    // From now on Partner Center lists this person nowhere.
    under.desk.partnerCenter.listRoleMembers = async (input, call) =>
      (await listRoleMembers(input, call)).filter((one) => one.userPrincipalName !== agent.email);
    await pass(under, day);
    await under.agent("U0ACCOUNT");
    await pass(under, day);
    await under.agent("U0ACCOUNT");
    const gone = { roles: [], details: { before: ["admin_agent"], after: [] } };
    expect(await changed()).toEqual([
      { workspace_id: "T0OTHER", person_id: twin.personId, ...gone },
      { workspace_id: "T0TEST", person_id: agent.personId, ...gone },
    ]);
    under.desk.partnerCenter.listRoleMembers = listRoleMembers;
    await pass(under, day);
    await under.agent("U0ACCOUNT");
    expect((await changed()).map(({ details }) => details.after)).toEqual([
      [],
      ["admin_agent"],
      [],
      ["admin_agent"],
    ]);
  });
});
