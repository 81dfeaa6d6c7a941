import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import type { CustomerChoice } from "../customer-choice.ts";
import { encodeLine } from "../state.ts";

/** So many items go out together; what is more waits for another form. */
export const mostAtOnce = 50;

/** The answers of the form so far. */
export interface Answers {
  customer: CustomerChoice | null;
  product: string | null;
  /** Values of the chosen orders and lines. */
  chosen: string[];
  typed: string;
  round: number;
}

const wholeOrder = /^(.+)#\*$/;

/** The value of a choice that stands for every line of an order. */
export function encodeOrder(orderId: string): string {
  return `${orderId}#*`;
}

/** The order that a chosen value belongs to; null when it names none. */
export function orderOf(value: string): string | null {
  return /^(.+)#(?:\d+|\*)$/.exec(value)?.[1] ?? null;
}

/** The lines that the chosen values stand for, each once: single lines, and all lines of whole orders. */
export function linesOf(values: string[], lines: SoftwareLine[]): SoftwareLine[] {
  const orders = new Set(values.map((value) => wholeOrder.exec(value)?.[1]));
  return lines.filter((line) => orders.has(line.orderId) || values.includes(encodeLine(line)));
}

/** The order numbers in what was typed or pasted, in any of the ways people separate them. */
export function typedOrders(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}
