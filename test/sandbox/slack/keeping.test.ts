import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSlackStandIn } from "#sandbox/slack/start.ts";
import { openDesk, section } from "./desk.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slack-keeping-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("what people said and were told is there after a restart, and goes on from there", async () => {
  const keep = join(folder, "slack.json");
  const metadata = { event_type: "purchase", event_payload: { id: "pur_1" } };
  const button = {
    type: "button" as const,
    action_id: "go",
    text: { type: "plain_text" as const, text: "Go" },
  };
  let posted: { channel?: string; ts?: string } = {};
  let openUrl = "";
  {
    await using desk = await openDesk(
      (app) =>
        app.action("go", async ({ ack, body }) => {
          await ack();
          openUrl = "response_url" in body ? String(body.response_url) : "";
        }),
      { keep },
    );
    const agent = desk.slack.as("admin.agent");
    const { client } = desk.app;
    posted = await client.chat.postMessage({
      channel: agent.id,
      text: "Bought",
      metadata,
      blocks: [section("Bought"), { type: "actions", elements: [button] }],
    });
    await client.chat.update({
      channel: String(posted.channel),
      ts: String(posted.ts),
      text: "Bought twice",
    });
    const gone = await client.chat.postMessage({ channel: agent.id, text: "A mistake" });
    await client.chat.delete({ channel: String(gone.channel), ts: String(gone.ts) });
    await client.chat.postEphemeral({ channel: "C0CSP", user: agent.id, text: "Hint" });
    await agent.say("Anybody there?", { channel: "csp" });
    await client.views.publish({ user_id: agent.id, view: { type: "home", blocks: [section("Home")] } });
    await client.filesUploadV2({ channel_id: "C0CSP", filename: "offer.txt", content: "offer" });
    const again = await client.chat.postMessage({
      channel: agent.id,
      text: "More",
      blocks: [{ type: "actions", elements: [button] }],
    });
    await agent.click("go", { message: { ts: String(again.ts) } });
    await desk.slack.advance(3_600_000);
  }
  expect(await readdir(folder)).toEqual(["slack.json"]);

  await using desk = await openDesk(() => {}, { keep });
  const { slack } = desk;
  const agent = slack.as("admin.agent");
  expect(agent.messages().map(({ text }) => text)).toEqual([
    "Bought twice",
    "Anybody there?",
    expect.anything(),
    "Go",
  ]);
  expect(agent.home()?.text).toBe("Home");
  expect(slack.clock.now().getTime() - Date.now()).toBeGreaterThan(3_500_000);
  expect(slack.state().views).toEqual({});

  const [bought] = agent.dm();
  expect(bought).toMatchObject({ ts: posted.ts, channel: posted.channel, metadata, edited: true });
  const { client } = desk.app;
  const before = new Set(agent.messages().map(({ ts }) => ts));
  await client.chat.update({ channel: String(posted.channel), ts: String(posted.ts), text: "Cancelled" });
  expect(agent.dm()[0]?.text).toBe("Cancelled");
  await client.views.publish({ user_id: agent.id, view: { type: "home", blocks: [section("Home again")] } });
  expect(agent.home()?.text).toBe("Home again");
  const next = await client.chat.postMessage({ channel: agent.id, text: "Next" });
  expect(before).not.toContain(next.ts);
  expect(Number(next.ts)).toBeGreaterThan(Math.max(...[...before].map(Number)));

  const [file] = slack.state().files;
  const download = await fetch(String(file?.url_private), {
    headers: { authorization: `Bearer ${slack.botToken}` },
  });
  expect(await download.text()).toBe("offer");
  const late = await fetch(`${slack.url}${new URL(openUrl).pathname}`, {
    method: "POST",
    body: JSON.stringify({ text: "Too late" }),
  });
  expect([late.status, await late.json()]).toEqual([404, { ok: false, error: "expired_url" }]);
});

test("a file of another version is refused by name, and left alone", async () => {
  const keep = join(folder, "old.json");
  for (const content of ['{"version":0}', "half a fi"]) {
    await writeFile(keep, content);
    await expect(startSlackStandIn({ keep })).rejects.toThrow(`${keep} is no snapshot of version 1`);
  }
});
