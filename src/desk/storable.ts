/** Nothing that is meant goes deeper. */
const deepest = 100;

/** The text as PostgreSQL can keep it: what no Unicode text may hold, and NUL, become a replacement character. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

/** The same, in place, for every text inside a JSON value. What is nested deeper than anything that is meant becomes null. */
export function makeStorable(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return storable(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === deepest) return null;
  for (const [name, inner] of Object.entries(value)) {
    const kept = makeStorable(inner, depth + 1);
    if (kept !== inner) Object.defineProperty(value, name, { value: kept });
  }
  return value;
}
