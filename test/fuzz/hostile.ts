import fc from "../ground/fast-check.ts";

/** What nobody of ours would send: other types, limits, control characters, markup, pieces of other languages. */
const hostile = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, "", " ", "\0", "-1", "NaN", "{}", "[]", "null", "undefined"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(0, -1, 1.5, 1e308, 2 ** 53, true, [], {}, [null], [[]], { v: 1 }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      "<!channel> <@U0> <https://evil.example|click>",
      "'; drop table purchases; --",
      '=HYPERLINK("https://evil.example")',
      "../../etc/passwd",
      "%00%ff",
      "\ud800",
      "\u202e\u0000\ufeff",
      "__proto__",
      "constructor",
      "a".repeat(3_500),
      "💥".repeat(400),
      "{plural, select, other {x}}",
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

type Path = (string | number)[];

/** Every place in a JSON value. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => placesIn(item, [...path, index]))
    : Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function replaceAt(value: unknown, [step, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    const copy = [...value];
    const next = replaceAt(copy[Number(step)], rest, change);
    if (next === gone) copy.splice(Number(step), 1);
    else copy[Number(step)] = next;
    return copy;
  }
  const copy = { ...(value as Record<string, unknown>) };
  const next = replaceAt(copy[step], rest, change);
  if (next === gone) delete copy[step];
  else copy[step] = next;
  return copy;
}

const gone = Symbol("gone");

/** One change of a JSON value: where (as a part of all its places), and what comes there. */
export interface Change {
  where: number;
  how: "replace" | "remove" | "inside";
  what: unknown;
  /** Where inside a text that is JSON itself. */
  inner: number;
}

export const changes = fc.array(
  fc.record<Change>({
    where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    how: fc.constantFrom("replace", "replace", "remove", "inside", "inside"),
    what: hostile,
    inner: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  { minLength: 1, maxLength: 4 },
);

export { hostile };

/** The value with these changes, one after the other. */
export function changed(value: unknown, list: readonly Change[]): unknown {
  return list.reduce(change, value);
}

function change(value: unknown, { where, how, what, inner }: Change): unknown {
  const places = placesIn(value);
  const place = places[Math.floor(where * places.length)];
  if (!place) return what;
  return replaceAt(value, place, (old) => {
    if (how === "remove") return gone;
    const parsed = how === "inside" ? parsedJson(old) : undefined;
    if (parsed === undefined) return what;
    const innerPlaces = placesIn(parsed);
    const innerPlace = innerPlaces[Math.floor(inner * innerPlaces.length)];
    return JSON.stringify(innerPlace ? replaceAt(parsed, innerPlace, () => what) : what);
  });
}

/** What a text holds that is a JSON object; undefined for any other. */
function parsedJson(text: unknown): unknown {
  if (typeof text !== "string" || !text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
