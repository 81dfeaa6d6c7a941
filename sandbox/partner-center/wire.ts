import { z } from "zod";
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
 * One seek page (page get-a-list-of-customers): `size` items, and its neighbours behind `seekOperation` Next or
 * Previous with the MS-ContinuationToken that `links.next` and `links.previous` carry; First, Last and PageIndex
 * (`pageIndex`, from 0) need no token. A size of 0 asks for everything, none for the largest page. Refuses with 400.
 */
export function seekPage<T>(call: Call, items: readonly T[], largestPage: number) {
  const size = Math.max(1, pageSize(call.query.get("size"), largestPage, items.length));
  const resource = resourceOf(call);
  const start = startOf(call, resource, { size, count: items.length });
  const page = items.slice(start, start + size);
  const token = tokenOf({ resource, start });
  const neighbours = {
    ...(start + size < items.length ? { next: seekLink(call, "Next", token) } : {}),
    ...(start > 0 ? { previous: seekLink(call, "Previous", token) } : {}),
  };
  return pageBody(call, page, neighbours, token);
}

/**
 * One seek page of a collection that is only read forwards: `read` is given where to go on and how many items to take,
 * and says where the rest begins, null at the end. Refuses with 400.
 */
export function forwardPage<T>(
  call: Call,
  largestPage: number,
  read: (from: number[], size: number) => { items: T[]; rest: number[] | null },
) {
  const size = Math.max(1, pageSize(call.query.get("size"), largestPage, largestPage));
  const resource = resourceOf(call);
  const { items, rest } = read(cursorOf(call, resource), size);
  const token = tokenOf({ resource, cursor: rest });
  return pageBody(call, items, rest === null ? {} : { next: seekLink(call, "Next", token) }, token);
}

/** One page by `size` and `offset`, which counts items. Without a size: all that is left. Refuses with 400. */
export function offsetPage<T>(call: Call, items: readonly T[]) {
  const [size, offset] = ["size", "offset"].map((name) => {
    const text = call.query.get(name);
    if (text !== null && !/^\d{1,6}$/.test(text)) throw malformed(`${name} is not a whole number.`);
    return text === null ? 0 : Number(text);
  });
  const start = offset ?? 0;
  const page = items.slice(start, size ? start + size : undefined);
  const query = new URLSearchParams(call.query);
  query.set("offset", String(start + page.length));
  const more = start + page.length < items.length;
  return pageBody(call, page, more ? { next: link(`${uriOf(call)}?${query}`) } : {}, null);
}

function pageBody<T>(
  call: Call,
  items: readonly T[],
  neighbours: Record<string, Link>,
  token: string | null,
) {
  return {
    totalCount: items.length,
    items,
    links: { self: link(`${uriOf(call)}${call.query.size > 0 ? `?${call.query}` : ""}`), ...neighbours },
    attributes: { objectType: "Collection" },
    ...("next" in neighbours && token !== null ? { continuationToken: token } : {}),
  };
}

function uriOf(call: Call): string {
  return call.path.replace(/^\/v1/, "");
}

function seekQuery(call: Call): URLSearchParams {
  const query = new URLSearchParams(call.query);
  query.delete("seekOperation");
  query.delete("pageIndex");
  return query;
}

function resourceOf(call: Call): string {
  return `${call.path}?${seekQuery(call)}`;
}

function seekLink(call: Call, operation: "Next" | "Previous", token: string): Link {
  const query = seekQuery(call);
  query.set("seekOperation", operation);
  return link(`${uriOf(call)}?${query}`, "GET", [{ key: "MS-ContinuationToken", value: token }]);
}

function pageSize(text: string | null, largest: number, all: number): number {
  if (text === null) return largest;
  if (!/^\d{1,6}$/.test(text)) throw malformed("size is not a whole number.");
  return text === "0" ? all : Math.min(Number(text), largest);
}

const tokenSchema = z.object({
  resource: z.string(),
  start: z.int().nonnegative().optional(),
  cursor: z.array(z.int().nonnegative()).nullish(),
});

function tokenOf(place: z.input<typeof tokenSchema>): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function placeOf(call: Call, resource: string): z.output<typeof tokenSchema> {
  const token = call.header("ms-continuationtoken") ?? "";
  try {
    const place = tokenSchema.parse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
    if (place.resource === resource) return place;
  } catch {
    // A token that cannot be read is refused like one of another collection.
  }
  throw malformed("The continuation token is not valid for this collection.");
}

function startOf(call: Call, resource: string, { size, count }: { size: number; count: number }): number {
  const operation = call.query.get("seekOperation")?.toLowerCase();
  const here = () => placeOf(call, resource).start ?? 0;
  switch (operation) {
    case undefined:
      return call.header("ms-continuationtoken") === undefined ? 0 : here() + size;
    case "next":
      return here() + size;
    case "previous":
      return Math.max(0, here() - size);
    case "first":
      return 0;
    case "last":
      return Math.max(0, Math.ceil(count / size) - 1) * size;
    case "pageindex": {
      const index = call.query.get("pageIndex") ?? "";
      if (!/^\d{1,6}$/.test(index)) throw malformed("pageIndex is not a whole number.");
      return Number(index) * size;
    }
    default:
      throw malformed("The seek operation cannot be parsed.", 900126);
  }
}

function cursorOf(call: Call, resource: string): number[] {
  const operation = call.query.get("seekOperation")?.toLowerCase();
  if (operation === "next" || call.header("ms-continuationtoken") !== undefined) {
    return placeOf(call, resource).cursor ?? [];
  }
  if (operation === undefined || operation === "first") return [];
  throw malformed("This collection is only read forwards.");
}

export interface Filter {
  field: string;
  value: string;
  operator: string;
}

/**
 * The `filter` query parameter (page get-a-list-of-customers), keys in any case. Null without one; refuses with 400.
 */
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
