import { malformed } from "./errors.ts";
import type { Call } from "./service.ts";

export interface Link {
  uri: string;
  method: string;
  headers: { key: string; value: string }[];
}

/** A link relative to the base without `/v1`, as most services print it. */
export function link(uri: string, method = "GET", headers: Link["headers"] = []): Link {
  return { uri, method, headers };
}

/** An instant as Partner Center prints it: UTC with seven fractional digits. */
export function wireDate(instant: Date): string {
  return instant.toISOString().replace("Z", "0000Z");
}

export const never = "0001-01-01T00:00:00";

/** A whole collection in one answer. */
export function collection(items: readonly unknown[], selfUri: string) {
  return {
    totalCount: items.length,
    items,
    links: { self: link(selfUri) },
    attributes: { objectType: "Collection" },
  };
}

/**
 * One seek page (reference 2.5): `size` items, and the next page behind `seekOperation=Next` with the
 * MS-ContinuationToken that `links.next` carries. A size of 0 or none asks for as much as fits. Refuses with 400.
 */
export function seekPage<T>(call: Call, items: readonly T[], largestPage: number) {
  const size = pageSize(call.query.get("size"), largestPage, items.length);
  const query = new URLSearchParams(call.query);
  query.delete("seekOperation");
  const resource = `${call.path}?${query}`;
  const start = startOf(call, resource);
  const page = items.slice(start, start + size);
  const end = start + page.length;
  query.set("seekOperation", "Next");
  const uri = call.path.replace(/^\/v1/, "");
  const token = Buffer.from(JSON.stringify({ resource, start: end })).toString("base64url");
  return {
    totalCount: page.length,
    items: page,
    links: {
      self: link(`${uri}${call.query.size > 0 ? `?${call.query}` : ""}`),
      ...(end < items.length
        ? { next: link(`${uri}?${query}`, "GET", [{ key: "MS-ContinuationToken", value: token }]) }
        : {}),
    },
    attributes: { objectType: "Collection" },
    ...(end < items.length ? { continuationToken: token } : {}),
  };
}

function pageSize(text: string | null, largest: number, all: number): number {
  if (text === null) return largest;
  if (!/^\d{1,6}$/.test(text)) throw malformed("size is not a whole number.");
  return text === "0" ? all : Math.min(Number(text), largest);
}

function startOf(call: Call, resource: string): number {
  const operation = call.query.get("seekOperation");
  const token = call.header("ms-continuationtoken");
  if (operation === null && token === undefined) return 0;
  if (operation?.toLowerCase() !== "next") throw malformed("Only seekOperation=Next is supported.");
  try {
    const place: unknown = JSON.parse(Buffer.from(token ?? "", "base64url").toString("utf8"));
    if (typeof place === "object" && place !== null && "resource" in place && "start" in place) {
      if (place.resource === resource && typeof place.start === "number") return place.start;
    }
  } catch {
    // A token that cannot be read is refused like one of another collection.
  }
  throw malformed("The continuation token is not valid for this collection.");
}

export interface Filter {
  field: string;
  value: string;
  operator: string;
}

/** The `filter` query parameter (reference 2.7), keys in any case. Null without one; refuses with 400. */
export function filterOf(call: Call): Filter | null {
  const text = call.query.get("filter");
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed("The filter is not valid JSON.");
  }
  const given = new Map(
    Object.entries(typeof parsed === "object" && parsed !== null ? parsed : {}).map(([key, value]) => [
      key.toLowerCase(),
      value,
    ]),
  );
  const [field, value, operator] = ["field", "value", "operator"].map((key) => given.get(key));
  if (typeof field !== "string" || typeof value !== "string" || typeof operator !== "string") {
    throw malformed("The filter needs Field, Value and Operator.");
  }
  return { field, value, operator: operator.toLowerCase() };
}
