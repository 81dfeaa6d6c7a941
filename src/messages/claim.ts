import { randomUUID } from "node:crypto";
import { type Selectable, sql } from "kysely";
import type { MessagesRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { together } from "../desk/together.ts";
import { keptUpSince } from "../home/refresh.ts";

/** A message that this worker alone may bring up to date, and who reads it. */
export type ClaimedMessage = Selectable<MessagesRow> & {
  lease: string;
  slack_user_id: string;
  locale: string;
  time_zone: string;
  /** Whether its person's Home tab is kept up to date. */
  at_home: boolean;
};

/** `held`: somebody has locked the row at this moment. */
type Found = Map<string, ClaimedMessage | "held">;

/**
 * Takes a message for this worker alone, for `leaseSeconds`; null where there is nothing to draw, or where another worker holds
 * it. Doorbells come in swarms, most of all those for nothing: what is asked for at the same moment is taken by one statement.
 */
export async function claimMessage(desk: Desk, id: string): Promise<ClaimedMessage | null> {
  const all = await claimSwarm(desk, id);
  const mine = all.get(id);
  // A second bell of the same moment finds nothing.
  all.delete(id);
  if (mine !== "held") return mine ?? null;
  const alone = (await claimAll(desk, [id], { wait: true })).get(id);
  return alone === undefined || alone === "held" ? null : alone;
}

const claimSwarm = together((desk, ids) => claimAll(desk, ids, { wait: false }));

/** Who takes several waits for none of them: whoever holds one may wait for another. */
async function claimAll(desk: Desk, ids: readonly string[], { wait }: { wait: boolean }): Promise<Found> {
  const now = desk.clock.now();
  const until = new Date(now.getTime() + desk.timings.leaseSeconds * 1_000);
  const due = sql`id = any(${ids}::text[]) and drawn_version < wanted_version and undeliverable is null
    and (leased_until is null or leased_until <= ${now})`;
  const { rows } = await sql<ClaimedMessage & { bell: string; claimed: boolean }>`
    with free as (
      select id from messages where ${due} for update ${wait ? sql`` : sql`skip locked`}
    ), claimed as (
      update messages
      set lease = ${randomUUID()}, leased_until = ${until}, due_at = ${until}, attempts = attempts + 1
      where id in (select id from free)
      returning *
    )
    select due.id as bell, claimed.id is not null as claimed, claimed.*, people.slack_user_id, people.time_zone,
      coalesce(people.locale_override, people.locale) as locale, homes.person_id is not null as at_home
    from (select id from messages where ${due}) due
    left join claimed on claimed.id = due.id
    left join people on people.id = claimed.person_id
    left join homes on homes.person_id = people.id and homes.opened_at > ${keptUpSince(now)}`.execute(
    desk.db,
  );
  return new Map(rows.map((row) => [row.bell, row.claimed ? row : "held"]));
}
