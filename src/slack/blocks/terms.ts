import type { Texts } from "../locales/texts.ts";

/**
 * The period that one price pays for, where it is not the whole term: a three-year term that is billed yearly costs its
 * price three times.
 */
export function pricePeriod(term: {
  termDuration: string | null;
  billingCycle: string;
}): "month" | "year" | "whole" {
  if (term.billingCycle === "monthly" && term.termDuration !== "P1M") return "month";
  if (term.billingCycle === "annual" && term.termDuration !== "P1Y") return "year";
  return "whole";
}

/** How a term is called, such as "1 year, paid yearly"; perpetual software has none and is paid once. */
export function termText(texts: Texts, term: { termDuration: string | null; billingCycle: string }): string {
  const billing = term.billingCycle.toLowerCase();
  const duration = /^P(\d+)([YMD])$/.exec(term.termDuration ?? "");
  if (!duration?.[1]) return texts.plain("term.one_time", { billing });
  const count = Number(duration[1]);
  if (duration[2] === "Y") return texts.plain("term.years", { count, billing });
  if (duration[2] === "M") return texts.plain("term.months", { count, billing });
  return texts.plain("term.days", { count, billing });
}
