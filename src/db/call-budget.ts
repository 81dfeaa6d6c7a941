import { sql } from "kysely";
import type { Database } from "./database.ts";

/** One process asks for one call. */
export interface CallAsked {
  partnerTenantId: string;
  now: Date;
  /** The most calls that may leave at once, and how many come back in a second. */
  burst: number;
  perSecond: number;
  /** How many must be left for others after this one. */
  reserve: number;
  /** Whether one that must wait takes a place in the line: those who come after it are told to wait longer. */
  inLine: boolean;
}

export interface CallAnswered {
  granted: boolean;
  /** When one is to be had, if nobody else comes first. */
  waitMs: number;
}

/** Nobody is sent away for longer than this on account of others who wait; in ms. */
const longestLineMs = 60_000;

/**
 * Takes one call out of the tenant's bucket, or says how long there will be none: one statement, one short row lock, and
 * the bucket is the same for every process and survives them all. It fills by the clock of the process that asks; when
 * clocks differ, the one ahead counts.
 */
export async function takeCall(db: Database, asked: CallAsked): Promise<CallAnswered> {
  const { partnerTenantId, now, burst, perSecond, reserve, inLine } = asked;
  const answered = await sql<CallAnswered>`
    with held as (
      select * from call_budget where partner_tenant_id = ${partnerTenantId} for update
    ), filled as (
      select
        least(${burst}::float8, tokens + ${perSecond}::float8
          * greatest(0, extract(epoch from ${now}::timestamptz - refilled_at)::float8)) as tokens,
        greatest(refilled_at, ${now}::timestamptz) as refilled_at,
        greatest(0, extract(epoch from blocked_until - ${now}::timestamptz)::float8) as blocked,
        greatest(0, extract(epoch from promised_until - ${now}::timestamptz)::float8) as promised
      from held
    ), judged as (
      select *,
        blocked = 0 and tokens >= 1 + ${reserve}::float8 as granted,
        greatest(blocked, (1 + ${reserve}::float8 - tokens) / ${perSecond}::float8) as empty_for
      from filled
    ), lined_up as (
      select *,
        case when granted or not ${inLine}::boolean then empty_for
          else least(greatest(empty_for, promised + 1 / ${perSecond}::float8),
            greatest(blocked, ${longestLineMs / 1000}::float8)) end as wait
      from judged
    )
    update call_budget set
      tokens = lined_up.tokens - lined_up.granted::int,
      refilled_at = lined_up.refilled_at,
      promised_until = case when lined_up.granted or not ${inLine}::boolean then promised_until
        else ${now}::timestamptz + make_interval(secs => lined_up.wait) end
    from lined_up
    where partner_tenant_id = ${partnerTenantId}
    returning lined_up.granted, ceil(greatest(0, lined_up.wait) * 1000)::float8 as "waitMs"`.execute(db);
  const answer = answered.rows[0];
  if (answer) return answer;
  await db
    .insertInto("call_budget")
    .values({ partner_tenant_id: partnerTenantId, tokens: burst, refilled_at: now, promised_until: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return takeCall(db, asked);
}

/** Nobody calls before `until`, and then the bucket fills from nothing: it was not as full as it seemed. */
export async function blockCalls(
  db: Database,
  { partnerTenantId, until }: { partnerTenantId: string; until: Date },
): Promise<void> {
  await sql`
    update call_budget set
      tokens = 0,
      refilled_at = greatest(refilled_at, ${until}),
      blocked_until = greatest(blocked_until, ${until})
    where partner_tenant_id = ${partnerTenantId}`.execute(db);
}
