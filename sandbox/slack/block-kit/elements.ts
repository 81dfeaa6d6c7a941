import { z } from "zod";
import {
  actionId,
  confirm,
  conversationFilter,
  dispatchActionConfig,
  hasOneSource,
  link,
  markupOption,
  oneSource,
  optionGroup,
  overflowOption,
  pictureSource,
  plainOption,
  plainText,
  style,
} from "./objects.ts";

const interactive = { action_id: actionId.optional() };
const focusable = { ...interactive, focus_on_load: z.boolean().optional() };
const chosen = { ...focusable, confirm: confirm.optional() };
const menu = { ...chosen, placeholder: plainText(150).optional() };
const several = { ...menu, max_selected_items: z.int().min(1).optional() };
const typed = {
  ...focusable,
  placeholder: plainText(150).optional(),
  dispatch_action_config: dispatchActionConfig.optional(),
};

type Given = z.infer<typeof markupOption>;
interface Offering {
  options?: Given[] | undefined;
  option_groups?: { options: Given[] }[] | undefined;
  initial_option?: Given | undefined;
  initial_options?: Given[] | undefined;
}

/** Options come plain or in groups, and what is chosen at first must be among them, the same to the letter. */
function offersWhatItChooses(element: Offering, context: z.RefinementCtx): void {
  const { options, option_groups: groups } = element;
  if ((options === undefined) === (groups === undefined)) {
    context.addIssue({ code: "custom", message: "must provide exactly one of `options` or `option_groups`" });
    return;
  }
  const offered = new Set((options ?? groups?.flatMap((group) => group.options) ?? []).map(identity));
  const initial: [(string | number)[], Given][] = [
    ...(element.initial_option ? [[["initial_option"], element.initial_option] as [string[], Given]] : []),
    ...(element.initial_options ?? []).map((option, index): [(string | number)[], Given] => [
      ["initial_options", index],
      option,
    ]),
  ];
  for (const [path, option] of initial) {
    if (offered.has(identity(option))) continue;
    context.addIssue({ code: "custom", path, message: "must be one of the options provided" });
  }
}

function identity({ text, value, description }: Given): string {
  return JSON.stringify([text.type, text.text, value, description?.text]);
}

const listed = {
  options: z.array(plainOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};
const atMostTen = z.array(markupOption).min(1).max(10);

const button = z.strictObject({
  type: z.literal("button"),
  ...interactive,
  text: plainText(75),
  value: z.string().max(2_000).optional(),
  url: link.optional(),
  style: style.optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});
const overflow = z.strictObject({
  type: z.literal("overflow"),
  ...interactive,
  options: z.array(overflowOption).min(1).max(5),
  confirm: confirm.optional(),
});
export const image = z
  .strictObject({ type: z.literal("image"), alt_text: z.string().min(1).max(2_000), ...pictureSource })
  .refine(hasOneSource, oneSource);

const checkboxes = z
  .strictObject({
    type: z.literal("checkboxes"),
    ...chosen,
    options: atMostTen,
    initial_options: atMostTen.optional(),
  })
  .superRefine(offersWhatItChooses);
const radioButtons = z
  .strictObject({
    type: z.literal("radio_buttons"),
    ...chosen,
    options: atMostTen,
    initial_option: markupOption.optional(),
  })
  .superRefine(offersWhatItChooses);

const minQueryLength = z.int().min(0).optional();
const ids = z.array(z.string().min(1)).min(1);

/** Menus from which one thing is chosen. */
const selects = [
  z
    .strictObject({
      type: z.literal("static_select"),
      ...menu,
      ...listed,
      initial_option: plainOption.optional(),
    })
    .superRefine(offersWhatItChooses),
  z.strictObject({
    type: z.literal("external_select"),
    ...menu,
    initial_option: plainOption.optional(),
    min_query_length: minQueryLength,
  }),
  z.strictObject({ type: z.literal("users_select"), ...menu, initial_user: z.string().optional() }),
  z.strictObject({
    type: z.literal("conversations_select"),
    ...menu,
    initial_conversation: z.string().optional(),
    default_to_current_conversation: z.boolean().optional(),
    response_url_enabled: z.boolean().optional(),
    filter: conversationFilter.optional(),
  }),
  z.strictObject({
    type: z.literal("channels_select"),
    ...menu,
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
] as const;

/** Menus from which several things are chosen. */
const multiSelects = [
  z
    .strictObject({
      type: z.literal("multi_static_select"),
      ...several,
      ...listed,
      initial_options: z.array(plainOption).min(1).max(100).optional(),
    })
    .superRefine(offersWhatItChooses),
  z.strictObject({
    type: z.literal("multi_external_select"),
    ...several,
    initial_options: z.array(plainOption).min(1).max(100).optional(),
    min_query_length: minQueryLength,
  }),
  z.strictObject({ type: z.literal("multi_users_select"), ...several, initial_users: ids.optional() }),
  z.strictObject({
    type: z.literal("multi_conversations_select"),
    ...several,
    initial_conversations: ids.optional(),
    default_to_current_conversation: z.boolean().optional(),
    filter: conversationFilter.optional(),
  }),
  z.strictObject({ type: z.literal("multi_channels_select"), ...several, initial_channels: ids.optional() }),
] as const;

const datepicker = z.strictObject({
  type: z.literal("datepicker"),
  ...menu,
  initial_date: z.iso.date().optional(),
});
const timepicker = z.strictObject({
  type: z.literal("timepicker"),
  ...menu,
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  timezone: z.string().min(1).optional(),
});
const datetimepicker = z.strictObject({
  type: z.literal("datetimepicker"),
  ...chosen,
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
});

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

/** Fields that people type into; they stand in input blocks only. */
const textInputs = [
  z
    .strictObject({
      type: z.literal("plain_text_input"),
      ...typed,
      initial_value: z.string().max(3_000).optional(),
      multiline: z.boolean().optional(),
      min_length: z.int().min(0).max(3_000).optional(),
      max_length: z.int().min(1).max(3_000).optional(),
    })
    .refine((input) => (input.min_length ?? 0) <= (input.max_length ?? 3_000), {
      path: ["min_length"],
      error: "must not be more than `max_length`",
    }),
  z
    .strictObject({
      type: z.literal("number_input"),
      ...typed,
      is_decimal_allowed: z.boolean(),
      initial_value: decimal.optional(),
      min_value: decimal.optional(),
      max_value: decimal.optional(),
    })
    .refine(({ min_value: min, max_value: max }) => !min || !max || Number(min) <= Number(max), {
      path: ["min_value"],
      error: "must not be more than `max_value`",
    })
    .superRefine((input, context) => {
      if (input.is_decimal_allowed) return;
      for (const field of ["initial_value", "min_value", "max_value"] as const) {
        if (input[field] === undefined || Number.isInteger(Number(input[field]))) continue;
        context.addIssue({
          code: "custom",
          path: [field],
          message: "must be an integer when `is_decimal_allowed` is false",
        });
      }
    }),
  z.strictObject({ type: z.literal("email_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal("url_text_input"), ...typed, initial_value: z.string().optional() }),
] as const;

const fileInput = z.strictObject({
  type: z.literal("file_input"),
  ...interactive,
  filetypes: z.array(z.string().min(1)).min(1).optional(),
  max_files: z.int().min(1).max(10).optional(),
});

const picked = [...selects, checkboxes, radioButtons, datepicker, timepicker] as const;

/** What may stand in an actions block. */
export const inActions = z.discriminatedUnion("type", [
  button,
  overflow,
  ...picked,
  ...multiSelects,
  datetimepicker,
]);
/** What may stand beside the text of a section. */
export const besideText = z.discriminatedUnion("type", [button, overflow, image, ...picked, ...multiSelects]);
/** What may stand in an input block, files apart. */
export const inInput = z.discriminatedUnion("type", [
  ...textInputs,
  ...picked,
  ...multiSelects,
  datetimepicker,
]);
/** What may stand in an input block of a modal. */
export const inModalInput = z.discriminatedUnion("type", [
  ...textInputs,
  ...picked,
  ...multiSelects,
  datetimepicker,
  fileInput,
]);
