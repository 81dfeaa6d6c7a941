import { randomBytes } from "node:crypto";
import { type Act, acts, type Role, rights } from "#src/access/rights.ts";
import { marketName } from "#src/catalog/markets.ts";
import { databaseIsAway } from "#src/db/away.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import { ChatFailure } from "#src/messages/port.ts";
import { refusalReasons } from "#src/purchases/refusals.ts";
import { listOf } from "./blocks/list.ts";
import type { TextKey, Texts, Value, Values } from "./locales/texts.ts";
import { StaleState } from "./state.ts";

/** Why something did not happen and what to do next, for a field (plain) or a banner (markup). */
export interface Explanation {
  plain: string;
  markup: string;
}

/** What a text may mention when the error does not say. */
const absent: Values = {
  description: "–",
  reference: "–",
  code: "–",
  email: "–",
  minimum: 1,
  maximum: 1,
  deadline: "–",
  available: -1,
  purchased: -1,
  now: "other",
  restriction: "–",
  mode: "own",
};

/**
 * Puts an error into words. A refusal of the domain has its own text; anything else is a fault of ours, which is logged
 * under a reference id that the person can pass on. Nothing but names and codes is logged.
 */
export function explain(desk: Desk, texts: Texts, error: unknown, where: string): Explanation {
  if (error instanceof DeskError) {
    desk.log.info({ where, code: error.code, detail: error.message }, "refused");
    const mode = desk.connecting ? "own" : "service";
    return say(texts, keyOf(error), { ...valuesOf(error, texts), mode });
  }
  if (error instanceof StaleState) return say(texts, "error.stale", {});
  const reference = randomBytes(4).toString("hex");
  desk.log.error({ where, reference, error: nameOf(error) }, "fault");
  return say(texts, faultKey(error), { reference });
}

/** A refusal of Partner Center's with a reason of its own is told by that. */
function keyOf(error: Pick<DeskError, "code" | "values">): TextKey {
  const reason = refusalReasons.find((known) => known === error.values.reason);
  return reason ? `refusal.${reason}` : `error.${error.code}`;
}

function faultKey(error: unknown): TextKey {
  if (error instanceof ChatFailure) return "error.slack";
  return databaseIsAway(error) ? "error.desk_unavailable" : "error.fault";
}

function say(texts: Texts, key: TextKey, values: Values): Explanation {
  return { plain: texts.plain(key, values), markup: texts.markup(key, values) };
}

/** A refusal that was kept, as markup: by its code and values as the error had them. */
export function refusalMarkup(texts: Texts, refusal: Pick<DeskError, "code" | "values">): string {
  return texts.markup(keyOf(refusal), valuesOf(refusal, texts));
}

function valuesOf(error: Pick<DeskError, "values">, texts: Texts): Values {
  const { by, market, act, asOf, deadline, retryAt, ...rest } = error.values;
  return {
    ...absent,
    ...rest,
    ...(by === undefined ? {} : { by: { mention: String(by) } }),
    ...(market === undefined ? {} : { market: marketName(String(market), texts.language) }),
    ...(asOf === undefined ? {} : { asOf: { day: String(asOf) } }),
    ...(deadline === undefined
      ? {}
      : { deadline: { at: new Date(String(deadline)), show: "minute" } satisfies Value }),
    ...(retryAt === undefined
      ? {}
      : { retryAt: { at: new Date(String(retryAt)), show: "minute" } satisfies Value }),
    ...(isAct(act) ? { act, roles: roleList(texts, rights[act]) } : {}),
  };
}

function isAct(value: unknown): value is Act {
  return acts.some((act) => act === value);
}

/** "Admin agent or Global admin", in the person's language. */
export function roleList(texts: Texts, held: readonly Role[]): string {
  return listOf(
    texts,
    held.map((role) => texts.plain(`role.${role}`)),
    "any",
  );
}

/** An error by its name and code: its message may hold what a person typed or a service answered. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code =
    "code" in error && (typeof error.code === "string" || typeof error.code === "number")
      ? ` ${error.code}`
      : "";
  const data =
    "data" in error && typeof error.data === "object" && error.data !== null && "error" in error.data;
  return `${error.name}${code}${data ? ` ${String((error.data as { error: unknown }).error)}` : ""}`;
}
