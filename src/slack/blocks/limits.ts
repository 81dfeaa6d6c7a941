/** Slack's limits in characters, counted generously: a text that fits in UTF-16 units fits however Slack counts. */
export const limits = {
  title: 24,
  header: 150,
  button: 75,
  optionText: 75,
  optionDescription: 75,
  groupLabel: 75,
  section: 3_000,
  field: 2_000,
  label: 2_000,
  hint: 2_000,
  placeholder: 150,
  context: 2_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  messageText: 4_000,
  messageBlocks: 50,
  /** Of all blocks of a message together, less what its last lines need. */
  blocksText: 12_500,
  privateMetadata: 3_000,
  options: 100,
} as const;

/**
 * The text, cut at a character boundary with an ellipsis when it is too long. Never empty, because Slack refuses an
 * empty text.
 */
export function shorten(text: string, limit: number): string {
  if (text === "") return "–";
  if (text.length <= limit) return text;
  let cut = "";
  for (const character of text) {
    if (cut.length + character.length > limit - 1) break;
    cut += character;
  }
  return `${cut}…`;
}
