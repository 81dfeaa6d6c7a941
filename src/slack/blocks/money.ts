import { LRUCache } from "lru-cache";

const decimal = /^-?\d+(\.\d+)?$/;

/** A format costs as much to make as hundreds of amounts to write. */
const formats = new LRUCache<string, Intl.NumberFormat>({ max: 200 });

/**
 * A decimal string as money, such as `1234.5000` and `EUR` as `EUR 1,234.50`. The string is never turned into a float;
 * more decimals than the currency has are shown where they matter, up to four.
 */
export function formatMoney(amount: string, currency: string, language: string): string {
  if (!decimal.test(amount)) return amount;
  const exact = amount as `${number}`;
  if (!/^[A-Z]{3}$/.test(currency)) return formatOf(language, null, 4).format(exact);
  const usual = formatOf(language, currency, null).resolvedOptions().maximumFractionDigits ?? 2;
  const given = (amount.split(".")[1] ?? "").replace(/0+$/, "").length;
  return formatOf(language, currency, Math.max(usual, Math.min(4, given))).format(exact);
}

/** `digits`: the most after the point; null for as many as the currency has. */
function formatOf(language: string, currency: string | null, digits: number | null): Intl.NumberFormat {
  const name = `${language} ${currency} ${digits}`;
  const format =
    formats.get(name) ??
    new Intl.NumberFormat(language, {
      ...(currency === null ? {} : { style: "currency", currency, currencyDisplay: "code" }),
      ...(digits === null ? {} : { maximumFractionDigits: digits }),
    });
  formats.set(name, format);
  return format;
}
