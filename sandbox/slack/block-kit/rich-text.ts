import { z } from "zod";
import { link } from "./objects.ts";

const look = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
    underline: z.boolean().optional(),
  })
  .optional();
const styled = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...shape, style: look });

const text = styled("text", { text: z.string().min(1) });
const webLink = styled("link", {
  url: link,
  text: z.string().optional(),
  unsafe: z.boolean().optional(),
});
const inline = z.discriminatedUnion("type", [
  text,
  webLink,
  styled("broadcast", { range: z.enum(["here", "channel", "everyone"]) }),
  styled("color", { value: z.string().regex(/^#[0-9a-fA-F]{6}$/) }),
  styled("channel", { channel_id: z.string().min(1) }),
  styled("date", {
    timestamp: z.int(),
    format: z.string().min(1),
    url: link.optional(),
    fallback: z.string().optional(),
  }),
  styled("emoji", { name: z.string().min(1), unicode: z.string().optional(), url: z.string().optional() }),
  styled("team", { team_id: z.string().min(1) }),
  styled("user", { user_id: z.string().min(1) }),
  styled("usergroup", { usergroup_id: z.string().min(1) }),
]);

const border = z.literal([0, 1]).optional();
const section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(inline) });

/** What a rich text consists of. */
export const richTextElements = z.array(
  z.discriminatedUnion("type", [
    section,
    z.strictObject({
      type: z.literal("rich_text_list"),
      elements: z.array(section),
      style: z.enum(["bullet", "ordered"]),
      indent: z.int().min(0).max(8).optional(),
      offset: z.int().min(0).optional(),
      border,
    }),
    z.strictObject({ type: z.literal("rich_text_quote"), elements: z.array(inline), border }),
    z.strictObject({
      type: z.literal("rich_text_preformatted"),
      elements: z.array(z.discriminatedUnion("type", [text, webLink])),
      border,
    }),
  ]),
);

/** A rich text where it is not a block of its own: a cell of a table, the start of an input. */
export const richTextValue = z.strictObject({ type: z.literal("rich_text"), elements: richTextElements });
