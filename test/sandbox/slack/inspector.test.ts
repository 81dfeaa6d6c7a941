import { expect, test } from "vitest";
import type { Exchange } from "#sandbox/slack/inspector.ts";
import { masked } from "#sandbox/slack/inspector.ts";
import { modal, openDesk, plain, section } from "./desk.ts";

const key = "ABCDE-12345-FGHIJ-67890-KLMNO";
const link = "https://files.example.com/download/7f3a?token=s3cret";

test("keys and download links are masked wherever they stand, and nothing else is", () => {
  const content = {
    blocks: [section(`Key: *${key}* or ${key.toLowerCase()}`), { url: link, text: `<${link}|Download>` }],
    metadata: JSON.stringify({ key }),
    id: "6dd50f68-2f1b-4b6e-9a55-0f4c9f9b8a01",
    page: "https://learn.microsoft.com/partner-center",
    count: 3,
    none: null,
  };
  const shown = JSON.stringify(masked(content));
  for (const secret of [key, key.toLowerCase(), link, "s3cret"]) expect(shown).not.toContain(secret);
  expect(masked(content)).toMatchObject({
    id: content.id,
    page: content.page,
    count: 3,
    none: null,
    blocks: [
      {},
      { url: "https://files.example.com/•••••", text: "<https://files.example.com/•••••|Download>" },
    ],
  });
});

test("every exchange is listed with its name, outcome and time, masked, and only what is new when asked", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp-keys", async ({ ack, client, body, respond }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: modal("keys", [section(key), section(link)]),
      });
      await client.views
        .open({ trigger_id: body.trigger_id, view: modal("keys", [section("late")]) })
        .catch(() => {});
      await respond({
        text: "Done",
        blocks: [
          { type: "actions", elements: [{ type: "button", action_id: "again", text: plain("Again") }] },
        ],
      });
    });
    app.action("again", async ({ ack }) => ack());
  });
  const { slack } = desk;
  const agent = slack.as("admin.agent");
  await agent.command("/csp-keys");
  await slack.waitFor(() => agent.messages().some((message) => message.notification === "Done"));
  const list = async (after?: number): Promise<Exchange[]> => {
    const response = await fetch(
      `${slack.url}/control/exchanges${after === undefined ? "" : `?after=${after}`}`,
    );
    return ((await response.json()) as { exchanges: Exchange[] }).exchanges;
  };
  const exchanges = await list();
  expect(JSON.stringify(exchanges)).not.toContain(key);
  expect(JSON.stringify(exchanges)).not.toContain("s3cret");
  const shown = exchanges.map(({ to, name, outcome, note, status }) => [to, name, outcome, note, status]);
  expect(shown).toContainEqual(["bot", "/csp-keys", "ok", "", 200]);
  expect(shown).toContainEqual(["slack", "views.open", "ok", "", 200]);
  expect(shown).toContainEqual(["slack", "views.open", "error", "exchanged_trigger_id", 200]);
  expect(shown).toContainEqual(["slack", "response_url", "ok", "", 200]);
  expect(exchanges.every((exchange) => Number.isInteger(exchange.latencyMs))).toBe(true);
  const seqs = exchanges.map((exchange) => exchange.seq);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  const last = seqs.at(-1) ?? 0;
  expect(await list(last)).toEqual([]);
  await agent.close();
  await agent.click("again");
  expect((await list(last)).map(({ name, person }) => [name, person])).toEqual([["again", agent.id]]);
  expect((await fetch(`${slack.url}/control/exchanges?after=x`)).status).toBe(400);
});

test("the event stream carries the exchange with its change", async () => {
  await using desk = await openDesk((app) => app.command("/csp", async ({ ack }) => ack()));
  const { slack } = desk;
  const stream = await fetch(`${slack.url}/control/events`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  await slack.as("admin.agent").command("/csp", key);
  let told = "";
  while (!told.includes('"outcome":"ok"')) told += (await reader?.read())?.value ?? "";
  expect(told).toContain('"name":"/csp"');
  expect(told).not.toContain(key);
  await slack.close();
  while (reader && !(await reader.read()).done);
});
