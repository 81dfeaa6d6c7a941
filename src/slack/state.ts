import { z } from "zod";
import { activityKinds } from "#src/activity/kinds.ts";
import { makeStorable } from "#src/desk/storable.ts";
import { type ChosenLine, mostLines, reservationScopes } from "#src/purchases/chosen.ts";

/** A form or button whose state can't be read: made by another version, or by nobody of ours. */
export class StaleState extends Error {
  override readonly name = "StaleState";
}

const v1 = z.literal(1).prefault(1);
const id = z.string().min(1).max(100);
const lineFields = { customerId: id, orderId: id, lineItemNumber: z.int().nonnegative() };

/** Why a refund is asked for (S4), where a cancellation led to the support form. */
export const supportReasons = [
  "window_passed",
  "esu",
  "reservation",
  "refused",
  "overdue",
  "needs_person",
  "credit",
] as const;

/** What was chosen in the catalogue's own words: as long as a Slack option may be. */
const chosen = z.string().min(1).max(150);
const packageFields = { version: chosen, language: chosen, fileType: chosen };
/** The longest search in a list of software. */
export const softwareQueryLength = 100;

/** A line of a purchase as `encodeChosen` writes it: ten of them and the drafts fit into what a view may remember. */
const chosenLine = z.string().max(200);
const chosenLines = z.array(chosenLine).max(mostLines);
/** So many products in hand are remembered with what was typed for them. */
export const mostDrafts = 3;

/** What buttons and forms remember. Ids and nothing else: it travels to the person's device and back. */
export const states = {
  none: z.object({ v: v1 }),
  /** A form with its token: one form and one content are one request. */
  form: z.object({ v: v1, formToken: z.uuid() }),
  /** A purchase form: whom it was drawn for, the lines so far, and what was typed for products in hand, the shown one first. */
  buyForm: z.object({
    v: v1,
    formToken: z.uuid(),
    customerId: id.optional(),
    lines: chosenLines.prefault([]),
    drafts: z.array(chosenLine).max(mostDrafts).prefault([]),
    retryOf: id.optional(),
  }),
  /** A price, by the hash of what it is for, and the lines for the way back. */
  purchase: z.object({
    v: v1,
    formToken: z.uuid(),
    purchaseId: id,
    hash: id,
    customerId: id,
    lines: chosenLines.prefault([]),
    retryOf: id.optional(),
  }),
  /** A purchase that was not ordered whole. */
  purchaseRest: z.object({ v: v1, purchaseId: id }),
  /** What an approval, or a new price, is about: the content that was on screen, by its hash. */
  approval: z.object({ v: v1, purchaseId: id, hash: id }),
  customer: z.object({ v: v1, customerId: id }),
  line: z.object({ v: v1, ...lineFields }),
  /** A customer's software page: which list it shows, and where in it. */
  software: z.object({
    v: v1,
    listToken: z.uuid(),
    page: z.int().nonnegative(),
    query: z.string().max(softwareQueryLength),
  }),
  /** A form for one line; `listed`: it stands on top of the software page. */
  keys: z.object({ v: v1, formToken: z.uuid(), ...lineFields, listed: z.boolean() }),
  /** A download link of a line. */
  link: z.object({ v: v1, ...lineFields, linkId: id }),
  /** A link and the package that it downloads, to be renewed. */
  renewal: z.object({ v: v1, ...lineFields, linkId: id, ...packageFields }),
  /** A line, and what was to be chosen for it in the portal. */
  depositOpen: z.object({ v: v1, ...lineFields, ...packageFields }),
  /** The same with its form; `replaces`: when what it would replace was deposited. */
  deposit: z.object({
    v: v1,
    formToken: z.uuid(),
    ...lineFields,
    ...packageFields,
    replaces: z.string().max(30).nullable(),
  }),
  /** What is about to be cancelled: one confirmation is one batch; each line as `encodeLine` writes it. */
  cancelBatch: z.object({ v: v1, formToken: z.uuid(), customerId: id, lines: z.array(id).min(1) }),
  /** How often the answers of the cancellation form were replaced by what was found for a typed number. */
  cancelForm: z.object({ v: v1, round: z.int().nonnegative() }),
  cancellation: z.object({ v: v1, cancellationId: id }),
  /** Several cancellations with one report. */
  batch: z.object({ v: v1, batchId: id }),
  /** What the support form is prefilled with (S1, S4): whose order, why, and how much, as far as it is known. */
  support: z.object({
    v: v1,
    customerId: id,
    orderId: id,
    reason: z.enum(supportReasons).optional(),
    amount: z.string().max(30).optional(),
    currency: z.string().max(3).optional(),
  }),
  window: z.object({ v: v1, windowId: id }),
  /** What a checklist is about: a cancellation, or all of a batch; and the language of its text for the customer. */
  duties: z.object({
    v: v1,
    cancellationId: id.optional(),
    batchId: id.optional(),
    language: z.enum(["en", "es"]).optional(),
  }),
  /**
   * The support form: its token, the files that it can't be given back, and an order number that the agent was told nobody
   * knows. Forms of before it had these carry the token alone.
   */
  supportForm: z.object({
    v: v1,
    formToken: z.uuid(),
    files: z.array(id).max(10).prefault([]),
    unknownOrder: id.optional(),
  }),
  supportRequest: z.object({ v: v1, supportRequestId: id }),
  /** The form for a ticket number, and the number that it corrects. */
  supportFiled: z.object({ v: v1, supportRequestId: id, replaces: id.nullable().prefault(null) }),
  supportUpdate: z.object({ v: v1, formToken: z.uuid(), supportRequestId: id }),
  supportList: z.object({ v: v1, page: z.int().nonnegative() }),
  /** A question to the activity (A2), and the token of the exports that are asked for beside its answer. */
  activity: z.object({
    v: v1,
    formToken: z.uuid(),
    from: z.iso.date(),
    to: z.iso.date(),
    slackUserId: id.nullable(),
    customerId: id.nullable(),
    kind: z.enum([...activityKinds, "outside"]).nullable(),
  }),
  /** An entry of the activity, from which its pages go on. */
  activityPlace: z.object({
    v: v1,
    at: z.iso.datetime(),
    source: z.enum(["desk", "partner_center"]),
    number: z.string().regex(/^\d{1,19}$/),
  }),
};

export type StateOf<K extends keyof typeof states> = z.output<(typeof states)[K]>;

/** The state as it travels; nothing but what belongs to it goes along. */
export function encodeState<K extends keyof typeof states>(kind: K, state: Omit<StateOf<K>, "v">): string {
  return JSON.stringify(states[kind].parse(state));
}

/** Throws `StaleState` when the text is not such a state. */
export function decodeState<K extends keyof typeof states>(kind: K, text: string | undefined): StateOf<K> {
  return parseState(kind, text) ?? fail(kind);
}

/** The state, or null when there is none: a button may come with or without. */
export function parseState<K extends keyof typeof states>(
  kind: K,
  text: string | undefined,
): StateOf<K> | null {
  try {
    const parsed = states[kind].safeParse(makeStorable(JSON.parse(text || "null")));
    return parsed.success ? (parsed.data as StateOf<K>) : null;
  } catch {
    return null;
  }
}

function fail(kind: string): never {
  throw new StaleState(`a state that is no ${kind}`);
}

/** An order line as the value of a choice: `orderId#lineItemNumber`. */
export function encodeLine(line: { orderId: string; lineItemNumber: number }): string {
  return `${line.orderId}#${line.lineItemNumber}`;
}

/** The order line in the value of a choice; null when it names none. */
export function decodeLine(value: string): { orderId: string; lineItemNumber: number } | null {
  const match = /^(.+)#(\d+)$/.exec(value);
  return match?.[1] === undefined ? null : { orderId: match[1], lineItemNumber: Number(match[2]) };
}

/** A line of a purchase, chosen or still being typed. */
export function encodeChosen(line: ChosenLine): string {
  const typed = line.quantity.replaceAll("|", "").slice(0, 12);
  return [line.productId, line.skuId, line.termId, typed, line.azureSubscriptionId, line.scope].join("|");
}

/** The line that `encodeChosen` wrote; throws `StaleState` for anything else. */
export function decodeChosen(text: string): ChosenLine {
  const [productId, skuId, termId, quantity, azureSubscriptionId, scope, ...rest] = text.split("|");
  if (!productId || !skuId || termId === undefined || quantity === undefined || rest.length > 0)
    return fail("line of a purchase");
  return {
    productId,
    skuId,
    termId,
    quantity,
    azureSubscriptionId: azureSubscriptionId || null,
    scope: reservationScopes.find((known) => known === scope) ?? null,
  };
}

/** A SKU as the value of a choice: `productId:skuId`. */
export function decodeSku(value: string): { productId: string; skuId: string } | null {
  const [productId, skuId, ...rest] = value.split(":");
  return productId && skuId && rest.length === 0 ? { productId, skuId } : null;
}
