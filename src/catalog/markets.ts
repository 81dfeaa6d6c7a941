/** Rules that depend on where the customer is. Codes are ISO 3166-1 alpha-2 (XK for Kosovo, as Partner Center uses it). */

/** M1: where Azure reservations are not sold, as published on the day below. BQ stands for three entries, SJ for two. */
export const reservationsNotSold = {
  asOf: "2019-11-30",
  markets: new Set(
    (
      "AX AS AD AI AQ AG AW AZ BJ BT BQ BV IO VG BF BI KH CF TD CN CX CC KM CG CD CK DJ DM GQ ER FK GF PF TF GA GM GI GL GD " +
      "GP GU GG GN GW GY HT HM IM JE KI XK LA LS LR MG MW MV ML MH MQ MR YT FM MS MZ MM NR NC NE NU NF MP PW PG PN RE BL LC " +
      "MF PM VC WS SM ST SC SL SX SB SO GS SS SH SR SJ SZ TL TG TK TO TC TV UM VU VA WF YE"
    ).split(" "),
  ),
};

/** M2: where software subscriptions are listed as not sold. The same list less AZ, plus BR and RU; only a hint. */
export const softwareNotListed = {
  markets: new Set([...[...reservationsNotSold.markets].filter((market) => market !== "AZ"), "BR", "RU"]),
};

const taxInclusive = new Set(["AU", "BR"]);

/** B2: whether commercial prices in this market include tax. */
export function taxIncluded(market: string): boolean {
  return taxInclusive.has(market);
}

/** The market's name in a language, such as `KH` → "Camboya". */
export function marketName(market: string, language: "en" | "es"): string {
  return new Intl.DisplayNames([language], { type: "region", fallback: "code" }).of(market) ?? market;
}
