import type { App, types } from "@slack/bolt";

const plain = (text: string) => ({ type: "plain_text" as const, text });
const option = (text: string, value: string) => ({ text: plain(text), value });
const section = (text: string): types.SectionBlock => ({ type: "section", text: { type: "mrkdwn", text } });

const editions = ["Standard", "Datacenter", "Essentials"].map((name) => option(name, name.toLowerCase()));
const customers = ["Contoso", "Fabrikam", "Contoso Iberia", "مؤسسة كونتوسو"];

/** A manifest that declares what this bot does. */
export const manifest = {
  display_information: { name: "Workbench", description: "A bot with one of everything" },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: "workbench", always_online: true },
    slash_commands: [
      command("/form", "Open a form with every element", "[customer]"),
      command("/steps", "Open a form of several steps"),
      command("/message", "See every block in a message"),
      command("/whisper", "See something that only you see"),
      command("/silence", "Wait in vain for an answer"),
    ],
    shortcuts: [
      {
        name: "New form",
        type: "global",
        callback_id: "new_form",
        description: "Open the form from anywhere",
      },
      {
        name: "Form about this",
        type: "message",
        callback_id: "form_about",
        description: "Open the form about a message",
      },
      {
        name: "Silent shortcut",
        type: "message",
        callback_id: "silent",
        description: "Wait in vain for an answer",
      },
    ],
  },
  oauth_config: {
    scopes: { bot: ["commands", "chat:write", "im:write", "im:history", "files:read", "users:read"] },
  },
  settings: {
    event_subscriptions: {
      request_url: "https://bot.example/slack/events",
      bot_events: ["app_home_opened", "message.im"],
    },
    interactivity: {
      is_enabled: true,
      request_url: "https://bot.example/slack/events",
      message_menu_options_url: "https://bot.example/slack/events",
    },
    org_deploy_enabled: false,
    socket_mode_enabled: false,
    token_rotation_enabled: false,
  },
};

function command(name: string, description: string, usageHint?: string) {
  return {
    command: name,
    url: "https://bot.example/slack/events",
    description,
    ...(usageHint === undefined ? {} : { usage_hint: usageHint }),
    should_escape: true,
  };
}

function input(
  id: string,
  label: string,
  element: types.InputBlock["element"],
  rest: Partial<types.InputBlock> = {},
): types.InputBlock {
  return { type: "input", block_id: id, label: plain(label), element, ...rest };
}

/** Every element a form can have. */
function everyElement(): types.ModalView {
  return {
    type: "modal",
    callback_id: "every",
    title: plain("Every element"),
    submit: plain("Place order"),
    close: plain("Not now"),
    blocks: [
      section("*Buy software* for a customer. Prices exclude tax."),
      input("name", "Name", {
        type: "plain_text_input",
        action_id: "name",
        placeholder: plain("As on the order"),
      }),
      input(
        "reason",
        "Reason",
        { type: "plain_text_input", action_id: "reason", multiline: true, max_length: 60 },
        {
          optional: true,
          hint: plain("The customer sees this."),
        },
      ),
      input("quantity", "Quantity", {
        type: "number_input",
        action_id: "quantity",
        is_decimal_allowed: false,
        min_value: "1",
        max_value: "999",
      }),
      input("email", "E-mail", { type: "email_text_input", action_id: "email" }),
      input("site", "Web site", { type: "url_text_input", action_id: "site" }, { optional: true }),
      input("edition", "Edition", { type: "static_select", action_id: "edition", options: editions }),
      input("customer", "Customer", { type: "external_select", action_id: "customer", min_query_length: 2 }),
      input(
        "markets",
        "Markets",
        {
          type: "multi_static_select",
          action_id: "markets",
          max_selected_items: 2,
          option_groups: [
            { label: plain("Europe"), options: [option("Spain", "ES"), option("France", "FR")] },
            { label: plain("Oceania"), options: [option("Australia", "AU")] },
          ],
        },
        { optional: true },
      ),
      input("agent", "Agent", { type: "users_select", action_id: "agent" }, { optional: true }),
      input("where", "Channel", { type: "channels_select", action_id: "where" }, { optional: true }),
      input("day", "Day", { type: "datepicker", action_id: "day" }, { optional: true }),
      input("hour", "Hour", { type: "timepicker", action_id: "hour" }, { optional: true }),
      input("moment", "Moment", { type: "datetimepicker", action_id: "moment" }, { optional: true }),
      input("term", "Term", {
        type: "radio_buttons",
        action_id: "term",
        options: [
          option("One year", "P1Y"),
          { ...option("Three years", "P3Y"), description: plain("Paid monthly") },
        ],
      }),
      input(
        "extras",
        "Extras",
        {
          type: "checkboxes",
          action_id: "extras",
          options: [option("Software Assurance", "sa"), option("Hybrid Benefit", "hb")],
        },
        { optional: true },
      ),
      input(
        "papers",
        "Papers",
        { type: "file_input", action_id: "papers", filetypes: ["txt", "pdf"], max_files: 2 },
        { optional: true },
      ),
      {
        type: "actions",
        block_id: "tools",
        elements: [
          {
            type: "button",
            action_id: "risky",
            text: plain("Discard"),
            style: "danger",
            confirm: {
              title: plain("Discard it?"),
              text: plain("Nothing of it is kept."),
              confirm: plain("Discard"),
              deny: plain("Keep"),
              style: "danger",
            },
          },
          {
            type: "button",
            action_id: "portal",
            text: plain("Open the portal"),
            url: "https://partner.example/orders",
          },
          {
            type: "overflow",
            action_id: "more",
            options: [option("Duplicate", "copy"), option("Archive", "archive")],
          },
        ],
      },
    ],
  };
}

/** A form whose first field draws the form anew. */
function steps(chosen?: string): types.ModalView {
  return {
    type: "modal",
    callback_id: "steps",
    title: plain("Several steps"),
    submit: plain("Next"),
    blocks: [
      input("note", "Note", { type: "plain_text_input", action_id: "note" }, { optional: true }),
      input(
        "product",
        "Product",
        { type: "static_select", action_id: "product", options: editions },
        {
          dispatch_action: true,
        },
      ),
      ...(chosen === undefined ? [] : [section(`You chose *${chosen}*.`)]),
      {
        type: "actions",
        block_id: "go",
        elements: [{ type: "button", action_id: "deeper", text: plain("Details") }],
      },
    ],
  };
}

const detail: types.ModalView = {
  type: "modal",
  callback_id: "detail",
  title: plain("Details"),
  submit: plain("Finish"),
  blocks: [input("colour", "Colour", { type: "plain_text_input", action_id: "colour" }, { optional: true })],
};

/** One of every block that a message can have. */
function everyBlock(now: number): types.KnownBlock[] {
  return [
    { type: "header", text: plain("Purchase for Contoso") },
    section(
      "*bold* _italic_ ~struck~ `code` :white_check_mark: <https://partner.example/orders|the order> <!date^" +
        `${now}^{date_short} {time}|then>\n• first\n• second\n> quoted\n\`\`\`pre  formatted\`\`\` <javascript:alert(1)|trap> &lt;b&gt;`,
    ),
    {
      type: "section",
      fields: [
        { type: "mrkdwn", text: "*Customer*\nContoso" },
        { type: "mrkdwn", text: "*Total*\nEUR 1,200.00, tax excluded" },
      ],
      accessory: { type: "button", action_id: "look", text: plain("Look"), value: "1" },
    },
    { type: "divider" },
    {
      type: "rich_text",
      elements: [
        {
          type: "rich_text_section",
          elements: [
            { type: "text", text: "Rich ", style: { bold: true } },
            { type: "text", text: "text" },
          ],
        },
        {
          type: "rich_text_list",
          style: "ordered",
          elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "item" }] }],
        },
      ],
    },
    { type: "image", image_url: "https://images.example/box.png", alt_text: "A box of software" },
    {
      type: "actions",
      block_id: "decide",
      elements: [
        { type: "button", action_id: "approve", text: plain("Approve"), style: "primary", value: "42" },
        {
          type: "static_select",
          action_id: "pick",
          placeholder: plain("Pick an edition"),
          options: editions,
        },
        { type: "button", action_id: "dead", text: plain("Dead") },
      ],
    },
    { type: "context", elements: [{ type: "mrkdwn", text: "Asked for by <@U0ADMINAGENT> in <#C0CSP>" }] },
  ];
}

export interface Heard {
  submissions: Record<string, unknown>[];
  actions: { id: string; value: unknown }[];
}

/** Installs the bot; returns what it hears. */
export function install(app: App): Heard {
  const heard: Heard = { submissions: [], actions: [] };

  app.command("/form", async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: everyElement() });
  });
  app.shortcut("new_form", async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: everyElement() });
  });
  app.shortcut({ type: "message_action", callback_id: "form_about" }, async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: steps(body.message.text ?? "") });
  });
  app.command("/steps", async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: steps() });
  });
  app.command("/message", async ({ ack, client, body }) => {
    await ack();
    const now = Math.floor(Date.UTC(2026, 0, 15, 12) / 1000);
    await client.chat.postMessage({
      channel: body.user_id,
      text: "Purchase for Contoso",
      blocks: everyBlock(now),
    });
  });
  app.command("/whisper", async ({ ack }) => ack("This is for *you* alone"));
  app.command("/silence", async () => {});

  app.options("customer", async ({ ack, payload }) => {
    if (payload.value === "broken") throw new Error("no options today");
    const fitting = customers.filter((name) => name.toLowerCase().includes(payload.value.toLowerCase()));
    await ack({ options: fitting.map((name) => option(name, name)) });
  });
  app.action(/.*/, async ({ ack, action, body, client }) => {
    if ("action_id" in action && action.action_id === "dead") return;
    await ack();
    if (!("action_id" in action)) return;
    const chosen = "selected_option" in action ? action.selected_option : null;
    heard.actions.push({
      id: action.action_id,
      value: chosen?.value ?? ("value" in action ? action.value : null),
    });
    if (body.type !== "block_actions") return;
    if (action.action_id === "product" && body.view) {
      await client.views.update({ view_id: body.view.id, view: steps(chosen?.text.text) });
    }
    if (action.action_id === "deeper") await client.views.push({ trigger_id: body.trigger_id, view: detail });
    if (action.action_id === "approve" && body.channel && body.message) {
      await client.chat.update({
        channel: body.channel.id,
        ts: body.message.ts,
        text: "Approved",
        blocks: [],
      });
    }
  });
  app.view("every", async ({ ack, view }) => {
    const name = view.state.values.name?.name?.value;
    if (name === "taken") {
      await ack({
        response_action: "errors",
        errors: { name: "This name is taken.", email: "Not this one either." },
      });
      return;
    }
    await ack();
    heard.submissions.push(view.state.values);
  });
  app.view("steps", async ({ ack }) => ack({ response_action: "push", view: detail }));
  app.view("detail", async ({ ack, view }) => {
    const colour = view.state.values.colour?.colour?.value;
    if (colour === "slow") return;
    heard.submissions.push(view.state.values);
    await ack(colour === "stay" ? { response_action: "update", view: detail } : { response_action: "clear" });
  });
  app.event("app_home_opened", async ({ client, event }) => {
    await client.views.publish({
      user_id: event.user,
      view: {
        type: "home",
        blocks: [
          { type: "header", text: plain("Welcome") },
          section(`Hello <@${event.user}>`),
          {
            type: "actions",
            block_id: "home-tools",
            elements: [{ type: "button", action_id: "home-button", text: plain("Start"), style: "primary" }],
          },
        ],
      },
    });
  });
  app.message("hello", async ({ client, message }) => {
    await client.chat.postMessage({ channel: message.channel, text: "Hello yourself" });
  });
  return heard;
}
