import { request } from "node:http";
import { expect, test } from "vitest";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { serveWeb } from "#sandbox/web/serve.ts";
import type { Seen, Setting } from "#sandbox/web/wire.ts";
import { manifest } from "./bot.ts";

function start(): Promise<SlackStandIn> {
  const started = startSlackStandIn({
    manifest,
    serve: serveWeb({ standIn: () => standIn, manifest, title: "Try <it>" }),
  });
  let standIn: SlackStandIn;
  return started.then((ready) => {
    standIn = ready;
    return ready;
  });
}

/** The status for a request that names another host. */
function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    })
      .on("error", reject)
      .end();
  });
}

test("the page keeps to its own origin", async () => {
  await using slack = await start();
  const response = await fetch(`${slack.url}/`);
  const html = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(policy).not.toContain("http");
  expect(response.headers.get("x-frame-options")).toBe("DENY");
  expect(html).toContain("Try &lt;it>");
  const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1];
  expect(html.match(/<script(?! type="module" src=)[^>]*>/g)).toEqual([
    `<script type="importmap" nonce="${nonce}">`,
  ]);
  expect((await fetch(`${slack.url}/`)).headers.get("content-security-policy")).not.toBe(policy);
});

test("modules come without their types, and nothing else comes", async () => {
  await using slack = await start();
  const main = await fetch(`${slack.url}/web/client/main.ts`);
  expect(main.headers.get("content-type")).toContain("text/javascript");
  expect(await main.text()).not.toContain("Promise<void>");
  for (const library of ["preact.js", "preact-hooks.js", "htm.js", "htm-preact.js"]) {
    expect((await fetch(`${slack.url}/modules/${library}`)).status, library).toBe(200);
  }
  for (const path of ["client/nothing.ts", "client/..%2Fserve.ts", "client/tsconfig.json", "serve.ts"]) {
    expect((await fetch(`${slack.url}/web/${path}`)).status, path).toBe(404);
  }
});

test("only this machine is served", async () => {
  await using slack = await start();
  for (const path of ["/", "/web/setting", "/web/people/admin.agent"]) {
    expect(await statusFor(`${slack.url}${path}`, { host: "evil.example" }), path).toBe(403);
    expect(await statusFor(`${slack.url}${path}`, { origin: "https://evil.example" }), path).toBe(403);
    expect(await statusFor(`${slack.url}${path}`, { host: "localhost:80" }), path).toBe(200);
  }
});

test("a person sees their own channels and what is meant for them", async () => {
  await using slack = await start();
  await slack.as("admin.agent").say("in general", { channel: "general" });
  await slack.as("admin.agent").say("in csp", { channel: "csp" });
  await slack.as("admin.agent").say("in private");
  const seen = async (key: string) => (await (await fetch(`${slack.url}/web/people/${key}`)).json()) as Seen;
  const texts = async (key: string) => (await seen(key)).messages.map(({ text }) => text);
  expect(await texts("admin.agent")).toEqual(["in general", "in csp", "in private"]);
  expect(await texts("sales.agent")).toEqual(["in general", "in csp"]);
  expect(await texts("guest")).toEqual(["in csp"]);
  const nobody = await fetch(`${slack.url}/web/people/nobody`);
  expect(nobody.status).toBe(409);
  const setting = (await (await fetch(`${slack.url}/web/setting`)).json()) as Setting;
  expect(setting.app.name).toBe("Workbench");
  expect(setting.commands[0]).toEqual({
    command: "/form",
    description: "Open a form with every element",
    usageHint: "[customer]",
  });
});

test("a wrong change of the surroundings is refused", async () => {
  await using slack = await start();
  const response = await fetch(`${slack.url}/web/surroundings`, {
    method: "POST",
    body: JSON.stringify({ what: "clock", advanceMs: -1 }),
  });
  expect(response.status).toBe(400);
});
