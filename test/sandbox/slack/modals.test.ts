import type { App, SlashCommand, types } from "@slack/bolt";
import { expect, test } from "vitest";
import { NotPossible } from "#sandbox/slack/model.ts";
import { modal, openDesk, option, plain, section, signal, slackError, textInput } from "./desk.ts";

const customers = [option("Contoso", "contoso"), option("Fabrikam", "fabrikam")];

const buyForm = (more: types.KnownBlock[] = []): types.ModalView =>
  modal(
    "buy",
    [
      {
        type: "input",
        block_id: "customer",
        label: plain("Customer"),
        dispatch_action: true,
        element: { type: "external_select", action_id: "customer.pick", min_query_length: 2 },
      },
      textInput("note", { max_length: 10 }),
      ...more,
    ],
    { private_metadata: "draft-1", notify_on_close: true },
  );

function buying(app: App): void {
  app.command("/csp-buy", async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: buyForm() });
  });
  app.options("customer.pick", async ({ ack, payload }) => {
    await ack({ options: customers.filter((customer) => customer.text.text.startsWith(payload.value)) });
  });
  app.action("customer.pick", async ({ ack, client, body }) => {
    await ack();
    if (body.type !== "block_actions" || !body.view) return;
    const chosen = body.view.state.values.customer?.["customer.pick"]?.selected_option?.value;
    await client.views.update({
      view_id: body.view.id,
      hash: body.view.hash,
      view: buyForm([section(`For ${chosen}`)]),
    });
  });
  app.view("buy", async ({ ack, view, client, body }) => {
    const note = view.state.values.note?.note?.value;
    if (note === "wrong") {
      await ack({ response_action: "errors", errors: { note: "Not that" } });
      return;
    }
    await ack();
    await client.chat.postMessage({ channel: body.user.id, text: `${view.private_metadata}: ${note}` });
  });
}

/** An app that keeps the trigger of every `/csp`, so that a test can spend it itself. */
function keepingTriggers(commands: SlashCommand[]): (app: App) => void {
  return (app) => {
    app.command("/csp", async ({ ack, body }) => {
      commands.push(body);
      await ack();
    });
  };
}

test("a signed command opens a modal, suggestions fill it, an action redraws it, a submission closes it", async () => {
  await using desk = await openDesk(buying);
  const agent = desk.slack.as("admin.agent");
  const delivery = await agent.command("/csp-buy");
  expect(delivery.result).toMatchObject({ outcome: "answered", status: 200 });
  expect((await agent.view("buy")).text).toContain("Customer");

  expect((await agent.suggest("customer.pick", "Fa")).map((found) => found.value)).toEqual(["fabrikam"]);
  await agent.type("note", "urgent");
  await agent.pick("customer.pick", "Fa");
  const redrawn = await desk.slack.waitFor(() => {
    const view = agent.currentView();
    return view?.text.includes("For fabrikam") && view;
  });
  expect(redrawn.state.note?.note?.value).toBe("urgent");

  expect(await agent.submit()).toEqual({ outcome: "closed" });
  expect(agent.currentView()).toBeUndefined();
  const message = await desk.slack.waitFor(() => agent.dm()[0]);
  expect(message).toMatchObject({ from: "bot", text: "draft-1: urgent", ephemeral: false });
  expect(desk.errors).toEqual([]);
});

test("a submission is checked by the client, then refused by the bot, then taken", async () => {
  await using desk = await openDesk(buying);
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp-buy");
  await agent.view("buy");
  const submissions = () =>
    desk.slack.deliveries.filter((delivery) => delivery.kind === "view_submission").length;

  const required = "Please complete this required field.";
  expect(await agent.submit()).toEqual({
    outcome: "incomplete",
    errors: { customer: required, note: required },
  });
  await agent.pick("customer.pick", "Co");
  await agent.type("note", "much too long");
  expect(await agent.submit()).toEqual({
    outcome: "incomplete",
    errors: { note: "Must be at most 10 characters" },
  });
  expect(submissions()).toBe(0);

  await agent.type("note", "wrong");
  expect(await agent.submit()).toEqual({ outcome: "errors", errors: { note: "Not that" } });
  expect(agent.currentView()?.errors).toEqual({ note: "Not that" });
  await agent.type("note", "right");
  expect(await agent.submit()).toEqual({ outcome: "closed" });
  expect(submissions()).toBe(2);
});

test("a trigger works once and for three seconds", async () => {
  const commands: SlashCommand[] = [];
  await using desk = await openDesk(keepingTriggers(commands));
  const agent = desk.slack.as("admin.agent");
  const open = async (wait: number) => {
    await agent.command("/csp");
    await desk.slack.advance(wait);
    const trigger_id = commands.at(-1)?.trigger_id ?? "";
    return { trigger_id, call: desk.app.client.views.open({ trigger_id, view: modal("a", [section("A")]) }) };
  };
  const first = await open(2_000);
  expect((await first.call).view?.callback_id).toBe("a");
  const again = desk.app.client.views.open({
    trigger_id: first.trigger_id,
    view: modal("b", [section("B")]),
  });
  expect(await slackError(again)).toBe("exchanged_trigger_id");
  expect(await slackError((await open(3_001)).call)).toBe("expired_trigger_id");
  const invented = desk.app.client.views.open({ trigger_id: "1.2.3", view: modal("b", [section("B")]) });
  expect(await slackError(invented)).toBe("invalid_trigger_id");
});

test("an update with an old hash is refused", async () => {
  const commands: SlashCommand[] = [];
  await using desk = await openDesk(keepingTriggers(commands));
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  const { views } = desk.app.client;
  const opened = await views.open({
    trigger_id: commands[0]?.trigger_id ?? "",
    view: modal("a", [section("A")], { external_id: "loading-1" }),
  });
  const hash = opened.view?.hash ?? "";
  const view_id = opened.view?.id ?? "";
  await views.update({ external_id: "loading-1", hash, view: modal("a", [section("B")]) });
  const late = views.update({ view_id, hash, view: modal("a", [section("C")]) });
  expect(await slackError(late)).toBe("hash_conflict");
  expect(agent.currentView()?.text).toContain("B");
});

test("a stack holds three modals", async () => {
  await using desk = await openDesk((app) => {
    const page = (text: string) =>
      modal("page", [
        section(text),
        { type: "actions", elements: [{ type: "button", action_id: "deeper", text: plain("Deeper") }] },
      ]);
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: page("1") });
    });
    app.action("deeper", async ({ ack, client, body }) => {
      await ack();
      if (body.type === "block_actions")
        await client.views.push({ trigger_id: body.trigger_id, view: page("2") });
    });
    app.view("page", async ({ ack }) => ack({ response_action: "push", view: page("3") }));
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("page");
  await agent.click("deeper");
  await desk.slack.waitFor(() => agent.currentView()?.depth === 2);
  expect(await agent.submit()).toEqual({ outcome: "pushed" });
  expect(agent.viewStack().map((view) => view.depth)).toEqual([1, 2, 3]);

  await agent.click("deeper");
  const refused = await desk.slack.waitFor(() => desk.slack.calls.find((call) => call.error !== undefined));
  expect(refused).toMatchObject({ method: "views.push", error: "push_limit_reached" });
  expect((await agent.submit()).outcome).toBe("trouble");

  await agent.close();
  expect(agent.currentView()?.depth).toBe(2);
  await agent.close({ all: true });
  expect(agent.currentView()).toBeUndefined();
  expect(await desk.firstError).toBeInstanceOf(Error);
});

test("an update of a closed modal finds nothing, and the bot hears of the closing if it asked", async () => {
  const closed: { id: string; cleared: boolean }[] = [];
  await using desk = await openDesk((app) => {
    buying(app);
    app.view({ callback_id: "buy", type: "view_closed" }, async ({ ack, view, body }) => {
      await ack();
      closed.push({ id: view.id, cleared: "is_cleared" in body && body.is_cleared });
    });
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp-buy");
  const { id } = await agent.view("buy");
  await agent.close();
  expect(await slackError(desk.app.client.views.update({ view_id: id, view: buyForm() }))).toBe("not_found");
  expect(closed).toEqual([{ id, cleared: false }]);
});

test("a submission may update the modal or clear the stack", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: modal("first", [textInput("a")]) });
    });
    app.view("first", async ({ ack }) => {
      await ack({
        response_action: "update",
        view: modal("second", [textInput("a", { initial_value: "new" })]),
      });
    });
    app.view("second", async ({ ack }) => ack({ response_action: "clear" }));
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("first");
  await agent.type("a", "old");
  expect(await agent.submit()).toEqual({ outcome: "updated" });
  expect(agent.currentView()).toMatchObject({ callbackId: "second", state: { a: { a: { value: "old" } } } });
  expect(await agent.submit()).toEqual({ outcome: "cleared" });
  expect(agent.currentView()).toBeUndefined();
});

test("a late answer to a submission leaves the modal open with Slack's line", async () => {
  const release = signal();
  await using desk = await openDesk(
    (app) => {
      app.command("/csp", async ({ ack, client, body }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: modal("slow", [section("A")]) });
      });
      app.view("slow", async ({ ack }) => {
        await release.given;
        await ack();
      });
    },
    { ackDeadlineMs: 2_000 },
  );
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("slow");
  expect(await agent.submit()).toMatchObject({ outcome: "trouble" });
  expect(agent.currentView()?.trouble).toContain("trouble connecting");
  expect(desk.slack.deliveries.at(-1)?.result).toMatchObject({ outcome: "late", status: null });
  release.give();
});

test("a modal that Slack would not take is refused with the place of the fault", async () => {
  const commands: SlashCommand[] = [];
  await using desk = await openDesk(keepingTriggers(commands));
  await desk.slack.as("admin.agent").command("/csp");
  const response = await fetch(`${desk.slack.apiUrl}views.open`, {
    method: "POST",
    headers: { authorization: `Bearer ${desk.slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify({
      trigger_id: commands[0]?.trigger_id,
      view: { type: "modal", title: plain("x".repeat(25)), blocks: [{ type: "sections", text: "?" }] },
    }),
  });
  expect(await response.json()).toMatchObject({
    ok: false,
    error: "invalid_arguments",
    response_metadata: {
      messages: [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
        "[ERROR] unsupported type: sections [json-pointer:/view/blocks/0/type]",
      ],
    },
  });
});

test("a person can only use what is there", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      const blocks: types.KnownBlock[] = [
        {
          type: "input",
          block_id: "edition",
          label: plain("Edition"),
          element: { type: "static_select", action_id: "edition", options: [option("Standard", "std")] },
        },
        {
          type: "input",
          block_id: "who",
          label: plain("Customer"),
          element: { type: "external_select", action_id: "who" },
        },
        textInput("note"),
      ];
      await client.views.open({ trigger_id: body.trigger_id, view: modal("form", blocks) });
    });
    app.options("who", async ({ ack }) => ack({ options: customers }));
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("form");
  await expect(agent.click("buy")).rejects.toThrow("sees no element buy");
  await expect(agent.click("edition")).rejects.toThrow("is a static_select, not a button");
  await expect(agent.select("edition", "datacenter")).rejects.toThrow('it offers "Standard"');
  await expect(agent.select("who", "contoso")).rejects.toThrow("it offers nothing");
  await expect(agent.suggest("who", "co")).rejects.toThrow("from 3 characters on");
  await expect(agent.pick("who", "con", "Northwind")).rejects.toThrow(NotPossible);
  await expect(agent.select("note", "x")).rejects.toThrow("nothing can be chosen there");
  await expect(agent.type("edition", "x")).rejects.toThrow("nothing can be typed there");
  await agent.select("edition", "Standard");
  await agent.pick("who", "con", "contoso");
  expect(agent.currentView()?.state).toMatchObject({
    edition: { edition: { selected_option: { value: "std" } } },
    who: { who: { selected_option: { value: "contoso" } } },
  });
  await agent.close();
  await expect(agent.submit()).rejects.toThrow("has no modal open");
  await expect(desk.slack.as("guest").command("/csp", "", { channel: "general" })).rejects.toThrow(
    "is not in general",
  );
  await expect(desk.slack.as("former.agent").command("/csp")).rejects.toThrow("deactivated");
});

test("every kind of field keeps its own kind of value", async () => {
  const received: unknown[] = [];
  await using desk = await openDesk((app) => {
    const input = (id: string, element: types.InputBlock["element"]): types.InputBlock => ({
      type: "input",
      block_id: id,
      label: plain(id),
      optional: true,
      element,
    });
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      const view = modal("fields", [
        input("products", {
          type: "multi_static_select",
          action_id: "v",
          options: [option("A", "a"), option("B", "b")],
        }),
        input("agent", { type: "users_select", action_id: "v" }),
        input("channel", { type: "conversations_select", action_id: "v" }),
        input("day", { type: "datepicker", action_id: "v" }),
        input("seats", { type: "number_input", action_id: "v", is_decimal_allowed: false }),
        input("mail", { type: "email_text_input", action_id: "v" }),
        input("terms", { type: "checkboxes", action_id: "v", options: [option("Yes", "yes")] }),
        input("files", { type: "file_input", action_id: "v", filetypes: ["txt"] }),
        input("untouched", { type: "radio_buttons", action_id: "v", options: [option("One", "1")] }),
      ]);
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    app.view("fields", async ({ ack, view }) => {
      received.push(view.state.values);
      await ack();
    });
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("fields");
  await agent.select("products", ["a", "B"]);
  await agent.select("agent", "sales.agent");
  await agent.select("channel", "#csp");
  await agent.select("day", "2019-12-24");
  await expect(agent.select("day", "Christmas")).rejects.toThrow("does not fit");
  await agent.type("seats", "a few");
  await agent.type("mail", "nobody");
  await agent.select("terms", ["yes"]);
  expect(() => agent.attach("files", [{ name: "invoice.exe", content: "" }])).toThrow("takes no .exe files");
  agent.attach("files", [{ name: "invoice.txt", content: "total" }]);
  expect((await agent.submit()).errors).toEqual({
    seats: "Must be a number",
    mail: "Must be an e-mail address",
  });
  await agent.type("seats", "5");
  await agent.type("mail", "it@contoso.example");
  expect(await agent.submit()).toEqual({ outcome: "closed" });
  expect(received).toMatchObject([
    {
      products: { v: { selected_options: [{ value: "a" }, { value: "b" }] } },
      agent: { v: { selected_user: desk.slack.as("sales.agent").id } },
      channel: { v: { selected_conversation: "C0CSP" } },
      day: { v: { selected_date: "2019-12-24" } },
      seats: { v: { value: "5" } },
      mail: { v: { value: "it@contoso.example" } },
      terms: { v: { selected_options: [{ value: "yes" }] } },
      files: { v: { files: [{ name: "invoice.txt", size: 5 }] } },
      untouched: { v: { selected_option: null } },
    },
  ]);
});

test("a select of several keeps what an earlier query brought, up to its limit", async () => {
  const sent: unknown[] = [];
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      const element = {
        type: "multi_external_select" as const,
        action_id: "who",
        min_query_length: 1,
        max_selected_items: 3,
        initial_options: [option("Northwind", "northwind")],
      };
      const blocks = [{ type: "input" as const, block_id: "who", label: plain("Who"), element }];
      await client.views.open({ trigger_id: body.trigger_id, view: modal("form", blocks) });
    });
    app.options("who", async ({ ack, payload }) =>
      ack({ options: [option(`Company ${payload.value}`, payload.value)] }),
    );
    app.view("form", async ({ ack, view }) => {
      sent.push(view.state.values.who?.who?.selected_options?.map(({ value }) => value));
      await ack();
    });
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("form");
  await agent.pick("who", "contoso");
  await agent.pick("who", "fabrikam");
  await agent.pick("who", "fabrikam");
  await expect(agent.pick("who", "proseware")).rejects.toThrow("takes 3 at most");
  await agent.select("who", ["contoso", "Company fabrikam"]);
  await expect(agent.select("who", ["contoso", "northwind"])).rejects.toThrow('does not offer "northwind"');
  await agent.submit();
  expect(sent).toEqual([["contoso", "fabrikam"]]);
});
