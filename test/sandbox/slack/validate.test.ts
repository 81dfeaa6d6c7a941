import { expect, test } from "vitest";
import { type Surface, validate } from "#sandbox/slack/validate.ts";
import { openDesk, plain, requestUrl, section, slackError } from "./desk.ts";

const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const option = (value: string, text = value) => ({ text: plain(text), value });
const options = (count: number) => Array.from({ length: count }, (_, index) => option(`o${index}`));
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const long = (count: number) => "x".repeat(count);

const modal = (blocks: object[], rest: object = {}) => ({
  type: "modal",
  title: plain("Title"),
  submit: plain("Go"),
  blocks,
  ...rest,
});
const input = (element: object, rest: object = {}) => ({
  type: "input",
  label: plain("Label"),
  element,
  ...rest,
});
const actions = (...elements: object[]) => ({ type: "actions", elements });
const button = (rest: object = {}) => ({ type: "button", text: plain("Press"), ...rest });
const select = (rest: object = {}) => ({ type: "static_select", options: options(2), ...rest });
const text = (rest: object = {}) => ({ type: "plain_text_input", ...rest });
const number = (rest: object = {}) => ({ type: "number_input", is_decimal_allowed: false, ...rest });

/** Everything that Slack takes, in one payload for each surface. */
const accepted: [string, Surface, object][] = [
  [
    "a modal of every element",
    "modal",
    modal(
      [
        { type: "header", text: plain(long(150)), level: 2 },
        { type: "divider" },
        {
          type: "context",
          elements: [
            mrkdwn("a"),
            plain("b"),
            { type: "image", image_url: "https://a.example/i.png", alt_text: "i" },
          ],
        },
        { type: "section", fields: many(10, () => mrkdwn(long(2_000))), accessory: select() },
        {
          type: "section",
          text: mrkdwn(long(3_000)),
          accessory: { type: "multi_users_select", max_selected_items: 3 },
        },
        { type: "image", image_url: "https://a.example/i.png", alt_text: long(2_000), title: plain("t") },
        {
          type: "rich_text",
          elements: [
            { type: "rich_text_preformatted", border: 1, elements: [{ type: "text", text: "key" }] },
          ],
        },
        { type: "alert", text: plain("careful"), level: "warning" },
        actions(
          ...many(23, (index) => button({ action_id: `b${index}`, value: long(2_000), style: "primary" })),
          {
            type: "overflow",
            options: many(5, (index) => ({ ...option(`${index}`), url: "mailto:a@b.example" })),
          },
          { type: "datetimepicker", initial_date_time: 1_575_158_400 },
        ),
        input(
          text({
            max_length: 3_000,
            focus_on_load: true,
            dispatch_action_config: { trigger_actions_on: ["on_enter_pressed"] },
          }),
          { dispatch_action: true },
        ),
        input(number({ min_value: "1", max_value: "10", initial_value: "5" })),
        input({ type: "email_text_input" }),
        input({ type: "url_text_input", placeholder: plain(long(150)) }),
        input({ type: "file_input", filetypes: ["pdf"], max_files: 10 }),
        input({ type: "external_select", min_query_length: 0, initial_option: option(long(150), long(75)) }),
        input({ type: "conversations_select", response_url_enabled: true, filter: { include: ["im"] } }),
        input({
          type: "multi_static_select",
          option_groups: many(100, (index) => ({
            label: plain(`${index}`),
            options: options(100).slice(0, 2),
          })),
          initial_options: [option("o1")],
        }),
        input({ type: "datepicker", initial_date: "2019-12-01" }),
        input({ type: "timepicker", initial_time: "23:59", timezone: "Europe/Madrid" }),
        input({
          type: "checkboxes",
          options: many(10, (index) => ({
            text: mrkdwn("*a*"),
            value: `${index}`,
            description: mrkdwn("b"),
          })),
        }),
        input({ type: "radio_buttons", options: options(10), initial_option: option("o9") }),
        input(
          select({
            options: options(100),
            confirm: {
              title: plain(long(100)),
              text: mrkdwn(long(300)),
              confirm: plain(long(30)),
              deny: plain(long(30)),
              style: "danger",
            },
          }),
        ),
        input({ type: "plain_text_input" }, { optional: true, hint: plain(long(2_000)) }),
      ],
      {
        title: plain(long(24)),
        submit: plain(long(24)),
        close: plain(long(24)),
        private_metadata: long(3_000),
        callback_id: long(255),
        external_id: long(255),
        notify_on_close: true,
        clear_on_close: false,
      },
    ),
  ],
  [
    "a modal of a hundred blocks without input needs no submit",
    "modal",
    { type: "modal", title: plain("T"), blocks: many(100, () => section("a")) },
  ],
  ["a home", "home", { type: "home", blocks: [input(text()), actions(button())], callback_id: "home" }],
  [
    "a message",
    "message",
    {
      text: long(40_000),
      blocks: [
        ...many(47, (index) => ({ ...section("a"), block_id: `b${index}` })),
        { type: "markdown", text: "# Title" },
        { type: "table", rows: [[{ type: "raw_text", text: "a" }]], column_settings: [{ align: "right" }] },
        input(text()),
      ],
      attachments: many(100, () => ({ color: "#000000", text: "a" })),
      metadata: { event_type: "purchase", event_payload: { id: "1" } },
      unfurl_links: false,
    },
  ],
  ["a hundred options", "options", { options: options(100) }],
  ["no options at all", "options", { options: [] }],
];

test.each(accepted)("Slack takes %s", (_name, surface, content) => {
  expect(validate(surface, content)).toEqual([]);
});

/** What Slack refuses: where and with which words. */
const refused: [string, Surface, unknown, string, string][] = [
  // Views
  [
    "a title of 25 characters",
    "modal",
    modal([section("a")], { title: plain(long(25)) }),
    "/title/text",
    "must be less than 25 characters",
  ],
  [
    "a title in markup",
    "modal",
    modal([section("a")], { title: mrkdwn("a") }),
    "/title/type",
    "unsupported type: mrkdwn",
  ],
  ["no title", "modal", { type: "modal", blocks: [section("a")] }, "", "missing required field: title"],
  [
    "a long submit",
    "modal",
    modal([section("a")], { submit: plain(long(25)) }),
    "/submit/text",
    "must be less than 25 characters",
  ],
  [
    "a long close",
    "modal",
    modal([section("a")], { close: plain(long(25)) }),
    "/close/text",
    "must be less than 25 characters",
  ],
  [
    "input without submit",
    "modal",
    modal([section("a"), input(text())], { submit: undefined }),
    "/blocks/1/input",
    "must define `submit`",
  ],
  ["101 blocks", "modal", modal(many(101, () => section("a"))), "/blocks", "no more than 100 items allowed"],
  ["no blocks", "modal", modal([]), "/blocks", "must provide at least 1 items"],
  [
    "a long callback_id",
    "modal",
    modal([section("a")], { callback_id: long(256) }),
    "/callback_id",
    "must be less than 256 characters",
  ],
  [
    "a long private_metadata",
    "modal",
    modal([section("a")], { private_metadata: long(3_001) }),
    "/private_metadata",
    "must be less than 3001 characters",
  ],
  [
    "a long external_id",
    "modal",
    modal([section("a")], { external_id: long(256) }),
    "/external_id",
    "must be less than 256 characters",
  ],
  [
    "an unknown property of a view",
    "modal",
    modal([section("a")], { submit_disabled: true }),
    "",
    "invalid additional property: submit_disabled",
  ],
  [
    "a view of more than 250 KB",
    "modal",
    modal(many(100, () => section(long(2_700)))),
    "",
    "must be no more than 256000 bytes",
  ],
  [
    "a home where a modal is due",
    "modal",
    { ...modal([section("a")]), type: "home" },
    "/type",
    "unsupported type: home",
  ],
  [
    "a home with a title",
    "home",
    { type: "home", title: plain("a"), blocks: [] },
    "",
    "invalid additional property: title",
  ],
  ["a view that is none", "modal", null, "", "must provide an object"],
  // Blocks
  [
    "an unknown block",
    "modal",
    modal([{ type: "nonsense" }]),
    "/blocks/0/type",
    "unsupported type: nonsense",
  ],
  [
    "a block without type",
    "modal",
    modal([{ text: plain("a") }]),
    "/blocks/0",
    "missing required field: type",
  ],
  [
    "an unknown property of a block",
    "message",
    { blocks: [{ ...section("a"), colour: "red" }] },
    "/blocks/0",
    "invalid additional property: colour",
  ],
  [
    "a long block_id",
    "message",
    { blocks: [{ ...section("a"), block_id: long(256) }] },
    "/blocks/0/block_id",
    "must be less than 256 characters",
  ],
  [
    "a block_id twice",
    "modal",
    modal([
      { ...section("a"), block_id: "x" },
      { ...section("b"), block_id: "x" },
    ]),
    "/blocks/1/block_id",
    "`block_id` already exists: x",
  ],
  [
    "a block_id twice in a message",
    "message",
    {
      blocks: [
        { ...section("a"), block_id: "x" },
        { type: "divider", block_id: "x" },
      ],
    },
    "/blocks/1/block_id",
    "already exists",
  ],
  [
    "an empty section",
    "message",
    { blocks: [{ type: "section" }] },
    "/blocks/0",
    "must provide `text` or `fields`",
  ],
  [
    "a long section",
    "message",
    { blocks: [section(long(3_001))] },
    "/blocks/0/text/text",
    "must be less than 3001 characters",
  ],
  [
    "an empty text",
    "message",
    { blocks: [section("")] },
    "/blocks/0/text/text",
    "must be more than 0 characters",
  ],
  [
    "eleven fields",
    "message",
    { blocks: [{ type: "section", fields: many(11, () => plain("a")) }] },
    "/blocks/0/fields",
    "no more than 10 items allowed",
  ],
  [
    "a long field",
    "message",
    { blocks: [{ type: "section", fields: [plain(long(2_001))] }] },
    "/blocks/0/fields/0/text",
    "must be less than 2001 characters",
  ],
  [
    "a long header",
    "message",
    { blocks: [{ type: "header", text: plain(long(151)) }] },
    "/blocks/0/text/text",
    "must be less than 151 characters",
  ],
  [
    "a header in markup",
    "message",
    { blocks: [{ type: "header", text: mrkdwn("a") }] },
    "/blocks/0/text/type",
    "unsupported type: mrkdwn",
  ],
  [
    "eleven context elements",
    "message",
    { blocks: [{ type: "context", elements: many(11, () => plain("a")) }] },
    "/blocks/0/elements",
    "no more than 10 items allowed",
  ],
  [
    "26 elements in a row",
    "message",
    { blocks: [actions(...many(26, () => button()))] },
    "/blocks/0/elements",
    "no more than 25 items allowed",
  ],
  [
    "an image without alt_text",
    "message",
    { blocks: [{ type: "image", image_url: "https://a.example/i.png" }] },
    "/blocks/0",
    "missing required field: alt_text",
  ],
  [
    "an image of two sources",
    "message",
    {
      blocks: [
        { type: "image", alt_text: "a", image_url: "https://a.example/i.png", slack_file: { id: "F1" } },
      ],
    },
    "/blocks/0",
    "exactly one of `image_url` or `slack_file`",
  ],
  [
    "a label in markup",
    "modal",
    modal([input(text(), { label: mrkdwn("a") })]),
    "/blocks/0/label/type",
    "unsupported type: mrkdwn",
  ],
  [
    "a long label",
    "modal",
    modal([input(text(), { label: plain(long(2_001)) })]),
    "/blocks/0/label/text",
    "must be less than 2001 characters",
  ],
  [
    "a long hint",
    "modal",
    modal([input(text(), { hint: plain(long(2_001)) })]),
    "/blocks/0/hint/text",
    "must be less than 2001 characters",
  ],
  [
    "a markdown block in a modal",
    "modal",
    modal([{ type: "markdown", text: "a" }]),
    "/blocks/0/type",
    "unsupported type: markdown",
  ],
  [
    "a table in a home",
    "home",
    { type: "home", blocks: [{ type: "table", rows: [[{ type: "raw_text", text: "a" }]] }] },
    "/blocks/0/type",
    "unsupported type: table",
  ],
  [
    "an alert in a message",
    "message",
    { blocks: [{ type: "alert", text: plain("a") }] },
    "/blocks/0/type",
    "unsupported type: alert",
  ],
  // Elements
  [
    "a field in a row of actions",
    "modal",
    modal([actions(text())]),
    "/blocks/0/elements/0/type",
    "unsupported type: plain_text_input",
  ],
  [
    "a button in an input",
    "modal",
    modal([input(button())]),
    "/blocks/0/element/type",
    "unsupported type: button",
  ],
  [
    "files in a message",
    "message",
    { blocks: [input({ type: "file_input" })] },
    "/blocks/0/element/type",
    "unsupported type: file_input",
  ],
  [
    "files in a home",
    "home",
    { type: "home", blocks: [input({ type: "file_input" })] },
    "/blocks/0/element/type",
    "unsupported type: file_input",
  ],
  [
    "files that dispatch",
    "modal",
    modal([input({ type: "file_input" }, { dispatch_action: true })]),
    "/blocks/0/dispatch_action",
    "must be false",
  ],
  [
    "eleven files",
    "modal",
    modal([input({ type: "file_input", max_files: 11 })]),
    "/blocks/0/element/max_files",
    "must be at most 10",
  ],
  [
    "a long action_id",
    "message",
    { blocks: [actions(button({ action_id: long(256) }))] },
    "/blocks/0/elements/0/action_id",
    "must be less than 256 characters",
  ],
  [
    "an action_id twice in a block",
    "message",
    { blocks: [actions(button({ action_id: "a" }), button({ action_id: "a" }))] },
    "/blocks/0/elements/1/action_id",
    "`action_id` already exists: a",
  ],
  [
    "a long button",
    "message",
    { blocks: [actions(button({ text: plain(long(76)) }))] },
    "/blocks/0/elements/0/text/text",
    "must be less than 76 characters",
  ],
  [
    "a long value",
    "message",
    { blocks: [actions(button({ value: long(2_001) }))] },
    "/blocks/0/elements/0/value",
    "must be less than 2001 characters",
  ],
  [
    "a long url",
    "message",
    { blocks: [actions(button({ url: `https://a.example/${long(3_000)}` }))] },
    "/blocks/0/elements/0/url",
    "must be less than 3001 characters",
  ],
  [
    "a url that runs code",
    "message",
    { blocks: [actions(button({ url: "javascript:alert(1)" }))] },
    "/blocks/0/elements/0/url",
    "invalid url",
  ],
  [
    "a url that is none",
    "message",
    { blocks: [actions(button({ url: "contoso.example" }))] },
    "/blocks/0/elements/0/url",
    "invalid url",
  ],
  [
    "an unknown style",
    "message",
    { blocks: [actions(button({ style: "default" }))] },
    "/blocks/0/elements/0/style",
    "must be a valid enum value",
  ],
  [
    "a long accessibility_label",
    "message",
    { blocks: [actions(button({ accessibility_label: long(76) }))] },
    "/blocks/0/elements/0/accessibility_label",
    "must be less than 76 characters",
  ],
  [
    "101 options",
    "modal",
    modal([input(select({ options: options(101) }))]),
    "/blocks/0/element/options",
    "no more than 100 items allowed",
  ],
  [
    "no options",
    "modal",
    modal([input(select({ options: [] }))]),
    "/blocks/0/element/options",
    "must provide at least 1 items",
  ],
  [
    "options and groups",
    "modal",
    modal([input(select({ option_groups: [{ label: plain("g"), options: options(1) }] }))]),
    "/blocks/0/element",
    "exactly one of `options` or `option_groups`",
  ],
  [
    "101 groups",
    "modal",
    modal([
      input({
        type: "static_select",
        option_groups: many(101, () => ({ label: plain("g"), options: options(1) })),
      }),
    ]),
    "/blocks/0/element/option_groups",
    "no more than 100 items allowed",
  ],
  [
    "a long group label",
    "modal",
    modal([
      input({ type: "static_select", option_groups: [{ label: plain(long(76)), options: options(1) }] }),
    ]),
    "/blocks/0/element/option_groups/0/label/text",
    "must be less than 76 characters",
  ],
  [
    "an initial option that is not offered",
    "modal",
    modal([input(select({ initial_option: option("o1", "Other") }))]),
    "/blocks/0/element/initial_option",
    "must be one of the options provided",
  ],
  [
    "a long option text",
    "modal",
    modal([input(select({ options: [option("a", long(76))] }))]),
    "/blocks/0/element/options/0/text/text",
    "must be less than 76 characters",
  ],
  [
    "a long option value",
    "modal",
    modal([input(select({ options: [option(long(151), "a")] }))]),
    "/blocks/0/element/options/0/value",
    "must be less than 151 characters",
  ],
  [
    "a long option description",
    "modal",
    modal([input(select({ options: [{ ...option("a"), description: plain(long(76)) }] }))]),
    "/blocks/0/element/options/0/description/text",
    "must be less than 76 characters",
  ],
  [
    "an option in markup",
    "modal",
    modal([input(select({ options: [{ text: mrkdwn("a"), value: "a" }] }))]),
    "/blocks/0/element/options/0/text/type",
    "unsupported type: mrkdwn",
  ],
  [
    "an option with a url outside an overflow menu",
    "modal",
    modal([input(select({ options: [{ ...option("a"), url: "https://a.example" }] }))]),
    "/blocks/0/element/options/0",
    "invalid additional property: url",
  ],
  [
    "six overflow options",
    "message",
    { blocks: [actions({ type: "overflow", options: options(6) })] },
    "/blocks/0/elements/0/options",
    "no more than 5 items allowed",
  ],
  [
    "eleven checkboxes",
    "modal",
    modal([input({ type: "checkboxes", options: options(11) })]),
    "/blocks/0/element/options",
    "no more than 10 items allowed",
  ],
  [
    "a long placeholder",
    "modal",
    modal([input(text({ placeholder: plain(long(151)) }))]),
    "/blocks/0/element/placeholder/text",
    "must be less than 151 characters",
  ],
  [
    "two fields in focus",
    "modal",
    modal([input(text({ focus_on_load: true })), input(text({ focus_on_load: true }))]),
    "/blocks/1/element/focus_on_load",
    "only one element",
  ],
  [
    "a max_length beyond Slack's",
    "modal",
    modal([input(text({ max_length: 3_001 }))]),
    "/blocks/0/element/max_length",
    "must be at most 3000",
  ],
  [
    "a min_length above max_length",
    "modal",
    modal([input(text({ min_length: 5, max_length: 4 }))]),
    "/blocks/0/element/min_length",
    "must not be more than",
  ],
  [
    "a number without is_decimal_allowed",
    "modal",
    modal([input({ type: "number_input" })]),
    "/blocks/0/element",
    "missing required field: is_decimal_allowed",
  ],
  [
    "a number limit that is no string",
    "modal",
    modal([input(number({ min_value: 1 }))]),
    "/blocks/0/element/min_value",
    "must provide a string",
  ],
  [
    "number limits the wrong way round",
    "modal",
    modal([input(number({ min_value: "2", max_value: "1" }))]),
    "/blocks/0/element/min_value",
    "must not be more than",
  ],
  [
    "a decimal where none is allowed",
    "modal",
    modal([input(number({ initial_value: "1.5" }))]),
    "/blocks/0/element/initial_value",
    "must be an integer",
  ],
  [
    "a date that is none",
    "modal",
    modal([input({ type: "datepicker", initial_date: "2019-13-01" })]),
    "/blocks/0/element/initial_date",
    "failed to match the required format",
  ],
  [
    "a time that is none",
    "modal",
    modal([input({ type: "timepicker", initial_time: "24:00" })]),
    "/blocks/0/element/initial_time",
    "failed to match the required format",
  ],
  [
    "milliseconds for seconds",
    "modal",
    modal([input({ type: "datetimepicker", initial_date_time: 1_575_158_400_000 })]),
    "/blocks/0/element/initial_date_time",
    "must be at most",
  ],
  [
    "a long confirmation",
    "message",
    { blocks: [actions(button({ confirm: { text: plain(long(301)) } }))] },
    "/blocks/0/elements/0/confirm/text/text",
    "must be less than 301 characters",
  ],
  [
    "a long confirm button",
    "message",
    { blocks: [actions(button({ confirm: { text: plain("a"), confirm: plain(long(31)) } }))] },
    "/blocks/0/elements/0/confirm/confirm/text",
    "must be less than 31 characters",
  ],
  [
    "emoji on markup",
    "message",
    { blocks: [{ type: "section", text: { ...mrkdwn("a"), emoji: true } }] },
    "/blocks/0/text",
    "invalid additional property: emoji",
  ],
  [
    "verbatim on plain text",
    "message",
    { blocks: [{ type: "section", text: { ...plain("a"), verbatim: true } }] },
    "/blocks/0/text",
    "invalid additional property: verbatim",
  ],
  [
    "an unknown piece of rich text",
    "message",
    {
      blocks: [
        { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "blink" }] }] },
      ],
    },
    "/blocks/0/elements/0/elements/0/type",
    "unsupported type: blink",
  ],
  // Messages
  [
    "51 blocks",
    "message",
    { blocks: many(51, () => section("a")) },
    "/blocks",
    "no more than 50 items allowed",
  ],
  ["blocks that are no list", "message", { blocks: { type: "section" } }, "/blocks", "must provide an array"],
  [
    "too much text in all blocks",
    "message",
    { blocks: many(5, () => section(long(2_601))) },
    "/blocks",
    "must be less than 13001 characters in all",
  ],
  [
    "too much markdown",
    "message",
    { blocks: many(2, () => ({ type: "markdown", text: long(6_001) })) },
    "/blocks",
    "markdown must be less than 12001",
  ],
  [
    "two tables",
    "message",
    { blocks: many(2, () => ({ type: "table", rows: [[{ type: "raw_text", text: "a" }]] })) },
    "/blocks/1",
    "only one table allowed",
  ],
  [
    "a table of 101 rows",
    "message",
    { blocks: [{ type: "table", rows: many(101, () => [{ type: "raw_text", text: "a" }]) }] },
    "/blocks/0/rows",
    "no more than 100 items allowed",
  ],
  [
    "a table of 21 columns",
    "message",
    { blocks: [{ type: "table", rows: [many(21, () => ({ type: "raw_text", text: "a" }))] }] },
    "/blocks/0/rows/0",
    "no more than 20 items allowed",
  ],
  [
    "101 attachments",
    "message",
    { attachments: many(101, () => ({})) },
    "/attachments",
    "no more than 100 items allowed",
  ],
  [
    "an attachment with a bad block",
    "message",
    { attachments: [{ blocks: [{ type: "nonsense" }] }] },
    "/attachments/0/blocks/0/type",
    "unsupported type: nonsense",
  ],
  [
    "metadata without payload",
    "message",
    { metadata: { event_type: "a" } },
    "/metadata",
    "missing required field: event_payload",
  ],
  // Options
  ["101 suggestions", "options", { options: options(101) }, "/options", "no more than 100 items allowed"],
  [
    "suggestions and groups",
    "options",
    { options: [], option_groups: [] },
    "",
    "exactly one of `options` or `option_groups`",
  ],
  ["an answer without suggestions", "options", {}, "", "exactly one of `options` or `option_groups`"],
  [
    "a suggestion without value",
    "options",
    { options: [{ text: plain("a") }] },
    "/options/0",
    "missing required field: value",
  ],
];

test.each(refused)("Slack refuses %s", (_name, surface, content, pointer, message) => {
  const problems = validate(surface, content);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ pointer, message: expect.stringContaining(message) });
});

test("every problem of a payload is named, a pointer escapes what it must", () => {
  const problems = validate("modal", {
    type: "modal",
    title: plain(long(30)),
    blocks: [
      { type: "divider", "a/b~c": { deep: true } },
      { type: "section", text: { type: "html", text: "a" } },
    ],
  });
  expect(problems.map((problem) => [problem.pointer, problem.message])).toEqual([
    ["/title/text", "must be less than 25 characters"],
    ["/blocks/0", "invalid additional property: a/b~c"],
    ["/blocks/1/text/type", "unsupported type: html"],
  ]);
  expect(problems[2]?.constraint).toEqual({ type: "enum", expected: ["plain_text", "mrkdwn"], got: "html" });
});

test("each call refuses bad content with its own error", async () => {
  await using desk = await openDesk(() => {});
  const { slack } = desk;
  const call = async (method: string, args: object): Promise<Record<string, unknown>> => {
    const response = await fetch(slack.apiUrl + method, {
      method: "POST",
      headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
      body: JSON.stringify(args),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const channel = slack.as("admin.agent").id;
  const post = (content: object) => call("chat.postMessage", { channel, text: "a", ...content });
  expect(await post({ blocks: [{ type: "nonsense" }] })).toEqual({
    ok: false,
    error: "invalid_blocks",
    response_metadata: { messages: ["[ERROR] unsupported type: nonsense [json-pointer:/blocks/0/type]"] },
  });
  expect((await post({ blocks: "[" })).error).toBe("invalid_blocks_format");
  expect((await post({ blocks: { type: "section" } })).error).toBe("invalid_blocks_format");
  expect((await post({ blocks: many(5, () => section(long(2_601))) })).error).toBe("msg_blocks_too_long");
  expect((await post({ attachments: many(101, () => ({})) })).error).toBe("too_many_attachments");
  expect((await post({ attachments: [{ blocks: [{}] }] })).error).toBe("invalid_attachments");
  expect((await post({ metadata: { event_type: "a" } })).error).toBe("invalid_metadata_format");
  expect((await call("chat.postMessage", { channel })).error).toBe("no_text");
  expect((await call("chat.postMessage", { channel, blocks: [section("a")] })).warning).toBe(
    "missing_text_in_message",
  );
  const inChannel = { channel: "C0CSP", user: channel };
  expect((await call("chat.postEphemeral", { ...inChannel, text: long(40_001) })).error).toBe("msg_too_long");
  expect((await call("chat.postEphemeral", { ...inChannel, text: "a", blocks: [{}] })).error).toBe(
    "invalid_blocks",
  );
  await post({ text: long(40_001) });
  expect(slack.as("admin.agent").dm().at(-1)?.text).toHaveLength(40_000);
  const large = modal(many(100, () => section(long(2_700))));
  expect((await call("views.open", { trigger_id: "any", view: large })).error).toBe("view_too_large");
  expect((await call("views.publish", { user_id: channel, view: modal([section("a")]) })).error).toBe(
    "invalid_arguments",
  );
});

test("blocks.validate answers with pointer, code, message and constraint, and needs no token", async () => {
  await using desk = await openDesk(() => {});
  const validateBlocks = async (args: Record<string, string>): Promise<unknown> => {
    const response = await fetch(`${desk.slack.apiUrl}blocks.validate`, {
      method: "POST",
      body: new URLSearchParams(args),
    });
    return response.json();
  };
  expect(
    await validateBlocks({
      blocks: JSON.stringify([{ type: "section", text: { type: "invalid", text: "a" } }]),
    }),
  ).toEqual({
    ok: false,
    error: "invalid_blocks",
    errors: [
      {
        code: "failed_constraint",
        message: "unsupported type: invalid",
        pointer: "/0/text/type",
        constraint: { type: "enum", expected: ["plain_text", "mrkdwn"], got: "invalid" },
      },
    ],
  });
  expect(await validateBlocks({ view: JSON.stringify(modal([])) })).toMatchObject({ error: "invalid_view" });
  expect(await validateBlocks({ message: JSON.stringify({ blocks: [{}] }) })).toMatchObject({
    error: "invalid_message",
    errors: [{ pointer: "/blocks/0" }],
  });
  expect(await validateBlocks({ message: JSON.stringify({ blocks: [section("a")] }) })).toEqual({ ok: true });
  const home = JSON.stringify({ type: "home", blocks: [] });
  expect(await validateBlocks({ view: home })).toEqual({ ok: true });
  expect(await validateBlocks({ view: home, blocks: "[]" })).toMatchObject({ error: "invalid_arguments" });
  expect(await validateBlocks({ view: "{" })).toMatchObject({ error: "invalid_arguments" });
  expect(await validateBlocks({ view: JSON.stringify(long(100_001)) })).toMatchObject({
    error: "invalid_arguments",
  });
  const client = desk.app.client.apiCall("blocks.validate", { blocks: [section("a")] });
  expect((await client).ok).toBe(true);
});

test("a field for files needs the scope that reads them", async () => {
  const scopes = (bot: string[]) => ({
    display_information: { name: "CSP Desk" },
    features: {
      app_home: { home_tab_enabled: true },
      slash_commands: [{ command: "/csp", description: "x", url: requestUrl }],
    },
    oauth_config: { scopes: { bot } },
  });
  const files = modal([input({ type: "file_input" })]);
  for (const [bot, error] of [
    [["chat:write"], "missing_scope"],
    [["files:read"], "invalid_trigger_id"],
  ] as const) {
    await using desk = await openDesk(() => {}, { manifest: scopes([...bot]) });
    const opened = desk.app.client.apiCall("views.open", { trigger_id: "none", view: files });
    expect(await slackError(opened)).toBe(error);
  }
});
