import { afterAll, beforeAll, expect, test } from "vitest";
import { actions, commands } from "#src/slack/ids.ts";
import { browserOf } from "../ground/browser-of.ts";
import { type Flow, openFlow } from "./flow.ts";
import { visit } from "./visitor.ts";

/** Where browsers reach the app: TLS ends before it. Slack is reached over a socket. */
const outside = "https://desk.example";

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow({
    socketMode: true,
    ownTokens: true,
    env: { PUBLIC_URL: outside, LOG_LEVEL: "silent" },
  });
  await flow.slack.waitFor(() => flow.slack.state().connections === 1);
});
afterAll(() => flow.close());

/** An address of the outside, as what stands before the app passes it on. */
const inside = (address: string | URL) => {
  const { pathname, search } = new URL(address);
  return `${flow.app.url}${pathname}${search}`;
};

async function linkOf(): Promise<string> {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.help, "connect");
  const view = await agent.offered(actions.connectSignIn);
  const [link = ""] = /https:[^"]+\/connect\/start\?attempt=[\w-]+/.exec(JSON.stringify(view.blocks)) ?? [];
  await agent.person.close({ all: true });
  return link;
}

const user = "admin.agent@partner.example";

test("G2 in Socket Mode the sign-in is served as well, and behind https its cookie is for https and this host alone", async () => {
  const link = await linkOf();
  expect(link.startsWith(`${outside}/connect/start?attempt=`)).toBe(true);
  const browser = browserOf();
  const { signInUrl, page } = await browser.open(inside(link));
  const [set = ""] = page.headers.getSetCookie();
  expect(set).toMatch(
    /^__Host-csp-desk-connect=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/,
  );
  expect(signInUrl?.searchParams.get("redirect_uri")).toBe(`${outside}/connect/callback`);
  if (!signInUrl) throw new Error("no sign-in page");
  const back = await browser.signIn(signInUrl, { user });
  expect(back.origin + back.pathname).toBe(`${outside}/connect/callback`);
  const done = await browser.get(inside(back));
  expect(done.status).toBe(200);
  expect(done.headers.getSetCookie()).toEqual([
    "__Host-csp-desk-connect=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0",
  ]);
  expect(browser.cookies.size).toBe(0);
  await visit(flow.slack, "admin.agent").reads("Connected", user);
  // There is nothing for Slack to send to.
  expect((await fetch(`${flow.app.url}/slack/events`, { method: "POST" })).status).toBe(404);
});

test("G2 (twin) a cookie of the name that plain http has opens nothing there", async () => {
  const browser = browserOf();
  const { signInUrl } = await browser.open(inside(await linkOf()));
  if (!signInUrl) throw new Error("no sign-in page");
  const back = await browser.signIn(signInUrl, { user });
  const [value = ""] = browser.cookies.values();
  browser.cookies.clear();
  browser.cookies.set("csp-desk-connect", value);
  expect((await browser.get(inside(back))).status).toBe(410);
});
