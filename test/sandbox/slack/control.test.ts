import { expect, test } from "vitest";
import type { SlackStandIn, WorkspaceState } from "#sandbox/slack/start.ts";
import { modal, openDesk, option, plain, section, textInput } from "./desk.ts";

async function control(slack: SlackStandIn, path: string, body?: object, method = "POST"): Promise<Response> {
  return fetch(`${slack.url}/control${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
  });
}

async function stateOf(slack: SlackStandIn): Promise<WorkspaceState> {
  return (await (await control(slack, "/state", undefined, "GET")).json()) as WorkspaceState;
}

test("a whole purchase can be played over the control API", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp-buy", async ({ ack, client, body }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: modal("buy", [
          {
            type: "input",
            block_id: "customer",
            label: plain("Customer"),
            element: { type: "external_select", action_id: "customer", min_query_length: 0 },
          },
          textInput("note"),
          {
            type: "input",
            block_id: "papers",
            label: plain("Papers"),
            optional: true,
            element: { type: "file_input", action_id: "papers" },
          },
        ]),
      });
    });
    app.options("customer", async ({ ack }) => ack({ options: [option("Contoso", "contoso")] }));
    app.view("buy", async ({ ack, body, client, view }) => {
      await ack();
      const { customer, note, papers } = view.state.values;
      const parts = [
        customer?.customer?.selected_option?.value,
        note?.note?.value,
        papers?.papers?.files?.[0]?.name,
      ];
      await client.chat.postMessage({ channel: body.user.id, text: parts.join(" ") });
    });
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [section("Home")] } });
    });
  });
  const { slack } = desk;
  const person = "admin.agent";
  expect((await control(slack, "/commands", { person, command: "/csp-buy" })).status).toBe(200);
  await slack.as(person).view("buy");
  const [view] = (await stateOf(slack)).views[person] ?? [];
  expect(view).toMatchObject({ callbackId: "buy", title: "CSP Desk" });

  const suggested = await control(slack, "/options", { person, id: "customer", query: "" });
  expect(await suggested.json()).toMatchObject({ options: [{ value: "contoso" }] });
  await control(slack, "/actions", { person, id: "customer", value: "contoso" });
  await control(slack, "/actions", { person, id: "note", text: "urgent" });
  const files = [{ name: "offer.pdf", base64: Buffer.from("offer").toString("base64") }];
  await control(slack, "/actions", { person, id: "papers", files });
  const submitted = await control(slack, `/views/${view?.id}/submit`, {});
  expect(await submitted.json()).toEqual({ outcome: "closed" });
  await slack.waitFor(() => slack.as(person).dm()[0]?.text === "contoso urgent offer.pdf");

  await control(slack, "/home", { person });
  await slack.waitFor(() => slack.as(person).home());
  const after = await stateOf(slack);
  expect(after.homes[person]?.text).toBe("Home");
  expect(after.views).toEqual({});
  expect(after.channels.find((channel) => channel.kind === "im")?.messages).toMatchObject([
    { text: "contoso urgent offer.pdf" },
  ]);
  expect(after.deliveries.map((delivery) => delivery.kind)).toEqual([
    "command",
    "block_suggestion",
    "view_submission",
    "event_callback",
  ]);

  const [first] = after.deliveries;
  const again = await control(slack, "/redeliver", { deliveryId: first?.id, fresh: true });
  expect(await again.json()).toMatchObject({ redeliveryOf: first?.id, body: first?.body });
  await slack.waitFor(() => slack.calls.some((call) => call.error === "exchanged_trigger_id"));
});

test("what a person could not do is a conflict, what makes no sense a bad request", async () => {
  await using desk = await openDesk(() => {});
  const { slack } = desk;
  const click = await control(slack, "/actions", { person: "admin.agent", id: "buy" });
  expect([click.status, await click.json()]).toEqual([
    409,
    { error: expect.stringContaining("sees no element buy") },
  ]);
  expect((await control(slack, "/views/V404/submit", {})).status).toBe(409);
  expect((await control(slack, "/commands", { person: "nobody", command: "/csp" })).status).toBe(409);
  expect((await control(slack, "/commands", { person: "admin.agent" })).status).toBe(400);
  expect((await control(slack, "/faults", { method: "auth.test", fault: "flood" })).status).toBe(400);
  expect((await control(slack, "/redeliver", { deliveryId: "delivery-404" })).status).toBe(409);
});

test("a page from elsewhere is turned away", async () => {
  await using desk = await openDesk(() => {});
  const from = (origin: string) => fetch(`${desk.slack.url}/control/state`, { headers: { origin } });
  expect((await from("http://127.0.0.1:5173")).status).toBe(200);
  expect((await from("https://127.0.0.1.elsewhere.example")).status).toBe(403);
});

test("clock and faults are moved over HTTP, the address checked", async () => {
  await using desk = await openDesk(() => {}, { clock: { now: () => new Date("2019-12-01T00:00:00Z") } });
  const { slack } = desk;
  const moved = await control(slack, "/clock", { advanceMs: 60_000 });
  expect(await moved.json()).toEqual({ now: "2019-12-01T00:01:00.000Z" });
  await control(slack, "/faults", { method: "auth.test", fault: "error:fatal_error" });
  expect((await stateOf(slack)).faults).toHaveLength(1);
  await control(slack, "/faults", undefined, "DELETE");
  expect((await stateOf(slack)).faults).toEqual([]);
  const verified = await control(slack, "/verify", {});
  expect(await verified.json()).toEqual({ urlVerification: true, sslCheck: true });
});

test("ephemeral messages are gone after a reload, for that person only", async () => {
  await using desk = await openDesk(() => {});
  const { slack } = desk;
  const people = ["admin.agent", "sales.agent"].map((key) => slack.as(key));
  for (const { id } of people) {
    await desk.app.client.chat.postEphemeral({ channel: "C0CSP", user: id, text: "Hint" });
  }
  await control(slack, "/reload", { person: "admin.agent" });
  expect(people.map((person) => person.messages().length)).toEqual([0, 1]);
});

test("every change is told on the event stream", async () => {
  await using desk = await openDesk(() => {});
  const { slack } = desk;
  const stream = await fetch(`${slack.url}/control/events`);
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  await control(slack, "/messages", { person: "admin.agent", text: "hello", channel: "csp" });
  let told = "";
  while (!told.includes("event: message\ndata: {")) told += (await reader?.read())?.value ?? "";
  await slack.close();
  while (reader && !(await reader.read()).done);
});
