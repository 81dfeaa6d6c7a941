import { z } from "zod";

/** A form or button whose state can't be read: made by another version, or by nobody of ours. */
export class StaleState extends Error {
  override readonly name = "StaleState";
}

const v1 = z.literal(1).prefault(1);
const id = z.string().min(1).max(100);
const lineFields = { customerId: id, orderId: id, lineItemNumber: z.int().nonnegative() };

/** What buttons and forms remember. Ids and nothing else: it travels to the person's device and back. */
export const states = {
  none: z.object({ v: v1 }),
  /** A form with its token: one form and one content are one request. */
  form: z.object({ v: v1, formToken: z.uuid() }),
  purchase: z.object({ v: v1, formToken: z.uuid(), purchaseId: id, ...choiceOfPurchase() }),
  purchaseChoice: z.object({ v: v1, formToken: z.uuid(), ...choiceOfPurchase() }),
  customer: z.object({ v: v1, customerId: id }),
  line: z.object({ v: v1, ...lineFields }),
  /** What the support form is prefilled with (S1). */
  support: z.object({ v: v1, customerId: id, orderId: id }),
  supportRequest: z.object({ v: v1, supportRequestId: id }),
};

function choiceOfPurchase() {
  return { customerId: id, productId: id, skuId: id, termId: id, quantity: z.string().max(20) };
}

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
    const parsed = states[kind].safeParse(JSON.parse(text || "null"));
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

/** A SKU as the value of a choice: `productId:skuId`. */
export function decodeSku(value: string): { productId: string; skuId: string } | null {
  const [productId, skuId, ...rest] = value.split(":");
  return productId && skuId && rest.length === 0 ? { productId, skuId } : null;
}
