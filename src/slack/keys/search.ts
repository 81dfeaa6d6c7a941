import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import type { Texts } from "../locales/texts.ts";

/** The lines that have every word of the query in their product, order number or kind; case and accents don't matter. */
export function searchSoftware(texts: Texts, lines: SoftwareLine[], query: string): SoftwareLine[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return lines;
  return lines.filter((line) => {
    const kinds = [texts.plain(`kind.${line.kind}`), line.kind.replaceAll("_", " ")];
    const said = folded([line.title, line.orderId, ...kinds].join("\n"));
    return words.every((word) => said.includes(word));
  });
}

function folded(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .toLowerCase();
}
