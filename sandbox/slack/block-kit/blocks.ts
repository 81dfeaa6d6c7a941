import { z } from "zod";
import { besideText, image, inActions, inInput, inModalInput } from "./elements.ts";
import { anyText, blockId, hasOneSource, oneSource, pictureSource, plainText } from "./objects.ts";
import { richTextElements, richTextValue } from "./rich-text.ts";

const named = { block_id: blockId.optional() };

const contextElement = z.discriminatedUnion("type", [...anyText(3_000).options, image]);

const section = z
  .strictObject({
    type: z.literal("section"),
    ...named,
    text: anyText(3_000).optional(),
    fields: z.array(anyText(2_000)).min(1).max(10).optional(),
    accessory: besideText.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, {
    error: "must provide `text` or `fields`",
  });

/** Blocks that may stand anywhere. */
const everywhere = [
  section,
  z.strictObject({
    type: z.literal("header"),
    ...named,
    text: plainText(150),
    level: z.int().min(1).max(4).optional(),
  }),
  z.strictObject({ type: z.literal("divider"), ...named }),
  z.strictObject({
    type: z.literal("context"),
    ...named,
    elements: z.array(contextElement).min(1).max(10),
  }),
  z.strictObject({ type: z.literal("actions"), ...named, elements: z.array(inActions).min(1).max(25) }),
  z
    .strictObject({
      type: z.literal("image"),
      ...named,
      alt_text: z.string().min(1).max(2_000),
      title: plainText(2_000).optional(),
      ...pictureSource,
    })
    .refine(hasOneSource, oneSource),
  z.strictObject({ type: z.literal("rich_text"), ...named, elements: richTextElements }),
] as const;

const question = {
  type: z.literal("input"),
  ...named,
  label: plainText(2_000),
  hint: plainText(2_000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
};
const input = z.strictObject({ ...question, element: inInput });
const modalInput = z
  .strictObject({ ...question, element: inModalInput })
  .refine((block) => block.element.type !== "file_input" || block.dispatch_action !== true, {
    path: ["dispatch_action"],
    error: "must be false with a `file_input`",
  });

const alert = z.strictObject({
  type: z.literal("alert"),
  ...named,
  text: anyText(3_000),
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
});

const rawText = z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) });
const rawNumber = z.strictObject({
  type: z.literal("raw_number"),
  value: z.number(),
  text: z.string().min(1),
});

/** The blocks of each surface. Types that Slack knows besides these are refused too: the app has no use for them. */
export const blocks = {
  modal: z.discriminatedUnion("type", [...everywhere, modalInput, alert]),
  home: z.discriminatedUnion("type", [...everywhere, input, alert]),
  message: z.discriminatedUnion("type", [
    ...everywhere,
    input,
    z.strictObject({ type: z.literal("markdown"), ...named, text: z.string().min(1).max(12_000) }),
    z.strictObject({
      type: z.literal("table"),
      ...named,
      rows: z
        .array(
          z
            .array(z.discriminatedUnion("type", [rawText, richTextValue]))
            .min(1)
            .max(20),
        )
        .min(1)
        .max(100),
      column_settings: z
        .array(
          z.strictObject({
            align: z.enum(["left", "center", "right"]).optional(),
            is_wrapped: z.boolean().optional(),
          }),
        )
        .max(20)
        .optional(),
    }),
    z.strictObject({
      type: z.literal("data_table"),
      ...named,
      rows: z
        .array(
          z
            .array(z.discriminatedUnion("type", [rawText, rawNumber, richTextValue]))
            .min(1)
            .max(20),
        )
        .min(1),
      caption: z.string().min(1),
      page_size: z.int().min(1).max(100).optional(),
      row_header_column_index: z.int().min(0).optional(),
    }),
  ]),
};
