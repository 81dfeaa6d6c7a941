import type { Texts } from "../locales/texts.ts";

/** "A, B or C" (`any`) or "A, B and C" (`all`), as the reader's language lists things. */
export function listOf(texts: Pick<Texts, "language">, items: readonly string[], of: "any" | "all"): string {
  const type = of === "any" ? "disjunction" : "conjunction";
  const name = `${texts.language} ${type}`;
  const format = formats.get(name) ?? new Intl.ListFormat(texts.language, { type });
  formats.set(name, format);
  return format.format(items);
}

const formats = new Map<string, Intl.ListFormat>();
