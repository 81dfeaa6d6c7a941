import type { Selectable } from "kysely";
import type { PolicyEditionName } from "../cancellations/editions.ts";
import type { LinksRow } from "../db/rows.ts";

/** How long a link lives (K5): from its issue, from its first download, or for so many downloads; null where it does not matter. */
export interface LinkRule {
  days: number | null;
  daysAfterFirstDownload: number | null;
  downloads: number | null;
}

const dayMs = 24 * 60 * 60_000;

/** By edition, oldest first. The later rule is for old and new purchases alike, so the day of the link's issue counts. */
const linkRules: readonly { edition: PolicyEditionName; from: string; rule: LinkRule }[] = [
  {
    edition: "2019-12",
    from: "2019-12-18T00:00:00Z",
    rule: { days: 14, daysAfterFirstDownload: null, downloads: 50 },
  },
  {
    edition: "2021-06",
    from: "2021-06-03T00:00:00Z",
    rule: { days: null, daysAfterFirstDownload: 5, downloads: null },
  },
];

/** The rule for a link issued at this instant, or that of the pinned edition. */
export function linkRuleAt(issuedAt: Date, pinned: PolicyEditionName | null): LinkRule {
  const found =
    pinned === null
      ? linkRules.findLast(({ from }) => new Date(from) <= issuedAt)
      : linkRules.findLast(({ edition }) => edition <= pinned);
  const { rule } = found ?? linkRules[0] ?? {};
  if (!rule) throw new Error("There is no link rule.");
  return rule;
}

export interface LinkLife {
  expiresAt: Date | null;
  daysAfterFirstDownload: number | null;
  downloadsAllowed: number | null;
}

/** The life of a fresh link: what the service stated, else our policy data. */
export function lifeOf(stated: LinkLife | null, issuedAt: Date, pinned: PolicyEditionName | null): LinkLife {
  const silent =
    !stated || (!stated.expiresAt && !stated.daysAfterFirstDownload && stated.downloadsAllowed === null);
  if (!silent) return stated;
  const { days, daysAfterFirstDownload, downloads } = linkRuleAt(issuedAt, pinned);
  return {
    expiresAt: days === null ? null : new Date(issuedAt.getTime() + days * dayMs),
    daysAfterFirstDownload,
    downloadsAllowed: downloads,
  };
}

/** A link as it stands: its life, how often it was used as far as can be known, and whether it is dead. */
export interface IssuedLink {
  linkId: string;
  issuedAt: Date;
  /** Null where its life has not begun: it counts from the first download. */
  expiresAt: Date | null;
  downloadsAllowed: number | null;
  daysAfterFirstDownload: number | null;
  usesCounted: number;
  /** True: as many as the service counted when it was last asked. False: at least so many; our own button's clicks are more. */
  exact: boolean;
  handedToCustomerAt: Date | null;
  dead: null | "expired" | "used_up" | "revoked";
}

/** What a row of `links` means at this moment. The only place that says so (K5, C10). */
export function issuedLink(row: Selectable<LinksRow>, now: Date): IssuedLink {
  const expiresAt = diesAt(row);
  const usesCounted = Math.max(row.clicks, row.downloads_stated ?? 0);
  const usedUp = row.downloads_allowed !== null && usesCounted >= row.downloads_allowed;
  return {
    linkId: row.id,
    issuedAt: row.issued_at,
    expiresAt,
    downloadsAllowed: row.downloads_allowed,
    daysAfterFirstDownload: row.days_after_first_download,
    usesCounted,
    exact: row.downloads_stated !== null && row.downloads_stated >= row.clicks,
    handedToCustomerAt: row.handed_to_customer_at,
    dead: row.revoked_at ? "revoked" : expiresAt && expiresAt <= now ? "expired" : usedUp ? "used_up" : null,
  };
}

type Life = Pick<
  Selectable<LinksRow>,
  "issued_at" | "expires_at" | "days_after_first_download" | "first_download_at" | "handed_to_customer_at"
>;

/** When the link dies by the clock; null where that is not settled yet. */
export function diesAt(row: Life): Date | null {
  if (row.expires_at) return row.expires_at;
  if (!row.first_download_at || row.days_after_first_download === null) return null;
  return new Date(row.first_download_at.getTime() + row.days_after_first_download * dayMs);
}

/**
 * When its agent is told that a link which a customer has will die: a day before, or a quarter of its life where that is
 * less. Of a life that counts from a first download nobody told us of, the handing over may have been its beginning.
 */
export function warnAt(row: Life): Date | null {
  const begun = row.first_download_at ?? row.handed_to_customer_at;
  const end = diesAt(row) ?? diesAt({ ...row, first_download_at: begun });
  if (!end) return null;
  const start = row.expires_at ? row.issued_at : (begun ?? row.issued_at);
  const life = end.getTime() - start.getTime();
  return new Date(end.getTime() - Math.min(dayMs, life / 4));
}
