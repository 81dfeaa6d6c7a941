/** A sum of money: a decimal string with a point, and an ISO 4217 code. */
export interface Amount {
  amount: string;
  currency: string;
}

const currencies = new Set(Intl.supportedValuesOf("currency"));
/** Signs that mean one currency only; a dollar may be any of twenty. */
const signs: Record<string, string> = { "€": "EUR", "£": "GBP" };
const mostDigits = 12;

/**
 * Reads an amount with its currency as people write it: `1,250.00 EUR`, `EUR 1.250,00`, `1250 usd`, `12,5 €` (S4). Where one
 * separator could be either, such as in `1.250`, `language` decides. Null when it is no positive amount of a currency.
 */
export function parseAmount(text: string, language: "en" | "es"): Amount | null {
  const parts = /^(\p{L}{3}|[€£])?\s*([\d.,'\s]*\d)\s*(\p{L}{3}|[€£])?$/u.exec(text.trim());
  const [, before, number, after] = parts ?? [];
  if (number === undefined || (before === undefined) === (after === undefined)) return null;
  const named = (before ?? after ?? "").toUpperCase();
  const currency = signs[named] ?? named;
  const amount = decimalOf(number.replaceAll(/[\s']/g, ""), language);
  if (!currencies.has(currency) || amount === null || /^0+(\.0+)?$/.test(amount)) return null;
  return { amount, currency };
}

/** `1250.00 EUR`: how an amount is kept and told to Microsoft, the same in every language. */
export function writeAmount({ amount, currency }: Amount): string {
  return `${amount} ${currency}`;
}

/** The amount in what `writeAmount` wrote; null for the words of older requests. */
export function readAmount(text: string): Amount | null {
  const match = /^(\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(text);
  return match?.[1] && match[2] ? { amount: match[1], currency: match[2] } : null;
}

function decimalOf(digits: string, language: "en" | "es"): string | null {
  const decimal = decimalSeparator(digits, language);
  const at = decimal === null ? -1 : digits.lastIndexOf(decimal);
  const whole = at < 0 ? digits : digits.slice(0, at);
  const fraction = at < 0 ? "" : digits.slice(at + 1);
  const grouped = /^\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)?$/;
  if (!/^\d+$/.test(whole) && !grouped.test(whole)) return null;
  if (!/^\d{0,4}$/.test(fraction) || whole.includes(decimal ?? " ")) return null;
  const plain = whole.replaceAll(/[.,]/g, "").replace(/^0+(?=\d)/, "");
  if (plain.length > mostDigits) return null;
  return fraction === "" ? plain : `${plain}.${fraction}`;
}

/** Which separator, if any, comes before the decimals. */
function decimalSeparator(digits: string, language: "en" | "es"): "." | "," | null {
  const used = ([".", ","] as const).filter((separator) => digits.includes(separator));
  if (used.length === 2) return digits.lastIndexOf(".") > digits.lastIndexOf(",") ? "." : ",";
  const [only] = used;
  if (only === undefined || digits.indexOf(only) !== digits.lastIndexOf(only)) return null;
  const after = digits.length - digits.indexOf(only) - 1;
  if (after !== 3) return only;
  return only === (language === "es" ? "," : ".") ? only : null;
}
