import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSlackStandIn } from "#sandbox/slack/start.ts";
import { organisation } from "#sandbox/slack/workspace.ts";
import { recognise } from "#src/access/recognise.ts";
import { Secret } from "#src/config/secret.ts";
import { transact } from "#src/db/database.ts";
import { findInstallation } from "#src/installations/find.ts";
import { RenewalFailure, type SlackGrants } from "#src/installations/port.ts";
import { removeInstallation } from "#src/installations/remove.ts";
import { storeInstallation } from "#src/installations/store.ts";
import { openTokens } from "#src/installations/tokens.ts";
import { installedWorkspaces } from "#src/installations/workspaces.ts";
import { wantMessage } from "#src/messages/want.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { createChat } from "#src/slack/chat.ts";
import { actions, callbacks, commands } from "#src/slack/ids.ts";
import { runDue } from "../ground/run-due.ts";
import { accessTo } from "../slack/slack-desk.ts";
import { type InstallableDesk, openInstallableDesk } from "./installable.ts";
import { answered, browser, consent, install } from "./installer.ts";

const hourMs = 60 * 60_000;
/** Slack's tokens live for twelve hours, and are renewed in the last two of them. */
const nearlyExpiredMs = 11 * hourMs;

let whole: InstallableDesk;
beforeAll(async () => {
  whole = await openInstallableDesk(["T0CSPDESK", organisation.id]);
});
afterAll(() => whole?.close());

const desk = () => whole.under.desk;
const rowOf = (workspaceId: string) =>
  desk()
    .db.selectFrom("installations")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirstOrThrow();
const tokenOf = async (workspaceId: string) => {
  const found = await findInstallation(desk().db, workspaceId);
  if (!found) throw new Error(`nothing serves ${workspaceId}`);
  return (await openTokens(desk(), found)).token.reveal();
};
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: { kind?: string }) => error.kind,
  );

/** An installation that did not come through a browser. */
const store = (
  workspaceId: string,
  changes: { enterpriseId?: string; token?: string; livesMs?: number } = {},
) =>
  storeInstallation(desk(), {
    workspaceId,
    enterpriseId: changes.enterpriseId ?? null,
    name: "Fabrikam",
    appId: "A0CSPDESK",
    botUserId: "U0BOT",
    scopes: ["commands", "chat:write"],
    installedBy: "U0INSTALLER",
    tokens: {
      token: new Secret(changes.token ?? `xoxe.xoxb-1-${workspaceId}`),
      refreshToken: new Secret(`xoxe-1-${workspaceId}`),
      expiresAt: new Date(desk().clock.now().getTime() + (changes.livesMs ?? 12 * hourMs)),
    },
  });

/** Slack's answers, one after the other; the last one stays. */
function grantsThat(
  ...answers: ("renews" | "refuses" | "says nothing")[]
): SlackGrants & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    isGood: async () => false,
    async renew(refreshToken) {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(refreshToken.reveal());
      if (answer === "refuses") throw new RenewalFailure("refused", "invalid_refresh_token");
      if (answer === "says nothing") throw new RenewalFailure("unanswered", "no answer");
      const token = new Secret(`xoxe.xoxb-1-new-${asked.length}`);
      return { token, refreshToken: new Secret(`xoxe-1-new-${asked.length}`), lifeMs: 12 * hourMs };
    },
  };
}

test("a state that came back after ten minutes is too old, and Slack is not even asked", async () => {
  const visitor = browser();
  const back = await consent((await visitor.open(`${whole.url}/slack/install`)).location);
  whole.under.clock.advance(10 * 60_000);
  expect((await visitor.open(back)).status).toBe(410);
  expect(whole.slack.calls.filter(({ method }) => method === "oauth.v2.access")).toEqual([]);
  // The next one who begins sweeps it away.
  await visitor.open(`${whole.url}/slack/install`);
  expect(await desk().db.selectFrom("installation_states").select("expires_at").execute()).toHaveLength(1);
});

describe("tokens that expire", () => {
  test("two processes renew it once, and nobody gets a token that is not kept yet", async () => {
    expect((await install(whole.url)).status).toBe(200);
    const first = await tokenOf("T0CSPDESK");
    whole.under.clock.advance(12 * hourMs + 1);
    const processes = [whole.anotherProcess(), whole.anotherProcess(), whole.anotherProcess()];
    const tokens = await Promise.all(processes.map((one) => one.tokenOf("T0CSPDESK")));
    const kept = await tokenOf("T0CSPDESK");
    expect(kept).not.toBe(first);
    expect(tokens.map((token) => token.reveal())).toEqual([kept, kept, kept]);
    // One for the code, one for the renewal.
    expect(answered(whole.slack, "oauth.v2.access")).toBe(2);
    const profile = { workspaceId: "T0CSPDESK", slackUserId: "U0ADMINAGENT" };
    expect(await desk().chat.readProfile(profile)).toMatchObject({ isMember: true });
  });

  test("asked for twice at once, without that, Slack refuses the second: the refresh token is spent", async () => {
    const found = await findInstallation(desk().db, "T0CSPDESK");
    if (!found) throw new Error("not installed");
    const { refreshToken } = await openTokens(desk(), found);
    const renew = () =>
      fetch(`${whole.slack.apiUrl}oauth.v2.access`, {
        method: "POST",
        body: new URLSearchParams({
          client_id: whole.slack.clientId,
          client_secret: whole.slack.clientSecret,
          grant_type: "refresh_token",
          refresh_token: refreshToken?.reveal() ?? "",
        }),
      }).then((response) => response.json());
    const answers = (await Promise.all([renew(), renew()])) as { ok: boolean; error?: string }[];
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(answers.find(({ ok }) => !ok)?.error).toBe("invalid_refresh_token");
  });

  test("a renewal that was lost on the way: the old token serves while it is good, then the app must come back", async () => {
    // What the test before took away is a pair that Slack gave and nobody kept.
    whole.under.clock.advance(nearlyExpiredMs);
    const old = await tokenOf("T0CSPDESK");
    expect((await whole.anotherProcess().tokenOf("T0CSPDESK")).reveal()).toBe(old);
    expect(await rowOf("T0CSPDESK")).toMatchObject({ removed_because: null });
    whole.under.clock.advance(hourMs);
    expect(await failureOf(whole.anotherProcess().tokenOf("T0CSPDESK"))).toBe("away");
    expect(await rowOf("T0CSPDESK")).toMatchObject({ removed_because: "refused", secret_id: null });
    expect((await install(whole.url)).status).toBe(200);
    expect((await whole.anotherProcess().tokenOf("T0CSPDESK")).reveal()).not.toBe(old);
  });

  test("while one renews it the others go on with the token that is still good", async () => {
    await store("T0SLOW", { livesMs: hourMs });
    const slow = grantsThat("renews");
    const held = Promise.withResolvers<void>();
    const asking = Promise.withResolvers<void>();
    const patient: SlackGrants = {
      ...slow,
      async renew(refreshToken) {
        asking.resolve();
        await held.promise;
        return slow.renew(refreshToken);
      },
    };
    const renewing = installedWorkspaces(desk(), patient).tokenOf("T0SLOW");
    await asking.promise;
    const others = grantsThat("refuses");
    const meanwhile = await installedWorkspaces(desk(), others).tokenOf("T0SLOW");
    expect(meanwhile.reveal()).toBe("xoxe.xoxb-1-T0SLOW");
    expect(others.asked).toEqual([]);
    held.resolve();
    expect((await renewing).reveal()).toBe("xoxe.xoxb-1-new-1");
    expect(await tokenOf("T0SLOW")).toBe("xoxe.xoxb-1-new-1");
  });

  test("a Slack that says nothing takes nothing away, and a pair that can't be kept is not used", async () => {
    await store("T0QUIET", { livesMs: -1 });
    const quiet = grantsThat("says nothing", "renews");
    expect(await failureOf(installedWorkspaces(desk(), quiet).tokenOf("T0QUIET"))).toBe("wait");
    expect(await rowOf("T0QUIET")).toMatchObject({ removed_because: null });
    const unable = {
      ...desk(),
      vault: {
        ...desk().vault,
        find: (keyId: string) => desk().vault.find(keyId),
        newest: { ...desk().vault.newest, keyId: "none", wrap: () => Promise.reject(new Error("no key")) },
      },
    };
    await expect(installedWorkspaces(unable, quiet).tokenOf("T0QUIET")).rejects.toThrow("no key");
    expect(await tokenOf("T0QUIET")).toBe("xoxe.xoxb-1-T0QUIET");
    expect(await rowOf("T0QUIET")).toMatchObject({ removed_because: null });
  });

  test("a token that Slack does not rotate is never renewed", async () => {
    await storeInstallation(desk(), {
      workspaceId: "T0LASTING",
      enterpriseId: null,
      name: "Lasting",
      appId: null,
      botUserId: "U0BOT",
      scopes: [],
      installedBy: "U0INSTALLER",
      tokens: { token: new Secret("xoxb-lasting"), refreshToken: null, expiresAt: null },
    });
    whole.under.clock.advance(48 * hourMs);
    const grants = grantsThat("refuses");
    expect((await installedWorkspaces(desk(), grants).tokenOf("T0LASTING")).reveal()).toBe("xoxb-lasting");
    expect(grants.asked).toEqual([]);
  });
});

describe("what ends", () => {
  test("a call that Slack refuses for good ends the installation, one with an older token does not", async () => {
    await store("T0ENDING");
    const grants = grantsThat("renews");
    const workspaces = installedWorkspaces(desk(), grants);
    await workspaces.refused("T0ENDING", new Secret("xoxe.xoxb-1-older"), "token_revoked");
    await workspaces.refused("T0ENDING", await workspaces.tokenOf("T0ENDING"), "invalid_auth");
    expect(await rowOf("T0ENDING")).toMatchObject({ removed_because: null });
    await workspaces.refused("T0ENDING", await workspaces.tokenOf("T0ENDING"), "account_inactive");
    expect(await rowOf("T0ENDING")).toMatchObject({ removed_because: "revoked", secret_id: null });
    expect(await workspaces.scopesOf("T0ENDING")).toBeNull();
    expect(await failureOf(workspaces.tokenOf("T0ENDING"))).toBe("away");
  });

  test("what Slack tells of an installation that it still takes is an old story", async () => {
    await store("T0STAYS");
    const good = { ...grantsThat("renews"), isGood: async () => true };
    await installedWorkspaces(desk(), good).left("T0STAYS", "uninstalled");
    expect(await rowOf("T0STAYS")).toMatchObject({ removed_because: null });
    await installedWorkspaces(desk(), grantsThat("renews")).left("T0STAYS", "uninstalled");
    expect(await rowOf("T0STAYS")).toMatchObject({ removed_because: "uninstalled" });
  });

  test("what is meant for a workspace without the app is not rung for, until it is back", async () => {
    const { personId } = await recognise(desk(), { workspaceId: "T0CSPDESK", slackUserId: "U0ADMINAGENT" });
    const now = desk().clock.now();
    const request = { kind: "purchase", id: "pur_none" } as const;
    await store("T0AWAY");
    await transact(desk().db, (trx) =>
      wantMessage(trx, desk(), { workspaceId: "T0AWAY", personId, request, version: 1 }),
    );
    await desk().db.deleteFrom("outbox").execute();
    whole.under.clock.advance(60_000);
    const token = new Secret("xoxe.xoxb-1-T0AWAY");
    await removeInstallation(desk(), { workspaceId: "T0AWAY", token, because: "uninstalled" });
    const rungFor = async (at: Parameters<typeof ringOverdue>[0]) => {
      await desk().db.updateTable("messages").set({ due_at: now }).execute();
      await ringOverdue(at);
      const rung = await desk().db.deleteFrom("outbox").where("topic", "=", "message").execute();
      return Number(rung[0]?.numDeletedRows ?? 0n);
    };
    expect(await rungFor(desk())).toBe(0);
    // Where nobody looks whether the app is there, it is rung for in vain, again and again.
    expect(await rungFor({ ...desk(), installing: null })).toBe(1);
    await store("T0AWAY");
    expect(await rungFor(desk())).toBe(1);
    await desk().db.deleteFrom("messages").where("request_id", "=", "pur_none").execute();
  });
});

describe("a whole organisation", () => {
  test("its installation serves a team that had one of its own, and no team of another", async () => {
    await store("T0TEAM", { enterpriseId: "E0CONTOSO", token: "xoxb-team" });
    await store("E0CONTOSO", { enterpriseId: "E0CONTOSO", token: "xoxb-whole" });
    const workspaces = installedWorkspaces(desk(), grantsThat("renews"));
    const now = async (id: string) => (await workspaces.tokenOf(id)).reveal();
    expect([await now("T0TEAM"), await now("E0CONTOSO")]).toEqual(["xoxb-team", "xoxb-whole"]);
    await workspaces.refused("T0TEAM", new Secret("xoxb-team"), "account_inactive");
    expect(await now("T0TEAM")).toBe("xoxb-whole");
    expect(await failureOf(workspaces.tokenOf("T0ELSEWHERE"))).toBe("away");
    // The team's end is not the organisation's, but what Slack says of its token is.
    await workspaces.left("T0TEAM", "uninstalled");
    expect(await now("E0CONTOSO")).toBe("xoxb-whole");
    await workspaces.refused("T0TEAM", new Secret("xoxb-whole"), "token_revoked");
    expect(await failureOf(workspaces.tokenOf("E0CONTOSO"))).toBe("away");
  });

  test("somebody installs it for all of it, and people are known by the organisation", async () => {
    expect((await install(whole.url, { place: organisation.id })).status).toBe(200);
    expect(await rowOf(organisation.id)).toMatchObject({ enterprise_id: organisation.id });
    const agent = whole.slack.as("admin.agent");
    await agent.command(commands.help);
    await whole.slack.waitFor(() => agent.currentView()?.text.includes("What you can do here"));
    await agent.click(actions.keysOpen);
    await agent.view(callbacks.keysSoftware);
    await agent.openHome();
    await whole.slack.waitFor(() => agent.home());
    const people = await desk()
      .db.selectFrom("people")
      .select("workspace_id")
      .where("slack_user_id", "=", agent.id)
      .where("workspace_id", "=", organisation.id)
      .execute();
    expect(people).toHaveLength(1);
    await runDue(desk());
    await whole.slack.waitFor(() => agent.dm().length > 0);
  });

  test("somebody of another organisation, as in a shared channel, is no member of this one", async () => {
    const input = { workspaceId: organisation.id, slackUserId: "U0ADMINAGENT" };
    expect((await recognise(desk(), input)).isMember).toBe(true);
    await using elsewhere = await startSlackStandIn();
    const chat = createChat(accessTo(elsewhere));
    expect(await chat.readProfile(input)).toMatchObject({ isMember: false });
    expect(await chat.readProfile({ ...input, workspaceId: "T0CSPDESK" })).toMatchObject({ isMember: true });
  });
});
