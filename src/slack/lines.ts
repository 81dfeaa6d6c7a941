import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import type { Choice } from "./blocks/selects.ts";
import type { Texts } from "./locales/texts.ts";
import { encodeLine } from "./state.ts";

/** An order line as a choice: product, order number, day of purchase, and whether its key is still there (C11). */
export function lineChoice(texts: Texts, line: SoftwareLine): Choice {
  const values = {
    order: line.orderId,
    quantity: line.quantity,
    bought: { at: line.purchasedAt, show: "day" } as const,
  };
  return {
    value: encodeLine(line),
    text: line.title,
    description: texts.plain(line.cancelled ? "line.cancelled" : "line.bought", values),
  };
}
