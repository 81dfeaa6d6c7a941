import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { authorise } from "#src/access/authorise.ts";
import { recognise } from "#src/access/recognise.ts";
import { refreshRoles } from "#src/access/refresh-roles.ts";
import { acts } from "#src/access/rights.ts";
import type { Desk } from "#src/desk/context.ts";
import { ChatFailure } from "#src/messages/port.ts";
import type { PartnerCenter, RoleMember } from "#src/partner-center/port.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { memoryChat } from "../ground/memory-chat.ts";
import { minute, refusalOf } from "../requests/acts.ts";

const chat = memoryChat({
  U0AGENT: { email: "Admin.Agent@Partner.example" },
  U0BOTH: { email: "admin.agent.and.global.admin@partner.example" },
  U0STRANGER: { email: "stranger@elsewhere.example" },
  U0NOMAIL: { email: null },
  U0EMPTYMAIL: { email: "" },
  U0GUEST: { email: "admin.agent@partner.example", isMember: false },
  U0LEAVER: { email: "admin.agent.2@partner.example" },
});

let under: DeskUnderTest;
let desk: Desk;
beforeAll(async () => {
  under = await openDesk({ override: () => ({ chat }) });
  desk = under.desk;
});
afterAll(() => under.close());

const identify = (slackUserId: string, by: Desk = desk) =>
  recognise(by, { workspaceId: "T0TEST", slackUserId });

/** Partner Center with another list of members for every role. */
function withMembers(change: (members: RoleMember[]) => RoleMember[]): Desk {
  const { partnerCenter } = desk;
  const changed: PartnerCenter = {
    ...partnerCenter,
    listRoleMembers: async (input, call) => change(await partnerCenter.listRoleMembers(input, call)),
  };
  return { ...desk, partnerCenter: changed };
}

async function lastRefusal(agent: Agent) {
  return desk.db
    .selectFrom("activity")
    .select(["outcome", "details"])
    .where("person_id", "=", agent.personId)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
}

test("G2 links by e-mail address without regard to case", async () => {
  expect(await identify("U0AGENT")).toMatchObject({ roles: ["admin_agent"], isMember: true });
});

test("A1 several roles together give the rights of each", async () => {
  const both = await identify("U0BOTH");
  expect(both.roles.toSorted()).toEqual(["admin_agent", "global_admin"]);
  for (const act of acts) await authorise(desk, both, act);
});

test.each(["U0STRANGER", "U0NOMAIL", "U0EMPTYMAIL"])(
  "invariant 7: %s matches no partner user and may do nothing",
  async (slackUserId) => {
    const stranger = await identify(slackUserId);
    expect(stranger.roles).toEqual([]);
    for (const act of acts)
      expect(await refusalOf(authorise(desk, stranger, act))).toMatchObject({ code: "not_linked" });
    expect(await lastRefusal(stranger)).toMatchObject({
      outcome: "refused",
      details: { code: "not_linked" },
    });
  },
);

test("invariant 7: a partner user without a name is nobody, also for someone without an e-mail address", async () => {
  await refreshRoles(
    withMembers((members) => [...members, { id: "x", displayName: "", userPrincipalName: "" }]),
  );
  expect((await identify("U0EMPTYMAIL")).roles).toEqual([]);
  await refreshRoles(desk);
});

test("invariant 7: a guest may do nothing, even with an admin agent's e-mail address", async () => {
  const guest = await identify("U0GUEST");
  expect(guest.roles).toEqual([]);
  for (const act of acts)
    expect(await refusalOf(authorise(desk, guest, act))).toMatchObject({ code: "not_member" });
  expect(await lastRefusal(guest)).toMatchObject({ outcome: "refused", details: { code: "not_member" } });
});

test("invariant 7: a user that the workspace does not know is nobody", async () => {
  await expect(identify("U0NOBODY")).rejects.toBeInstanceOf(ChatFailure);
  const invented: Agent = { ...(await identify("U0AGENT")), slackUserId: "U0NOBODY", personId: "per_0" };
  await expect(authorise(desk, invented, "buy")).rejects.toThrow();
});

test("invariant 7: an agent's word about their own roles counts for nothing", async () => {
  const liar: Agent = { ...(await identify("U0STRANGER")), roles: ["admin_agent"], isMember: true };
  expect(await refusalOf(authorise(desk, liar, "keys"))).toMatchObject({ code: "not_linked" });
});

test("invariant 7: who was deactivated is refused as soon as the profile is read again", async () => {
  await authorise(desk, await identify("U0LEAVER"), "cancel");
  chat.changeProfile("U0LEAVER", { isMember: false });
  under.clock.advance(15 * minute);
  const gone = await identify("U0LEAVER");
  expect(await refusalOf(authorise(desk, gone, "cancel"))).toMatchObject({ code: "not_member" });
});

test("K1 a role that was taken away stops the next act, whatever the open form says", async () => {
  const agent = await identify("U0AGENT");
  await authorise(desk, agent, "keys");
  await refreshRoles(
    withMembers((members) => members.filter((one) => !/^admin\.agent@/.test(one.userPrincipalName))),
  );
  expect(agent.roles).toEqual(["admin_agent"]);
  expect(await refusalOf(authorise(desk, agent, "keys"))).toMatchObject({ code: "not_linked" });
  await refreshRoles(desk);
  await authorise(desk, agent, "keys");
});

test("G2 roles are read again after five minutes, and not before", async () => {
  const first = (await identify("U0AGENT")).rolesReadAt;
  under.clock.advance(5 * minute - 1);
  expect((await identify("U0AGENT")).rolesReadAt).toEqual(first);
  under.clock.advance(1);
  expect((await identify("U0AGENT")).rolesReadAt).toEqual(under.clock.now());
});

test("invariant 7: roles that could not be read for a quarter of an hour are unknown, and nobody may do anything", async () => {
  const agent = await identify("U0AGENT");
  await refreshRoles(desk);
  under.simulator.addFault({ path: "/v1/roles", fault: "503" });
  under.clock.advance(15 * minute);
  const still = await identify("U0AGENT");
  await authorise(desk, still, "buy");
  under.clock.advance(1);
  for (const act of acts)
    expect(await refusalOf(authorise(desk, agent, act))).toMatchObject({ code: "roles_unknown" });
  expect(await lastRefusal(agent)).toMatchObject({ outcome: "refused", details: { code: "roles_unknown" } });
  expect(under.logged.join()).toContain("roles could not be read");
  under.simulator.clearFaults();
  // A failed reading is not tried again by the next person at once.
  under.clock.advance(10_000);
  await authorise(desk, await identify("U0AGENT"), "buy");
});

test("invariant 7: before the first reading of the roles nobody may do anything", async () => {
  await desk.db.deleteFrom("partner_user_reads").execute();
  const agent: Agent = await recognise(
    {
      ...desk,
      partnerCenter: { ...desk.partnerCenter, listRoles: async () => Promise.reject(new Error("down")) },
    },
    { workspaceId: "T0TEST", slackUserId: "U0AGENT" },
  );
  expect(agent.rolesReadAt).toBeNull();
  expect(await refusalOf(authorise(desk, agent, "buy"))).toMatchObject({ code: "roles_unknown" });
  await refreshRoles(desk);
});

test("G2 an older reading of the roles never replaces a newer one", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = refreshRoles({
    ...desk,
    partnerCenter: {
      ...desk.partnerCenter,
      listRoles: async () => {
        await held;
        return [];
      },
    },
  });
  under.clock.advance(1);
  await refreshRoles(desk);
  release();
  await slow;
  expect((await identify("U0AGENT")).roles).toEqual(["admin_agent"]);
});
