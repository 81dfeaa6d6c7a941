import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { refreshRoles } from "#src/access/refresh-roles.ts";
import { actAs } from "#src/connections/act-as.ts";
import { readConnection } from "#src/connections/read.ts";
import { removeConnection } from "#src/connections/remove.ts";
import type { Desk } from "#src/desk/context.ts";
import { type Failpoint, noFailpoints } from "#src/desk/failpoints.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { updateTicket } from "#src/support-requests/update-ticket.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { minute, readRow, seededLine } from "../requests/acts.ts";
import { filledIn } from "../support-requests/cases.ts";
import { signIn } from "./sign-in.ts";

const hour = 60 * minute;
const upn = "admin.agent@partner.example";

let under: DeskUnderTest;
let desk: Desk;
let agent: Agent;
let reach = noFailpoints;
beforeEach(async () => {
  reach = noFailpoints;
  under = await openDesk({
    own: { service: false },
    simulator: { cancellationLagMs: 5 * minute },
    override: () => ({ failpoint: (point) => reach(point) }),
  });
  await signIn(under.desk, await under.agent());
  await refreshRoles(under.desk);
  agent = await under.agent();
  desk = actAs(under.desk, agent.personId);
  await runDue(under.desk);
});
afterEach(() => under.close());

/** The password is changed, and no access token is left. */
const loseSignIn = () => {
  under.simulator.revokeRefreshTokens(upn);
  under.clock.advance(2 * hour);
};
/** Whatever is due, as a worker would do it who has nothing but the rows. */
const work = async () => {
  await ringOverdue(under.desk);
  await runDue(under.desk);
};
const orders = () => under.simulator.orders().length;
/** Partner users, or the app, that these calls were made by and answered. */
const callers = (method: string, path: RegExp) =>
  under.simulator
    .requests()
    .filter((request) => request.method === method && path.test(request.path) && request.status < 300)
    .map(({ user }) => user?.userPrincipalName ?? "app");

describe("a purchase", () => {
  test("B1 that meets a lost sign-in waits, says since when, and goes on once when the agent signs in", async () => {
    const id = await buy(desk, agent);
    const before = orders();
    loseSignIn();
    await work();
    expect(await readRow(desk, "purchase", id)).toMatchObject({
      status: "requested",
      ms_request_id: null,
      failure: { kind: "reauthorise", since: under.clock.now().toISOString() },
    });
    expect(await readConnection(desk, agent)).toMatchObject({ state: "trouble", trouble: "revoked" });
    expect(orders()).toBe(before);
    expect(await signIn(under.desk, agent)).toMatchObject({ kind: "connected", wentOn: 1 });
    await runDue(under.desk);
    expect(await readRow(desk, "purchase", id)).toMatchObject({ status: "ordered", failure: null });
    await work();
    expect(orders()).toBe(before + 1);
    expect(callers("POST", /\/checkout$/)).toEqual([upn]);
  });

  test("B1 waits for a day with little noise, and then a person is told", async () => {
    const id = await buy(desk, agent);
    loseSignIn();
    await work();
    const version = (await readRow(desk, "purchase", id)).version;
    const begun = under.simulator.requests().length;
    for (let passed = 0; passed < 23; passed += 1) {
      under.clock.advance(hour);
      await work();
    }
    const waiting = await readRow(desk, "purchase", id);
    expect(waiting).toMatchObject({ status: "requested", version });
    expect(
      under.simulator
        .requests()
        .slice(begun)
        .filter(({ path }) => path.includes("/token")),
    ).toHaveLength(23);
    under.clock.advance(2 * hour);
    await work();
    expect(await readRow(desk, "purchase", id)).toMatchObject({ status: "needs_person" });
  });

  test("B1 that was perhaps sent is looked for by the app, and needs no sign-in when it is found", async () => {
    const id = await buy(desk, agent);
    const before = orders();
    under.simulator.addFault({ path: "/checkout$", fault: "reset-after-commit", times: 1 });
    await runDue(under.desk);
    expect(await readRow(desk, "purchase", id)).toMatchObject({ status: "unknown" });
    under.simulator.revokeRefreshTokens(upn);
    under.simulator.addFault({ path: "/checkout$", fault: "expired-token" });
    under.clock.advance(minute);
    await work();
    expect(await readRow(desk, "purchase", id)).toMatchObject({
      status: "unknown",
      failure: { kind: "reauthorise" },
    });
    under.clock.advance(10 * minute);
    await work();
    expect(await readRow(desk, "purchase", id)).toMatchObject({ status: "ordered" });
    expect(orders()).toBe(before + 1);
    expect(callers("GET", /\/orders(\?|$)/).at(-1)).toBe("app");
  });

  test("B1 whose agent signs in at the very moment at which it is found out does not wait an hour", async () => {
    const id = await buy(desk, agent);
    loseSignIn();
    let once = true;
    reach = async (point: Failpoint) => {
      if (point !== "purchase.answered" || !once) return;
      once = false;
      await signIn(under.desk, agent);
    };
    await work();
    expect(await readRow(desk, "purchase", id)).toMatchObject({ status: "requested" });
    under.clock.advance(minute);
    await work();
    expect(await readRow(desk, "purchase", id)).toMatchObject({ status: "ordered" });
  });

  test("B1 of an agent who disconnected is not sent with another token, and waits", async () => {
    const id = await buy(desk, agent);
    const before = orders();
    await removeConnection(under.desk, agent);
    await work();
    expect(await readRow(desk, "purchase", id)).toMatchObject({
      status: "requested",
      failure: { kind: "reauthorise" },
    });
    expect(orders()).toBe(before);
    await signIn(under.desk, agent);
    await runDue(under.desk);
    expect(orders()).toBe(before + 1);
  });
});

describe("a cancellation", () => {
  const ask = () => requestCancellation(desk, agent, seededLine("recentPerpetual"));
  const patches = () => callers("PATCH", /\/orders\//);

  test("C9 that meets a lost sign-in waits and is sent once when the agent signs in", async () => {
    const { cancellationId: id } = await ask();
    loseSignIn();
    await work();
    expect(await readRow(desk, "cancellation", id)).toMatchObject({
      status: "requested",
      failure: { kind: "reauthorise" },
    });
    under.clock.advance(3 * hour);
    await work();
    expect(patches()).toEqual([]);
    expect(await signIn(under.desk, agent)).toMatchObject({ wentOn: 1 });
    await runDue(under.desk);
    expect(await readRow(desk, "cancellation", id)).toMatchObject({ status: "accepted" });
    await work();
    expect(patches()).toEqual([upn]);
  });

  test("C9 that was accepted is followed by the app while the agent is away", async () => {
    const { cancellationId: id } = await ask();
    await runDue(under.desk);
    expect(await readRow(desk, "cancellation", id)).toMatchObject({ status: "accepted" });
    loseSignIn();
    await work();
    expect(await readRow(desk, "cancellation", id)).toMatchObject({ status: "visible" });
    expect(callers("GET", /\/orders\//).at(-1)).toBe("app");
    expect(patches()).toEqual([upn]);
  });
});

describe("a support request", () => {
  const filed = () => callers("POST", /\/servicerequests/);

  test("S7 that was perhaps filed waits for the sign-in to look for it, and is filed once", async () => {
    const { supportRequestId: id } = await requestSupport(desk, agent, filledIn());
    under.simulator.addFault({
      path: "/servicerequests",
      method: "POST",
      fault: "reset-after-commit",
      times: 1,
    });
    await runDue(under.desk);
    expect(await readRow(desk, "support_request", id)).toMatchObject({ status: "unknown" });
    loseSignIn();
    for (let passed = 0; passed < 5; passed += 1) {
      await work();
      under.clock.advance(hour);
    }
    expect(await readRow(desk, "support_request", id)).toMatchObject({ status: "unknown" });
    await signIn(under.desk, agent);
    await runDue(under.desk);
    expect(await readRow(desk, "support_request", id)).toMatchObject({ status: "filed" });
    // The one whose answer was lost.
    expect(filed()).toHaveLength(1);
    const { partnerCenter } = desk;
    const tickets = await partnerCenter.listServiceRequests({});
    expect(tickets.filter(({ description }) => description.includes(id))).toHaveLength(1);
  });

  test("S7 that did not leave is filed once after the sign-in, and a note on it likewise", async () => {
    const { supportRequestId: id } = await requestSupport(desk, agent, filledIn());
    loseSignIn();
    await work();
    expect(filed()).toEqual([]);
    await signIn(under.desk, agent);
    await runDue(under.desk);
    const row = await readRow(desk, "support_request", id);
    expect(row).toMatchObject({ status: "filed" });
    expect(filed()).toEqual([upn]);

    await refreshRoles(under.desk);
    await updateTicket(desk, await under.agent(), {
      formToken: crypto.randomUUID(),
      supportRequestId: id,
      note: "Any news?",
    });
    loseSignIn();
    await work();
    expect(callers("PATCH", /\/servicerequests/)).toEqual([]);
    expect(await signIn(under.desk, agent)).toMatchObject({ wentOn: 1 });
    await runDue(under.desk);
    await work();
    expect(callers("PATCH", /\/servicerequests/)).toEqual([upn]);
  });
});
