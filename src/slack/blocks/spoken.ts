import type { Texts } from "../locales/texts.ts";

/**
 * What a screen reader says for one of several buttons that are called the same: the button's own text, then what tells it
 * apart (a number, which is never cut), then what it is about.
 */
export function spoken(texts: Texts, label: string, number: string | number, about: string): string {
  return texts.plain("spoken", { label, number: String(number), about });
}

/** The same for a button about a line of an order, by the number that people give it. */
export function spokenLine(
  texts: Texts,
  label: string,
  line: { orderId: string; lineItemNumber: number; title: string },
): string {
  return spoken(texts, label, `${line.orderId}/${line.lineItemNumber + 1}`, line.title);
}
