import { expect, test } from "vitest";
import { formatMoney } from "#src/slack/blocks/money.ts";
import { parseAmount, readAmount, writeAmount } from "#src/support-requests/amount.ts";
import fc from "../ground/fast-check.ts";

test.each([
  ["1,250.00 EUR", "en", "1250.00 EUR"],
  ["EUR 1.250,00", "en", "1250.00 EUR"],
  ["1.250,00 EUR", "es", "1250.00 EUR"],
  ["1 250,5 eur", "es", "1250.5 EUR"],
  ["1'250.00 CHF", "en", "1250.00 CHF"],
  ["12,5 €", "en", "12.5 EUR"],
  ["£99", "en", "99 GBP"],
  ["1.250 EUR", "es", "1250 EUR"],
  ["1.250 EUR", "en", "1.250 EUR"],
  ["1,250 USD", "en", "1250 USD"],
  ["1,250 USD", "es", "1.250 USD"],
  ["1.250.000 EUR", "en", "1250000 EUR"],
  ["USD1250", "en", "1250 USD"],
  ["0042 USD", "en", "42 USD"],
  ["0.0125 USD", "en", "0.0125 USD"],
] as const)("S4 the amount %j is read (%s) as %s", (typed, language, read) => {
  const amount = parseAmount(typed, language);
  expect(amount && writeAmount(amount)).toBe(read);
});

test.each([
  "",
  "1250",
  "EUR",
  "0 EUR",
  "0,00 EUR",
  "-5 EUR",
  "5 XXQ",
  "$5",
  "EUR 5 USD",
  "5 EUR EUR",
  "12,34,5 EUR",
  "1.25.000 EUR",
  "1e3 EUR",
  "5 <!channel>",
  "about 5 EUR",
  "1234567890123 EUR",
  "5.12345 EUR",
])("S4 %j is no amount", (typed) => {
  for (const language of ["en", "es"] as const) expect(parseAmount(typed, language)).toBeNull();
});

test("S4 an amount as a form shows it is read as what it was, in both languages", () => {
  const money = fc.record({
    cents: fc.integer({ min: 1, max: 10 ** 11 }),
    currency: fc.constantFrom("EUR", "USD", "CHF", "MXN"),
    language: fc.constantFrom("en" as const, "es" as const),
  });
  fc.assert(
    fc.property(money, ({ cents, currency, language }) => {
      const digits = String(cents).padStart(3, "0");
      const amount = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
      expect(parseAmount(formatMoney(amount, currency, language), language)).toEqual({ amount, currency });
      expect(readAmount(writeAmount({ amount, currency }))).toEqual({ amount, currency });
    }),
  );
});

test("S4 the words of older requests are no amount, and stay words", () => {
  for (const text of ["USD 1,250.00", "about 5", "1250.00 usd"]) expect(readAmount(text)).toBeNull();
});
