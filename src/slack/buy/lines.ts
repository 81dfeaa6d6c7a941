import type { PurchaseLine } from "#src/db/rows.ts";
import { addDecimals } from "#src/desk/decimals.ts";
import { refusalReason } from "#src/purchases/refusals.ts";
import { pricePeriod } from "../blocks/terms.ts";
import type { Texts } from "../locales/texts.ts";

/** Where a reservation belongs, as markup; null for software. */
export function reservationText(texts: Texts, line: PurchaseLine): string | null {
  if (line.provisioningContext === undefined) return null;
  return texts.markup("buy.reservation.bound", {
    region: line.region ?? "–",
    scope: line.provisioningContext.scope ?? "–",
    subscription: line.azureSubscription ?? line.provisioningContext.subscriptionId ?? "–",
  });
}

/** What Partner Center said no with, as markup: in our words where the code has a reason, and what to do next. */
export function refusalText(texts: Texts, error: { code: number; description: string }): string {
  const reason = refusalReason(error.code);
  const values = { ...error, available: -1, purchased: -1 };
  return texts.markup(reason ? `refusal.${reason}` : "purchase.order_error", values);
}

type TotalKey = "buy.confirm.total" | "purchase.total_with_tax" | "purchase.total_without_tax";

/**
 * What the lines cost together, as markup. Lines that are billed in different rhythms have a first bill in common, and each
 * rhythm its own sum.
 */
export function totals(
  texts: Texts,
  lines: readonly PurchaseLine[],
  currency: string,
  key: TotalKey,
): string[] {
  const byPeriod = Map.groupBy(lines, pricePeriod);
  const sumOf = (some: readonly PurchaseLine[]) => ({
    amount: addDecimals(some.map((line) => line.extendedPrice)),
    currency,
  });
  const [only] = byPeriod.size === 1 ? [...byPeriod.keys()] : [];
  const total = texts.markup(key, { total: sumOf(lines), period: only ?? "first" });
  if (only !== undefined) return [total];
  return [
    total,
    ...[...byPeriod].map(([period, some]) => texts.markup("buy.total.part", { total: sumOf(some), period })),
  ];
}
