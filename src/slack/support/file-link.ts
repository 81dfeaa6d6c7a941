import type { SupportFile } from "#src/db/rows.ts";
import { shorten } from "../blocks/limits.ts";
import type { Value } from "../locales/texts.ts";

const longestName = 80;

/** A file by its name, leading to the original where that is known. */
export function fileLink({ permalink, name, fileId }: SupportFile): Value {
  const label = shorten(name ?? fileId, longestName);
  return permalink === null ? label : { link: permalink, label };
}
