import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { refreshRoles } from "#src/access/refresh-roles.ts";
import { actAs } from "#src/connections/act-as.ts";
import { admit } from "#src/connections/admit.ts";
import { completeAttempt } from "#src/connections/complete.ts";
import { openAttempt } from "#src/connections/open.ts";
import { readConnection } from "#src/connections/read.ts";
import { removeConnection } from "#src/connections/remove.ts";
import { startConnection } from "#src/connections/start.ts";
import { checkConnection } from "#src/connections/watch.ts";
import type { Desk } from "#src/desk/context.ts";
import type { HomeContent } from "#src/home/read.ts";
import { openHome } from "#src/home/refresh.ts";
import { ChatFailure } from "#src/messages/port.ts";
import type { SignedIn } from "#src/partner-center/grants.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { day, minute, refusalOf } from "../requests/acts.ts";
import { linkFor, openAs, signIn } from "./sign-in.ts";

let under: DeskUnderTest;
let desk: Desk;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk({ own: { service: false } });
  desk = under.desk;
  agent = await under.agent();
});
afterEach(() => under.close());

const connections = () => desk.db.selectFrom("connections").selectAll().execute();
const secrets = () =>
  desk.db.selectFrom("secrets").selectAll().where("kind", "<>", "fingerprint_key").execute();
const acts = async () =>
  (await desk.db.selectFrom("activity").select(["act", "outcome", "details"]).orderBy("sequence").execute())
    .filter(({ act }) => act.startsWith("connection."))
    .map(({ act, outcome, details }) => [act, outcome, details.code ?? details.because ?? null]);

/** The desk at which a sign-in seems to have ended like this, whatever happened. */
const vouching = (change: (signedIn: SignedIn) => Partial<SignedIn>): Desk => {
  const { connecting } = desk;
  if (!connecting) throw new Error("agents sign in here");
  return {
    ...desk,
    connecting: {
      ...connecting,
      signIn: {
        ...connecting.signIn,
        async redeem(query, ties) {
          const signedIn = await connecting.signIn.redeem(query, ties);
          return { ...signedIn, ...change(signedIn) };
        },
      },
    },
  };
};

test("the Home tab shows at once that somebody signed in, that it ended, and that they ended it", async () => {
  // As they are drawn: what was read for them.
  const shown = () => {
    const [content] = (under.chat.homes.at(-1)?.home.blocks ?? []) as HomeContent[];
    return content?.connection.state;
  };
  await openHome(desk, agent);
  expect(shown()).toBe("not_connected");
  await signIn(desk, agent);
  await runDue(desk);
  expect(shown()).toBe("connected");
  under.simulator.revokeRefreshTokens("admin.agent@partner.example");
  under.clock.advance(2 * 60 * minute);
  await expect(actAs(desk, agent.personId).partnerCenter.listRoles()).rejects.toThrow();
  await runDue(desk);
  expect(shown()).toBe("trouble");
  await removeConnection(desk, agent);
  await runDue(desk);
  expect(shown()).toBe("not_connected");
});

describe("a sign-in", () => {
  test("G1 makes calls the agent's own, is kept sealed, recorded and told", async () => {
    expect(await readConnection(desk, agent)).toMatchObject({ state: "not_connected" });
    expect(await signIn(desk, agent)).toMatchObject({
      kind: "connected",
      userPrincipalName: "admin.agent@partner.example",
      wentOn: 0,
    });
    expect(await readConnection(desk, agent)).toMatchObject({
      state: "connected",
      upn: "admin.agent@partner.example",
      since: under.clock.now(),
    });
    expect(await secrets()).toMatchObject([{ kind: "refresh_token", subject_id: agent.personId }]);
    await actAs(desk, agent.personId).partnerCenter.listServiceRequests({});
    expect(under.simulator.requests().at(-1)?.user).toMatchObject({
      userPrincipalName: "admin.agent@partner.example",
      mfaCompliant: true,
    });
    expect(await acts()).toEqual([["connection.connected", "done", null]]);
    await runDue(desk);
    expect(under.chat.posted).toHaveLength(1);
    await signIn(desk, agent);
    expect((await acts()).at(-1)).toEqual(["connection.renewed", "done", null]);
    expect(await connections()).toHaveLength(1);
    expect(await secrets()).toHaveLength(1);
  });

  test("G2 as another person than the one at Slack connects nobody", async () => {
    expect(await signIn(desk, agent, { user: "sales.agent@partner.example" })).toMatchObject({
      kind: "other_user",
      signedInAs: "sales.agent@partner.example",
      expected: "admin.agent@partner.example",
    });
    expect(await connections()).toEqual([]);
    expect(await secrets()).toEqual([]);
    expect(await acts()).toEqual([["connection.connected", "refused", "other_user"]]);
  });

  test("G2 (twin) without a look at who signed in, somebody else's token would be the agent's", async () => {
    const blind = vouching(() => ({ userPrincipalName: agent.email ?? "" }));
    expect(await signIn(blind, agent, { user: "admin.agent.2@partner.example" })).toMatchObject({
      kind: "connected",
    });
    await actAs(desk, agent.personId).partnerCenter.listServiceRequests({});
    expect(under.simulator.requests().at(-1)?.user?.userPrincipalName).toBe("admin.agent.2@partner.example");
  });

  test("G2 the case of the address plays no part", async () => {
    under.chat.changeProfile("U0AGENT", { email: "Admin.Agent@Partner.example" });
    under.clock.advance(16 * minute);
    const renamed = await under.agent();
    expect(await signIn(desk, renamed, { user: "admin.agent@partner.example" })).toMatchObject({
      kind: "connected",
    });
    expect(await readConnection(desk, renamed)).toMatchObject({ state: "connected" });
  });

  test("G2 without a second factor is refused; a token that does not tell is left to Partner Center", async () => {
    expect(await signIn(desk, agent, { mfa: false })).toMatchObject({ kind: "mfa" });
    expect(await connections()).toEqual([]);
    expect(
      await signIn(
        vouching(() => ({ mfa: null })),
        agent,
      ),
    ).toMatchObject({ kind: "connected" });
  });

  test("G2 in another tenant is refused", async () => {
    const elsewhere = vouching(() => ({ tenantId: "7c9e6679-7425-40de-944b-e07fc1f90ae7" }));
    expect(await signIn(elsewhere, agent)).toMatchObject({ kind: "other_tenant" });
    expect(await connections()).toEqual([]);
  });

  test("G2 that was declined, or that came with another nonce, connects nobody", async () => {
    expect(await signIn(desk, agent, { accept: false })).toMatchObject({ kind: "declined" });
    const { connecting } = desk;
    if (!connecting) throw new Error("agents sign in here");
    const confused: Desk = {
      ...desk,
      connecting: {
        ...connecting,
        signIn: {
          ...connecting.signIn,
          redeem: (query, ties) => connecting.signIn.redeem(query, { ...ties, nonce: "another" }),
        },
      },
    };
    expect(await signIn(confused, agent)).toMatchObject({ kind: "refused" });
    expect(await connections()).toEqual([]);
  });

  test("G2 is not for guests", async () => {
    expect((await refusalOf(startConnection(desk, await under.agent("U0GUEST")))).code).toBe("not_member");
  });
});

describe("its link", () => {
  const user = "admin.agent@partner.example";

  test("G2 is good for one answer, in the browser that opened it", async () => {
    const { cookie, query } = await openAs(desk, await linkFor(desk, agent), { user });
    expect(await completeAttempt(desk, { query, cookie: null })).toMatchObject({ kind: "over" });
    expect(await completeAttempt(desk, { query, cookie: "another" })).toMatchObject({ kind: "over" });
    const forged = new URLSearchParams(query);
    forged.set("state", "another");
    expect(await completeAttempt(desk, { query: forged, cookie })).toMatchObject({ kind: "over" });
    expect(await connections()).toEqual([]);
    expect(await completeAttempt(desk, { query, cookie })).toMatchObject({ kind: "connected" });
    expect(await completeAttempt(desk, { query, cookie })).toMatchObject({ kind: "over" });
  });

  test("G2 of two answers at once, one counts", async () => {
    const { cookie, query } = await openAs(desk, await linkFor(desk, agent), { user });
    const kinds = await Promise.all([1, 2, 3].map(() => completeAttempt(desk, { query, cookie })));
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(["connected", "over", "over"]);
  });

  test("G2 opened in a second browser is no longer the first one's", async () => {
    const link = await linkFor(desk, agent);
    const first = await openAs(desk, link, { user });
    const second = await openAs(desk, link, { user });
    expect(await completeAttempt(desk, first)).toMatchObject({ kind: "over" });
    expect(await completeAttempt(desk, { ...second, cookie: first.cookie })).toMatchObject({ kind: "over" });
    expect(await completeAttempt(desk, second)).toMatchObject({ kind: "connected" });
  });

  test("G2 is over after ten minutes, and when another one is asked for", async () => {
    const old = await linkFor(desk, agent);
    const link = await linkFor(desk, agent);
    expect(await openAttempt(desk, { link: old })).toMatchObject({ kind: "over" });
    const { cookie, query } = await openAs(desk, link, { user });
    under.clock.advance(10 * minute);
    expect(await openAttempt(desk, { link })).toMatchObject({ kind: "over" });
    expect(await completeAttempt(desk, { query, cookie })).toMatchObject({ kind: "over" });
    await linkFor(desk, await under.agent("U0AGENT2"));
    expect(await secrets()).toMatchObject([{ kind: "verifier" }]);
  });
});

describe("the end of a connection", () => {
  const asMyself = () =>
    actAs(desk, agent.personId).partnerCenter.updateServiceRequest(
      { id: "0", note: "x" },
      { requestId: crypto.randomUUID(), correlationId: crypto.randomUUID() },
    );

  test("G2 by the agent destroys the token, also where it is in use", async () => {
    await signIn(desk, agent);
    await expect(asMyself()).rejects.toMatchObject({ kind: "refused" });
    await removeConnection(desk, agent);
    expect(await secrets()).toMatchObject([{ wrapped_key: null }]);
    await expect(asMyself()).rejects.toMatchObject({ kind: "reauthorise", status: 0 });
    expect((await acts()).at(-1)).toEqual(["connection.removed", "done", "asked"]);
    expect(await readConnection(desk, agent)).toMatchObject({ state: "not_connected" });
    await signIn(desk, agent);
    await expect(asMyself()).rejects.toMatchObject({ kind: "refused" });
  });

  test("G2 comes when the person leaves the company", async () => {
    await signIn(desk, agent);
    under.chat.changeProfile("U0AGENT", { isMember: false });
    under.clock.advance(16 * minute);
    await under.agent();
    expect(await secrets()).toMatchObject([{ wrapped_key: null }]);
    expect((await acts()).at(-1)).toEqual(["connection.removed", "done", "left"]);
  });

  test.each([
    ["left", { isMember: false }],
    ["renamed", { email: "somebody.else@partner.example" }],
  ] as const)(
    "G2 is found out within a day of somebody who %s and never comes again",
    async (because, change) => {
      await signIn(desk, agent);
      expect(await checkConnection(desk, { subjectId: agent.personId })).toEqual(
        new Date(under.clock.now().getTime() + day),
      );
      under.chat.changeProfile("U0AGENT", change);
      expect(await checkConnection(desk, { subjectId: agent.personId })).toBeNull();
      expect(await secrets()).toMatchObject([{ wrapped_key: null }]);
      expect((await acts()).at(-1)).toEqual(["connection.removed", "done", because]);
      await expect(asMyself()).rejects.toMatchObject({ kind: "reauthorise" });
    },
  );

  test("G2 comes also when Slack knows the person no more", async () => {
    await signIn(desk, agent);
    const gone: Desk = {
      ...desk,
      chat: {
        ...desk.chat,
        readProfile: async () => {
          throw new ChatFailure("gone", "users_not_found");
        },
      },
    };
    expect(await checkConnection(gone, { subjectId: agent.personId })).toBeNull();
    expect(await secrets()).toMatchObject([{ wrapped_key: null }]);
  });
});

describe("without a service account", () => {
  test("G2 roles are read with a connected agent's token, an admin agent's first", async () => {
    await expect(refreshRoles(desk)).rejects.toMatchObject({ kind: "reauthorise" });
    const sales = await under.agent("U0SALES");
    await signIn(desk, agent);
    await refreshRoles(desk);
    under.clock.advance(minute);
    await signIn(desk, sales);
    await refreshRoles(desk);
    const readers = under.simulator
      .requests()
      .filter(({ path, status }) => path.startsWith("/v1/roles") && status === 200)
      .map(({ user }) => user?.userPrincipalName);
    expect(new Set(readers)).toEqual(new Set(["admin.agent@partner.example"]));
  });

  test("G2 whoever is not connected is asked to sign in, and then let in by their roles", async () => {
    expect((await refusalOf(admit(desk, agent, "buy"))).code).toBe("sign_in_needed");
    await signIn(desk, agent);
    await refreshRoles(desk);
    await admit(desk, await under.agent(), "buy");
    const sales = await under.agent("U0SALES");
    expect((await refusalOf(admit(desk, sales, "keys"))).code).toBe("not_allowed");
    const mate = await under.agent("U0AGENT2");
    expect((await refusalOf(admit(desk, mate, "keys"))).code).toBe("sign_in_needed");
  });
});
