import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "#sandbox/free-port.ts";
import { actions, commands } from "#src/slack/ids.ts";
import { browserOf } from "../ground/browser-of.ts";
import { hits, readDatabase } from "../ground/canary.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import { onDatabase } from "../ground/server.ts";
import { startMain } from "../kill/process.ts";
import { type Services, startServices } from "../kill/services.ts";
import { type Visitor, visit } from "./visitor.ts";

const user = "admin.agent@partner.example";
let database: TestDatabase;
let services: Services;
let main: Awaited<ReturnType<typeof startMain>>;
let base: string;
/** What nobody but Entra, the browser and the vault may see. */
const secrets: string[] = [];

beforeAll(async () => {
  database = await createDatabase();
  services = await startServices({ databaseUrl: database.url, redisUrl: null });
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  main = await startMain({
    ...services.env,
    ROLE: "all",
    LOG_LEVEL: "trace",
    PORT: String(port),
    AGENT_TOKENS: "own",
    PUBLIC_URL: base,
    PARTNER_CENTER_REFRESH_TOKEN: "",
  });
  services.slack.setBotUrl(`${main.url}/slack/events`);
});
afterAll(async () => {
  main.child.kill("SIGTERM");
  await main.ended();
  await services.close();
  await database.drop();
});

async function linkOf(agent: Visitor): Promise<string> {
  await agent.types(commands.help, "connect");
  const view = await agent.offered(actions.connectSignIn);
  return /http[^"]+\/connect\/start\?attempt=[\w-]+/.exec(JSON.stringify(view.blocks))?.[0] ?? "";
}

describe("the pages of a sign-in", () => {
  test("G2 load nothing, are framed by nobody, are not kept, and send nothing on", async () => {
    const page = await browserOf("es-ES,es;q=0.9").get(`${base}/connect/callback?code=x&state=y`);
    expect(page.status).toBe(410);
    expect(page.text).toContain('<html lang="es">');
    expect(page.text).not.toContain("<script");
    expect(page.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test.each([
    "/connect/start",
    "/connect/start?attempt=",
    "/connect/start?attempt=<script>alert(1)</script>",
    "/connect/callback",
    "/connect/callback?state=<script>alert(1)</script>&error=<img src=x>&error_description=<b>no</b>",
    `/connect/callback?state=${"x".repeat(15_000)}`,
  ])("G2 say of %s that it is over, and repeat nothing of it", async (path) => {
    const page = await browserOf().get(base + encodeURI(path));
    expect([page.status, page.text]).toEqual([410, expect.stringContaining("This link is over")]);
    expect(page.text).not.toMatch(/alert|<img|<b>|xxxx/);
  });

  test("G2 are read, not posted to; other addresses are as before", async () => {
    const posted = await fetch(`${base}/connect/start`, { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET"]);
    expect((await fetch(`${base}/connect`)).status).toBe(404);
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
  });

  test("G2 need the cookie of the browser that began, which no script reads and no other site sends", async () => {
    const agent = visit(services.slack, "admin.agent");
    const browser = browserOf();
    const { signInUrl, page } = await browser.open(await linkOf(agent));
    const [set = ""] = page.headers.getSetCookie();
    expect(set).toMatch(/^csp-desk-connect=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    if (!signInUrl) throw new Error("no sign-in page");
    const asked = signInUrl.searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: "code",
      redirect_uri: `${base}/connect/callback`,
      code_challenge_method: "S256",
      prompt: "select_account",
      login_hint: user,
      scope: expect.stringContaining("offline_access openid profile"),
    });
    expect(asked.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    const back = await browser.signIn(signInUrl, { user });
    expect((await browserOf().get(back)).status).toBe(410);
    const tampered = new URL(back);
    tampered.searchParams.set("code", "another");
    const refused = await browser.get(tampered);
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining("The sign-in did not work"),
    ]);
    expect((await browser.get(back)).status).toBe(410);
    secrets.push(
      set.slice(17, 60),
      asked.get("state") ?? "",
      asked.get("nonce") ?? "",
      back.searchParams.get("code") ?? "",
    );
  });

  test("G2 tell who was expected where somebody else signed in", async () => {
    const agent = visit(services.slack, "admin.agent");
    const page = await browserOf().connects(await linkOf(agent), { user: "sales.agent@partner.example" });
    expect(page.status).toBe(403);
    expect(page.text).toContain(
      "sales.agent@partner.example, but the link belongs to admin.agent@partner.example",
    );
  });

  test.each([
    [{ mfa: false }, "A second factor is missing"],
    [{ accept: false }, "You did not sign in"],
  ])("G2 say what to do after %j", async (as, said) => {
    const page = await browserOf().connects(await linkOf(visit(services.slack, "admin.agent")), {
      user,
      ...as,
    });
    expect([page.status, page.text]).toEqual([403, expect.stringContaining(said)]);
  });
});

describe("tokens, codes and verifiers", () => {
  test("G2 are nowhere but in the vault, sealed", async () => {
    const agent = visit(services.slack, "admin.agent");
    const browser = browserOf();
    const link = await linkOf(agent);
    const { signInUrl } = await browser.open(link);
    if (!signInUrl) throw new Error("no sign-in page");
    secrets.push(...browser.cookies.values());
    const back = await browser.signIn(signInUrl, { user });
    expect((await browser.get(back)).status).toBe(200);
    await agent.reads("Connected", user);
    await agent.buys("sql server 2022 standard");
    for (const name of ["state", "nonce"]) secrets.push(signInUrl.searchParams.get(name) ?? "");
    secrets.push(back.searchParams.get("code") ?? "", ...services.partnerCenter.issuedTokens());
    expect(secrets.length).toBeGreaterThan(10);
    expect(secrets.every((secret) => secret.length > 20)).toBe(true);
    const places = {
      log: main.output(),
      database: await readDatabase(database.url),
      slack: services.slack.everythingStored(),
      views: services.slack.everythingShownInViews(),
    };
    expect(places.log).toContain("partner center");
    expect(places.database).toContain("connection.connected");
    for (const secret of new Set(secrets)) expect(hits(places, secret)).toEqual([]);
    // The link is for the agent's eyes, in the modal: elsewhere it is not.
    const handle = new URL(link).searchParams.get("attempt") ?? "";
    const { views: _, ...others } = places;
    expect(hits(others, handle)).toEqual([]);
  });

  test("G2 (twin) would be found in each of these places", async () => {
    const [secret = ""] = services.partnerCenter.issuedTokens();
    await onDatabase(database.url, (client) =>
      client.query("update people set display_name = $1", [`a ${secret}`]),
    );
    const places = { database: await readDatabase(database.url), log: `${main.output()} ${secret}` };
    expect(hits(places, secret)).toEqual(["database: as it is", "log: as it is"]);
  });
});
