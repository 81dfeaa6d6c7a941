import type { SupportFile } from "#src/db/rows.ts";
import { shorten } from "../blocks/limits.ts";
import type { Texts } from "../locales/texts.ts";

const longestName = 80;

/** A file by its name, leading to the original where that is known. */
export function fileLink(texts: Texts, { permalink, name, fileId }: SupportFile): string {
  const label = shorten(name ?? fileId, longestName);
  return permalink === null
    ? texts.markup("support.file.name", { name: label })
    : texts.markup("support.file.link", { file: { link: permalink, label } });
}
