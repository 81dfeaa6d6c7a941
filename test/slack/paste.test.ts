import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSlackDesk, type SlackDesk } from "./slack-desk.ts";

const key = "W269N-WFGWX-YVC9B-4J6C9-T83GX";
const allow = (manifest: string, ...names: string[]) =>
  names.reduce((text, name) => text.replace(`# - ${name}`, `- ${name}`), manifest);

describe("with the scope, a product key in a channel", () => {
  let whole: SlackDesk;
  beforeAll(async () => {
    whole = await openSlackDesk(
      () => ({}),
      (manifest) => allow(manifest, "channels:history", "message.channels"),
    );
  });
  afterAll(() => whole.close());

  const warnings = (person: ReturnType<SlackDesk["slack"]["as"]>) =>
    person.messages().filter(({ ephemeral }) => ephemeral);
  const posted = () => whole.slack.calls.filter(({ method }) => method === "chat.postEphemeral");

  test("K4 warns its writer alone, once, and says what to do", async () => {
    const agent = whole.slack.as("admin.agent");
    const other = whole.slack.as("admin.agent.2");
    const delivery = await agent.say(`for Contoso: ${key.toLowerCase()} thanks`, { channel: "csp" });
    const [warning] = await whole.slack.waitFor(() => warnings(agent).length > 0 && warnings(agent));
    expect(warning?.notification).toContain("looks like a product key");
    expect(warning?.text).toContain("Delete your message");
    expect(warning?.text).toContain("/csp-keys");
    expect(JSON.stringify(posted())).not.toContain(key.slice(0, 11).toLowerCase());
    expect(warnings(other)).toEqual([]);

    await whole.slack.redeliver(delivery?.id ?? "", { fresh: true });
    await other.say(`\`\`\`\nthe key\n${key}\n\`\`\``, { channel: "csp" });
    await whole.slack.waitFor(() => warnings(other).length > 0);
    expect(warnings(agent)).toHaveLength(1);
    expect(posted()).toHaveLength(2);
  });

  test("K4 in the writer's language, whoever they are", async () => {
    const agente = whole.slack.as("admin.agent.es");
    await agente.say(`clave ${key}`, { channel: "csp" });
    const [warning] = await whole.slack.waitFor(() => warnings(agente).length > 0 && warnings(agente));
    expect(warning?.text).toContain("Elimine ahora su mensaje");
  });

  test("K4 what bots write, edits, and direct messages are left alone", async () => {
    const before = posted().length;
    const delivery = whole.slack.deliveries.findLast(({ kind }) => kind === "event_callback");
    const { event, ...rest } = JSON.parse(delivery?.body ?? "{}");
    const others = [
      { ...event, ts: "1.1", bot_id: "B0OTHER" },
      { ...event, ts: "1.2", subtype: "bot_message", bot_id: "B0OTHER" },
      { ...event, ts: "1.3", subtype: "message_changed", message: event },
      { ...event, ts: "1.4", subtype: "message_deleted", previous_message: event },
      { ...event, ts: "1.5", channel_type: "im" },
    ];
    for (const [index, other] of others.entries())
      expect(await whole.sendEvent({ ...rest, event_id: `Ev${index}`, event: other })).toBe(200);
    const sales = whole.slack.as("sales.agent");
    await sales.say(`and this one: ${key}`, { channel: "csp" });
    await whole.slack.waitFor(() => warnings(sales).length > 0);
    expect(posted()).toHaveLength(before + 1);
  });

  test("K4 nothing of it is logged or stored", async () => {
    const sales = whole.slack.as("sales.agent");
    whole.slack.addFault({ method: "chat.postEphemeral", fault: "500", times: 1 });
    await sales.say(`once more ${key}`, { channel: "csp" });
    await expect.poll(() => whole.under.logged.join("\n")).toContain("a person could not be warned");
    expect(whole.under.logged.join("\n").toUpperCase()).not.toContain(key.slice(0, 11));
    const people = await whole.under.desk.db.selectFrom("people").selectAll().execute();
    const activity = await whole.under.desk.db.selectFrom("activity").selectAll().execute();
    expect(JSON.stringify([people, activity]).toUpperCase()).not.toContain(key.slice(0, 11));
  });
});

describe("without the scope", () => {
  let whole: SlackDesk;
  beforeAll(async () => {
    whole = await openSlackDesk();
  });
  afterAll(() => whole.close());

  test("K4 the manifest as it is delivers no messages, and a message that comes all the same is not read", async () => {
    const agent = whole.slack.as("admin.agent");
    expect(await agent.say(key, { channel: "csp" })).toBeUndefined();
    await agent.openHome();
    await whole.slack.waitFor(() => agent.home());
    const home = whole.slack.deliveries.findLast(({ kind }) => kind === "event_callback");
    const body = JSON.parse(home?.body ?? "{}");
    const event = {
      type: "message",
      channel_type: "channel",
      channel: "C0CSP",
      user: agent.id,
      ts: "1.1",
      text: key,
    };
    expect(await whole.sendEvent({ ...body, event_id: "EvX", event })).toBe(200);
    await whole.edge.stop();
    expect(whole.slack.calls.filter(({ method }) => method === "chat.postEphemeral")).toEqual([]);
  });
});
