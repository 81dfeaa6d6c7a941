import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { organisation } from "#sandbox/slack/workspace.ts";
import { hashToken } from "#src/connections/start.ts";
import { commands } from "#src/slack/ids.ts";
import { until } from "../ground/until.ts";
import { browser, consent, install } from "../installations/installer.ts";
import { type Flow, openFlow, shortTimings } from "./flow.ts";
import { lastDelivery, sendSigned, visit } from "./visitor.ts";

let flow: Flow;
/** A second workspace, at the same Slack. */
let other: SlackStandIn;
/** A third, which nobody allowed. */
let stranger: SlackStandIn;
let appUrl: string;
beforeAll(async () => {
  flow = await openFlow({
    installableIn: ["T0CSPDESK", "T0FABRIKAM"],
    rotateTokens: true,
    env: { ...shortTimings, LOG_LEVEL: "fatal" },
  });
  appUrl = flow.app.url ?? "";
  const beside = { beside: flow.slack, installed: false, botUrl: `${appUrl}/slack/events` };
  other = await startSlackStandIn({
    ...beside,
    team: { id: "T0FABRIKAM", domain: "fabrikam", name: "Fabrikam" },
  });
  stranger = await startSlackStandIn({
    ...beside,
    team: { id: "T0NORTHWIND", domain: "northwind", name: "Northwind" },
  });
});
afterAll(async () => {
  await other?.close();
  await stranger?.close();
  await flow?.close();
});

const installations = () =>
  flow.app.desk.db
    .selectFrom("installations")
    .select(["workspace_id", "secret_id", "removed_because", "installed_by"])
    .orderBy("workspace_id")
    .execute();

describe("who gets in", () => {
  test("the way begins with a state that is this browser's, and asks for what the manifest declares", async () => {
    const visitor = browser();
    const begun = await visitor.open(`${appUrl}/slack/install`);
    expect(begun.status).toBe(302);
    const asked = new URL(begun.location);
    expect(`${asked.origin}${asked.pathname}`).toBe(`${flow.slack.url}/oauth/v2/authorize`);
    expect(asked.searchParams.get("redirect_uri")).toBe(`${appUrl}/slack/oauth_redirect`);
    expect(asked.searchParams.get("scope")).toContain("users:read.email");
    expect(visitor.cookies.get("csp-desk-install")).toBe(asked.searchParams.get("state"));
    expect(begun.headers.getSetCookie()[0]).toMatch(/HttpOnly/);
    const page = await visitor.open(begun.location);
    expect(page.text).toMatch(/<legend>Where it is installed<\/legend>/);
    expect(page.text).toContain("Fabrikam");
  });

  test.each<[string, (back: URL) => Promise<string>, number]>([
    ["without a state", async (back) => strip(back, "state"), 410],
    ["with a state that we never gave", async (back) => with_(back, "state", "A".repeat(43)), 410],
    ["without a code", async (back) => strip(back, "code"), 410],
    ["with a code that Slack never gave", async (back) => with_(back, "code", "sandbox-code-x"), 410],
  ])("coming back %s installs nothing", async (_what, change, status) => {
    const visitor = browser();
    const begun = await visitor.open(`${appUrl}/slack/install`);
    const back = new URL(await consent(begun.location));
    const page = await visitor.open(await change(back));
    expect(page).toMatchObject({ status, text: expect.stringContaining("This attempt is over") });
    expect(await installations()).toEqual([]);
  });

  test("coming back in another browser installs nothing, nor does a cookie that was put there", async () => {
    const visitor = browser();
    const begun = await visitor.open(`${appUrl}/slack/install`);
    const back = await consent(begun.location);
    const another = browser();
    expect((await another.open(back)).status).toBe(410);
    await another.open(`${appUrl}/slack/install`);
    expect((await another.open(back)).status).toBe(410);
    expect(await installations()).toEqual([]);
  });

  test("who says no is told that nothing was installed, in the browser's language", async () => {
    const visitor = browser();
    const begun = await visitor.open(`${appUrl}/slack/install`);
    const back = await consent(begun.location, { answer: "cancel" });
    const page = await visitor.open(back, { acceptLanguage: "es-ES,es;q=0.9" });
    expect(page.status).toBe(403);
    expect(page.text).toContain('<html lang="es">');
    expect(page.text).toContain("No se ha instalado nada");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("a workspace that is not named may not: what it granted is revoked and not kept", async () => {
    const page = await install(appUrl, { place: "T0NORTHWIND" });
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining("may not install") });
    await stranger.waitFor(() => stranger.state().installed === null);
    expect(await installations()).toEqual([]);
    const kept = await flow.app.desk.db
      .selectFrom("secrets")
      .select("id")
      .where("kind", "=", "slack_tokens")
      .execute();
    expect(kept).toEqual([]);
  });

  test("an organisation that is not named may not either", async () => {
    expect((await install(appUrl, { place: organisation.id })).status).toBe(403);
    await flow.slack.waitFor(() => flow.slack.state().installed === null);
    expect(await installations()).toEqual([]);
  });
});

const strip = (back: URL, name: string) => {
  back.searchParams.delete(name);
  return back.href;
};
const with_ = (back: URL, name: string, value: string) => {
  back.searchParams.set(name, value);
  return back.href;
};

describe("two workspaces", () => {
  test("somebody installs it, is greeted there, and may come back with the same answer only once", async () => {
    const visitor = browser();
    const begun = await visitor.open(`${appUrl}/slack/install`);
    const back = await consent(begun.location);
    const cookie = new Map(visitor.cookies);
    expect(await visitor.open(back)).toMatchObject({
      status: 200,
      text: expect.stringContaining("CSP Desk is installed"),
    });
    expect(visitor.cookies.size).toBe(0);
    const again = async () => {
      for (const [name, value] of cookie) visitor.cookies.set(name, value);
      return (await visitor.open(back)).status;
    };
    const asked = () => flow.slack.calls.filter(({ method }) => method === "oauth.v2.access").length;
    const before = asked();
    expect(await again()).toBe(410);
    expect(asked()).toBe(before);
    // Were a state not forgotten when it came back, only Slack would stand in the way.
    const state_hash = hashToken(new URL(back).searchParams.get("state") ?? "");
    const states = flow.app.desk.db.insertInto("installation_states");
    await states.values({ state_hash, expires_at: new Date(Date.now() + 60_000) }).execute();
    expect(await again()).toBe(410);
    expect(asked()).toBe(before + 1);
    expect(await installations()).toMatchObject([
      { workspace_id: "T0CSPDESK", removed_because: null, installed_by: "U0ADMINAGENT" },
    ]);
    await visit(flow.slack, "admin.agent").reads(/CSP Desk/);
  });

  test("what is done in one is told in that one, with its own token", async () => {
    expect((await install(appUrl, { place: "T0FABRIKAM" })).status).toBe(200);
    const here = visit(flow.slack, "admin.agent");
    const there = visit(other, "admin.agent");
    await there.reads(/CSP Desk/);
    await Promise.all([
      here.buys("windows server 2025 standard"),
      there.buys("windows server 2025 standard"),
    ]);
    const people = await flow.app.desk.db
      .selectFrom("people")
      .select(["workspace_id", "slack_user_id"])
      .where("email", "=", "admin.agent@partner.example")
      .orderBy("workspace_id")
      .execute();
    expect(people).toEqual([
      { workspace_id: "T0CSPDESK", slack_user_id: "U0ADMINAGENT" },
      { workspace_id: "T0FABRIKAM", slack_user_id: "U00FABRIKAMADMINAGENT" },
    ]);
    // Slack knows nobody of the other workspace: a call with the wrong token would have been refused.
    for (const slack of [flow.slack, other]) {
      const refused = slack.calls.filter(({ ok, method }) => !ok && method !== "oauth.v2.access");
      expect(refused.map(({ method, error }) => `${method} ${error}`)).toEqual([]);
    }
  });

  test("somebody of a workspace in which it is not installed gets nothing", async () => {
    await flow.slack.as("admin.agent").command(commands.help);
    const typed = new URLSearchParams(lastDelivery(flow.slack, "command").body);
    typed.set("team_id", "T0NORTHWIND");
    typed.set("user_id", "U0NORTHWINDADMINAGENT");
    const before = await people();
    expect((await sendSigned(flow.slack, appUrl, typed)).status).toBe(200);
    expect(await people()).toBe(before);
  });
});

const people = async () => (await flow.app.desk.db.selectFrom("people").select("id").execute()).length;

describe("coming and going", () => {
  test("uninstalled in the middle of a purchase: it ends, its message waits, and comes once with the app", async () => {
    const agent = visit(other, "admin.agent");
    const known = agent.person.dm().length;
    await agent.checkPrice("windows server 2025 standard");
    flow.partnerCenter.addFault({ path: "/checkout$", fault: "slow", delayMs: 1_000, times: 1 });
    await agent.person.submit();
    await other.uninstall();
    const { db } = flow.app.desk;
    const ended = await until("the purchase ends", async () => {
      const row = await db
        .selectFrom("purchases")
        .select(["id", "status"])
        .where("workspace_id", "=", "T0FABRIKAM")
        .orderBy("created_at", "desc")
        .limit(1)
        .executeTakeFirstOrThrow();
      return row.status === "ordered" && row;
    });
    expect(await installations()).toMatchObject([
      { workspace_id: "T0CSPDESK", removed_because: null },
      { workspace_id: "T0FABRIKAM", secret_id: null, removed_because: expect.any(String) },
    ]);
    const living = await db
      .selectFrom("secrets")
      .select("wrapped_key")
      .where("workspace_id", "=", "T0FABRIKAM")
      .where("kind", "=", "slack_tokens")
      .execute();
    expect(living).toEqual([{ wrapped_key: null }]);
    const waiting = () =>
      db
        .selectFrom("messages")
        .select(["drawn_version", "wanted_version", "undeliverable", "attempts"])
        .where("request_id", "=", ended.id)
        .executeTakeFirstOrThrow();
    const asIs = await until("a message waits", async () => {
      const row = await waiting();
      return row.wanted_version > row.drawn_version && row;
    });
    expect(asIs.undeliverable).toBeNull();
    await expect(other.as("admin.agent").command(commands.help)).rejects.toThrow(/not installed/);

    expect((await install(appUrl, { place: "T0FABRIKAM" })).status).toBe(200);
    await other.waitFor(() => agent.person.dm().length > known);
    await until("nothing waits", async () => {
      const row = await waiting();
      return row.wanted_version === row.drawn_version;
    });
    const about = agent.person.dm().filter(({ metadata }) => metadata !== undefined);
    expect(new Set(about.map(({ ts }) => ts)).size).toBe(about.length);
    expect(agent.person.dm().slice(known)).toHaveLength(1);
    await agent.types(commands.help);
    await agent.sees("What you can do here");
  });

  test("a word of an old uninstall that comes late takes nothing away", async () => {
    const late = other.deliveries.findLast(({ body }) => body.includes('"app_uninstalled"'));
    const answered = await other.redeliver(late?.id ?? "", { fresh: true });
    expect(answered.result?.outcome).toBe("answered");
    await visit(other, "admin.agent").types(commands.help);
    await visit(other, "admin.agent").sees("What you can do here");
    expect((await installations())[1]).toMatchObject({ removed_because: null });
  });

  test("revoked tokens are destroyed like those of an uninstall", async () => {
    await other.revokeTokens();
    await until(
      "the tokens are destroyed",
      async () => (await installations())[1]?.removed_because === "revoked",
    );
    const { act, details } = await flow.app.desk.db
      .selectFrom("activity")
      .select(["act", "details"])
      .where("workspace_id", "=", "T0FABRIKAM")
      .where("act", "like", "installation.%")
      .orderBy("sequence", "desc")
      .limit(1)
      .executeTakeFirstOrThrow();
    expect({ act, details }).toEqual({ act: "installation.removed", details: { because: "revoked" } });
  });
});

/** The tables in which one of these stands as it is. */
async function tablesWith(tokens: readonly string[]): Promise<string[]> {
  const { db } = flow.app.desk;
  const tables = await sql<{ name: string }>`
    select table_schema || '.' || table_name as name from information_schema.tables
    where table_schema in ('public', 'bullmq') and table_type = 'BASE TABLE'`.execute(db);
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const rows = await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} t`.execute(db);
    const all = rows.rows.map(({ text }) => text).join("\n");
    const shapes = tokens.flatMap((token) => [token, Buffer.from(token).toString("hex")]);
    if (shapes.some((shape) => all.includes(shape))) found.push(name);
  }
  return found;
}

test("no token is in the database but sealed, and one that were would be found", async () => {
  const given = [...flow.slack.calls, ...other.calls, ...stranger.calls]
    .filter(({ method }) => method === "oauth.v2.access")
    .flatMap(({ answer }) => [answer.access_token, answer.refresh_token])
    .filter((token) => typeof token === "string");
  expect(given.length).toBeGreaterThan(5);
  expect(await tablesWith(given)).toEqual([]);

  const { db } = flow.app.desk;
  const leak = { state_hash: `a note with ${given[0]} in it`, expires_at: new Date() };
  await db.insertInto("installation_states").values(leak).execute();
  expect(await tablesWith(given)).toEqual(["public.installation_states"]);
  await db.deleteFrom("installation_states").execute();
});
