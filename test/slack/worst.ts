import type { ViewOutput } from "@slack/bolt";
import type { Modal } from "#src/slack/blocks/modal.ts";
import { createTexts, type Texts } from "#src/slack/locales/texts.ts";

/** What customers, products and people may be called. */
export const names: [string, string][] = [
  ["long", "W".repeat(5_000)],
  ["emoji of many characters", "👩‍👩‍👧‍👦🏳️‍🌈".repeat(500)],
  ["right to left", "شركة كونتوسو للتجارة \u202eمحدودة ".repeat(200)],
  ["markup", "<!channel> *b* _i_ ~s~ `c` <https://evil.example|click> <@U1> :tada: ".repeat(80)],
  ["all escapes", "&<>".repeat(2_000)],
  ["lines", "a\n> b\n```\nc\n".repeat(500)],
  ["composed accents", "e\u0301".repeat(3_000)],
  ["a single blank", " "],
  ["nothing", ""],
];
/** The words in both languages. */
export const languages: [string, Texts][] = [
  ["English", createTexts("en-US", "America/New_York")],
  ["Spanish", createTexts("es-ES", "Europe/Madrid")],
];
/** A form as Slack gives it back, everything in it chosen or typed that was there from the start. */
export function returned(view: Modal): ViewOutput {
  const values: Record<string, Record<string, object>> = {};
  const blocks = view.blocks.map((block, index) => ({ ...block, block_id: block.block_id ?? `b${index}` }));
  for (const block of blocks) {
    if (!("element" in block)) continue;
    const { action_id: actionId = "", ...element } = block.element as unknown as Record<string, string>;
    values[block.block_id] = {
      [actionId]: { value: element.initial_value ?? null, selected_option: element.initial_option ?? null },
    };
  }
  return {
    ...view,
    blocks,
    state: { values },
    id: "V1",
    private_metadata: view.private_metadata ?? "",
    callback_id: view.callback_id ?? "",
  } as unknown as ViewOutput;
}
