import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type SlackStandIn, type SlackStandInOptions, startSlackStandIn } from "#sandbox/slack/start.ts";
import { organisation } from "#sandbox/slack/workspace.ts";
import { consent } from "../../installations/installer.ts";

const redirectUri = "http://127.0.0.1:9/slack/oauth_redirect";
const hourMs = 60 * 60_000;

async function open(options: SlackStandInOptions & { rotates?: boolean } = {}): Promise<SlackStandIn> {
  const { rotates = false, ...rest } = options;
  const manifest = parse(await readFile("manifest.yml", "utf8"));
  manifest.settings.token_rotation_enabled = rotates;
  return startSlackStandIn({ manifest, installed: false, ...rest });
}

function authorizeUrl(slack: SlackStandIn, changes: Record<string, string> = {}): string {
  const asked = {
    client_id: slack.clientId,
    scope: "commands,chat:write",
    redirect_uri: redirectUri,
    state: "s",
  };
  return `${slack.url}/oauth/v2/authorize?${new URLSearchParams({ ...asked, ...changes })}`;
}

async function call(slack: SlackStandIn, method: string, args: Record<string, string>, token?: string) {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: "POST",
    body: new URLSearchParams(args),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return (await response.json()) as Record<string, unknown> & { ok: boolean; access_token: string };
}

const app = ({ clientId, clientSecret }: SlackStandIn) => ({
  client_id: clientId,
  client_secret: clientSecret,
});
const codeIn = (back: string) => new URL(back).searchParams.get("code") ?? "";

async function redeem(slack: SlackStandIn, place?: string) {
  const back = await consent(authorizeUrl(slack), place === undefined ? {} : { place });
  return call(slack, "oauth.v2.access", { ...app(slack), code: codeIn(back), redirect_uri: redirectUri });
}

test("the consent page can be read out and used with the keyboard: every choice has its name", async () => {
  await using slack = await open();
  const response = await fetch(authorizeUrl(slack));
  const page = await response.text();
  expect(page).toContain('<html lang="en">');
  expect(page.match(/<legend>/g)).toHaveLength(2);
  const radios = page.match(/<input type="radio"/g) ?? [];
  expect(page.match(/<label><input type="radio"[^>]*> <span>[^<]+<\/span><\/label>/g)).toHaveLength(
    radios.length,
  );
  expect(page.match(/<button type="submit"[^>]*>(Allow|Cancel)<\/button>/g)).toHaveLength(2);
  expect(page).toContain("This is not Slack");
});

test.each([
  ["another client", { client_id: "1.2" }, "invalid_client_id"],
  ["an address elsewhere", { redirect_uri: "https://contoso.com/back" }, "bad_redirect_uri"],
  ["a scope that the manifest does not have", { scope: "commands,admin" }, "invalid_scope: admin"],
  ["no scope", { scope: "" }, "invalid_scope"],
])("nobody is asked for %s", async (_what, changes, refusal) => {
  await using slack = await open();
  const response = await fetch(authorizeUrl(slack, changes));
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(refusal)]);
});

test("a declared redirect URL is the only one", async () => {
  const manifest = parse(await readFile("manifest.yml", "utf8"));
  manifest.oauth_config.redirect_urls = ["https://desk.contoso.com/slack/"];
  await using slack = await startSlackStandIn({ manifest, installed: false });
  expect((await fetch(authorizeUrl(slack))).status).toBe(400);
  const declared = { redirect_uri: "https://desk.contoso.com/slack/oauth_redirect" };
  expect((await fetch(authorizeUrl(slack, declared))).status).toBe(200);
});

test("a code is good once, for ten minutes, with the same address and the app's secret", async () => {
  await using slack = await open();
  const back = new URL(await consent(authorizeUrl(slack)));
  expect(back.searchParams.get("state")).toBe("s");
  const args = { ...app(slack), code: codeIn(back.href), redirect_uri: redirectUri };
  const refusals = [
    await call(slack, "oauth.v2.access", { ...args, client_secret: "wrong" }),
    await call(slack, "oauth.v2.access", { ...args, redirect_uri: `${redirectUri}/` }),
    await call(slack, "oauth.v2.access", { ...args, code: "sandbox-code-999999" }),
  ];
  expect(refusals.map(({ error }) => error)).toEqual([
    "bad_client_secret",
    "bad_redirect_uri",
    "invalid_code",
  ]);
  expect(await call(slack, "oauth.v2.access", args)).toMatchObject({
    ok: true,
    token_type: "bot",
    scope: "commands,chat:write",
    team: { id: "T0CSPDESK" },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: "U0ADMINAGENT" },
  });
  expect(await call(slack, "oauth.v2.access", args)).toMatchObject({ error: "code_already_used" });

  const late = codeIn(await consent(authorizeUrl(slack)));
  await slack.advance(10 * 60_000);
  expect(await call(slack, "oauth.v2.access", { ...args, code: late })).toMatchObject({
    error: "invalid_code",
  });
  const declined = new URL(await consent(authorizeUrl(slack), { answer: "cancel" }));
  expect(declined.searchParams.get("error")).toBe("access_denied");
});

test("before it is installed the app hears nothing and its fixed token is not good", async () => {
  await using slack = await open({ botUrl: "http://127.0.0.1:9/slack/events" });
  expect(slack.state().installed).toBeNull();
  await expect(slack.as("admin.agent").command("/csp")).rejects.toThrow(/not installed/);
  await expect(slack.as("admin.agent").openHome()).rejects.toThrow(/not installed/);
  expect(await call(slack, "auth.test", {}, slack.botToken)).toMatchObject({ error: "invalid_auth" });
});

test("a rotated token expires after twelve hours, its refresh token is good once", async () => {
  await using slack = await open({ rotates: true });
  const first = await redeem(slack);
  expect(first).toMatchObject({ expires_in: 43_200, refresh_token: expect.stringMatching(/^xoxe-1-/) });
  await slack.advance(11 * hourMs);
  const renew = { ...app(slack), grant_type: "refresh_token", refresh_token: String(first.refresh_token) };
  const second = await call(slack, "oauth.v2.access", renew);
  expect(second.ok).toBe(true);
  expect(await call(slack, "oauth.v2.access", renew)).toMatchObject({ error: "invalid_refresh_token" });
  expect(await call(slack, "auth.test", {}, first.access_token)).toMatchObject({ ok: true });
  await slack.advance(hourMs);
  expect(await call(slack, "auth.test", {}, first.access_token)).toMatchObject({ error: "token_expired" });
  expect(await call(slack, "auth.test", {}, second.access_token)).toMatchObject({ ok: true });
});

test.each([
  ["uninstall", "account_inactive", ["tokens_revoked", "app_uninstalled"]],
  ["revoke-tokens", "token_revoked", ["tokens_revoked"]],
])("%s of the control API ends the tokens and tells the app", async (path, refusal, events) => {
  await using slack = await open({ rotates: true, botUrl: "http://127.0.0.1:9/slack/events" });
  const granted = await redeem(slack);
  const answer = await fetch(`${slack.url}/control/${path}`, { method: "POST", body: "{}" });
  expect(await answer.json()).toEqual({ installed: null });
  expect(await call(slack, "auth.test", {}, granted.access_token)).toMatchObject({ error: refusal });
  const renew = { ...app(slack), grant_type: "refresh_token", refresh_token: String(granted.refresh_token) };
  expect(await call(slack, "oauth.v2.access", renew)).toMatchObject({ error: "invalid_refresh_token" });
  const told = slack.deliveries.map(({ body }) => JSON.parse(body).event.type);
  expect([...new Set(told)]).toEqual(events);
});

test.each([
  ["auth.revoke", {}, "token_revoked"],
  ["apps.uninstall", "app", "account_inactive"],
])("%s ends it from the app's side", async (method, args, refusal) => {
  await using slack = await open();
  const { access_token: token } = await redeem(slack);
  expect(await call(slack, method, args === "app" ? app(slack) : {}, token)).toMatchObject({ ok: true });
  await slack.waitFor(() => slack.state().installed === null);
  expect(await call(slack, "auth.test", {}, token)).toMatchObject({ error: refusal });
});

test("installed for the organisation, payloads name it and no team", async () => {
  await using slack = await open({ botUrl: "http://127.0.0.1:9/slack/events" });
  const granted = await redeem(slack, organisation.id);
  expect(granted).toMatchObject({ team: null, enterprise: organisation, is_enterprise_install: true });
  expect(await call(slack, "auth.test", {}, granted.access_token)).toMatchObject({
    enterprise_id: organisation.id,
    is_enterprise_install: true,
  });
  await slack.as("admin.agent").command("/csp");
  const typed = new URLSearchParams(slack.deliveries.at(-1)?.body);
  expect([typed.get("enterprise_id"), typed.get("is_enterprise_install")]).toEqual([organisation.id, "true"]);
  await slack.as("admin.agent").openHome();
  const { authorizations } = JSON.parse(slack.deliveries.at(-1)?.body ?? "{}");
  expect(authorizations).toMatchObject([
    { enterprise_id: organisation.id, team_id: null, is_enterprise_install: true },
  ]);
});

test("two workspaces at one address: each token speaks for its own", async () => {
  await using first = await open();
  await using second = await open({
    beside: first,
    team: { id: "T0FABRIKAM", domain: "fabrikam", name: "Fabrikam" },
  });
  expect(second.apiUrl).toBe(first.apiUrl);
  const [here, there] = [await redeem(first), await redeem(first, "T0FABRIKAM")];
  const teamOf = async (token: string) => (await call(first, "auth.test", {}, token)).team_id;
  expect([await teamOf(here.access_token), await teamOf(there.access_token)]).toEqual([
    "T0CSPDESK",
    "T0FABRIKAM",
  ]);
  const user = second.as("admin.agent").id;
  expect(await call(first, "users.info", { user }, here.access_token)).toMatchObject({
    error: "user_not_found",
  });
  expect(await call(first, "users.info", { user }, there.access_token)).toMatchObject({ ok: true });
});
