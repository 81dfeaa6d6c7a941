/** Makes a value safe inside Slack markup: nothing in it can mention, link or notify. */
export function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The same for a value that may be long: cut so that its safe form stays within `limit` characters. */
export function escapeShort(text: string, limit: number): string {
  const whole = escapeMarkup(text);
  if (whole !== "" && whole.length <= limit) return whole;
  let safe = "";
  for (const character of text) {
    const next = escapeMarkup(character);
    if (safe.length + next.length > limit - 1) break;
    safe += next;
  }
  return text === "" ? "–" : `${safe}…`;
}

/** Slack returns texts the way it stores them, escaped: back to what was meant. */
export function unescapeMarkup(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
