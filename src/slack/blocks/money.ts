const decimal = /^-?\d+(\.\d+)?$/;

/**
 * A decimal string as money, such as `1234.5000` and `EUR` as `EUR 1,234.50`. The string is never turned into a float;
 * more decimals than the currency has are shown where they matter, up to four.
 */
export function formatMoney(amount: string, currency: string, language: string): string {
  if (!decimal.test(amount)) return amount;
  const exact = amount as `${number}`;
  if (!/^[A-Z]{3}$/.test(currency))
    return new Intl.NumberFormat(language, { maximumFractionDigits: 4 }).format(exact);
  const style: Intl.NumberFormatOptions = { style: "currency", currency, currencyDisplay: "code" };
  const usual = new Intl.NumberFormat(language, style).resolvedOptions().maximumFractionDigits ?? 2;
  const given = (amount.split(".")[1] ?? "").replace(/0+$/, "").length;
  return new Intl.NumberFormat(language, {
    ...style,
    maximumFractionDigits: Math.max(usual, Math.min(4, given)),
  }).format(exact);
}
