import { expect, test } from "vitest";
import { pricePeriod } from "#src/slack/blocks/terms.ts";
import { createTexts } from "#src/slack/locales/texts.ts";

const total = { amount: "4890.67", currency: "USD" };

test.each([
  {
    termDuration: "P3Y",
    billingCycle: "annual",
    en: "*Total: USD 4,890.67* for each year",
    es: "por cada año",
  },
  {
    termDuration: "P1Y",
    billingCycle: "monthly",
    en: "*Total: USD 4,890.67* for each month",
    es: "por cada mes",
  },
  { termDuration: "P1Y", billingCycle: "annual", en: "*Total: USD 4,890.67*", es: null },
  { termDuration: "P1M", billingCycle: "monthly", en: "*Total: USD 4,890.67*", es: null },
  { termDuration: "P3Y", billingCycle: "triennial", en: "*Total: USD 4,890.67*", es: null },
  { termDuration: null, billingCycle: "one_time", en: "*Total: USD 4,890.67*", es: null },
])("B2 the total of $termDuration billed $billingCycle says what it pays for", ({ en, es, ...term }) => {
  const period = pricePeriod(term);
  const english = createTexts("en-US", "UTC").markup("buy.confirm.total", { total, period });
  expect(english.replaceAll("\u00a0", " ")).toBe(en);
  const spanish = createTexts("es-ES", "UTC").markup("buy.confirm.total", { total, period });
  if (es) expect(spanish).toContain(es);
  else expect(spanish).not.toContain("por cada");
});
