import { z } from "zod";

/** Characters are counted in UTF-16 units, the stricter of the ways in which Slack may count them. */
const characters = (most: number) => z.string().min(1).max(most);

export const blockId = characters(255);
export const actionId = characters(255);

export const plainText = (most: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: characters(most), emoji: z.boolean().optional() });
const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: characters(most), verbatim: z.boolean().optional() });
export const anyText = (most: number) => z.discriminatedUnion("type", [plainText(most), mrkdwn(most)]);

const webSchemes = ["http:", "https:"];
const linkSchemes = [...webSchemes, "mailto:", "tel:", "slack:"];
const address = (schemes: string[]) =>
  z
    .string()
    .max(3_000)
    .refine((url) => schemes.includes(URL.parse(url)?.protocol ?? ""), { error: "invalid url" });
/** What a button or a link may open. */
export const link = address(linkSchemes);
/** Where Slack may fetch a picture. */
const webAddress = address(webSchemes);

export const style = z.enum(["primary", "danger"]);

export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: style.optional(),
});

const optionValue = characters(150);
/** An option of a select menu. */
export const plainOption = z.strictObject({
  text: plainText(75),
  value: optionValue,
  description: plainText(75).optional(),
});
/** An option of an overflow menu. */
export const overflowOption = plainOption.extend({ url: link.optional() });
/** An option of checkboxes and radio buttons. */
export const markupOption = z.strictObject({
  text: anyText(75),
  value: optionValue,
  description: anyText(75).optional(),
});
export const optionGroup = z.strictObject({
  label: plainText(75),
  options: z.array(plainOption).min(1).max(100),
});

export const dispatchActionConfig = z.strictObject({
  trigger_actions_on: z
    .array(z.enum(["on_enter_pressed", "on_character_entered"]))
    .min(1)
    .max(2),
});

export const conversationFilter = z
  .strictObject({
    include: z
      .array(z.enum(["im", "mpim", "private", "public"]))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, { error: "must provide at least one filter" });

/** Where a picture comes from: an address or a file of the workspace, not both. */
export const pictureSource = {
  image_url: webAddress.optional(),
  slack_file: z
    .strictObject({ id: z.string().min(1).optional(), url: webAddress.optional() })
    .refine((file) => (file.id === undefined) !== (file.url === undefined), {
      error: "must provide exactly one of `id` or `url`",
    })
    .optional(),
};
export const oneSource = {
  error: "must provide exactly one of `image_url` or `slack_file`",
};
/** True when exactly one source is given. */
export function hasOneSource(picture: { image_url?: unknown; slack_file?: unknown }): boolean {
  return (picture.image_url === undefined) !== (picture.slack_file === undefined);
}
