/** What a spreadsheet takes for the beginning of a formula, in its wide forms as well. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A cell as it may stand in a CSV file (RFC 4180): one that a spreadsheet would run begins with an apostrophe, one with
 * separators, quotes or line ends is quoted.
 */
function cell(value: string): string {
  const harmless = formula.test(value) ? `'${value}` : value;
  return /[",;\r\n\t]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A line of a CSV file, with its end. */
export function csvLine(values: readonly string[]): string {
  return `${values.map(cell).join(",")}\r\n`;
}

/** Before the first line, so that Excel reads UTF-8. */
export const byteOrderMark = "\uFEFF";
