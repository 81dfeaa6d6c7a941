import { afterAll, beforeAll, expect, test } from "vitest";
import { seedPartnerUsers } from "#sandbox/partner-center/seed.ts";
import { authorise } from "#src/access/authorise.ts";
import { recognise } from "#src/access/recognise.ts";
import { type Act, acts, type Role, roles } from "#src/access/rights.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { memoryChat } from "../ground/memory-chat.ts";
import { refusalOf } from "../requests/acts.ts";

/** Who may do what, by hand from the rule book: `x` may. */
const columns: Role[] = [
  "admin_agent",
  "sales_agent",
  "helpdesk_agent",
  "global_admin",
  "account_admin",
  "referral_admin",
  "marketing_content_admin",
];
const table: Record<Act, [rule: string, cells: string]> = {
  buy: ["G2", "x..x..."],
  keys: ["K1", "x......"],
  cancel: ["C2", "x......"],
  support: ["S1", "x.x...."],
  activity: ["A1", "...xxxx"],
};
const cells = Object.entries(table).flatMap(([act, [rule, marks]]) =>
  columns.map((role, index) => ({ rule, role, act: act as Act, may: marks[index] === "x" })),
);

const slackUserOf = (role: string) => `U-${role}`;
const people = Object.fromEntries(
  seedPartnerUsers
    .filter((user) => user.roles.length === 1)
    .map((user) => [
      slackUserOf(user.roles[0]?.toLowerCase().replaceAll(" ", "_") ?? ""),
      { email: user.userPrincipalName },
    ]),
);

let under: DeskUnderTest;
beforeAll(async () => {
  under = await openDesk({ override: () => ({ chat: memoryChat(people) }) });
});
afterAll(() => under.close());

const identify = (slackUserId: string) => recognise(under.desk, { workspaceId: "T0TEST", slackUserId });

test("invariant 7: the table of rights is closed: every role and every act is in it", () => {
  expect([...roles].sort()).toEqual([...columns].sort());
  expect(acts.toSorted()).toEqual(Object.keys(table).toSorted());
  expect(cells).toHaveLength(35);
});

test.each(cells)("$rule $role for $act: $may", async ({ role, act, may }) => {
  const agent = await identify(slackUserOf(role));
  expect(agent.roles).toEqual([role]);
  const before = await refusals(agent.personId);
  if (may) {
    await authorise(under.desk, agent, act);
    expect(await refusals(agent.personId)).toEqual(before);
    return;
  }
  expect(await refusalOf(authorise(under.desk, agent, act, { customerId: "c1" }))).toMatchObject({
    code: "not_allowed",
    values: { act },
  });
  expect((await refusals(agent.personId)).at(-1)).toEqual({
    act: `${act}.asked`,
    outcome: "refused",
    roles: [role],
    customer_id: "c1",
    details: { code: "not_allowed" },
  });
});

function refusals(personId: string) {
  return under.desk.db
    .selectFrom("activity")
    .select(["act", "outcome", "roles", "customer_id", "details"])
    .where("person_id", "=", personId)
    .orderBy("sequence")
    .execute();
}
