import { randomUUID } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { readAgent } from "../access/recognise.ts";
import { recordActivity } from "../activity/record.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { type HomeContent, readHome } from "./read.ts";

/** Longer than reading, drawing and Slack's slowest answer take. */
const turnMs = 20_000;

interface Turn {
  lease: string;
  version: number;
}

/**
 * Draws a person's Home tab as it stands and shows it to them. One at a time for each person, whichever process it is:
 * whoever comes meanwhile leaves it to the one at work, who draws once more in the end, so that what was read earlier is
 * never shown over what was read later. Null when it is shown; else when to look again, in case that one breaks off.
 *
 * @throws ChatFailure
 */
export async function publishHome(
  desk: Desk,
  person: Pick<Agent, "personId" | "workspaceId" | "slackUserId">,
): Promise<Date | null> {
  const { personId } = person;
  const taken = await takeTurn(desk, personId);
  if (taken instanceof Date) return taken;
  let turn: Turn | null = taken;
  try {
    while (turn) {
      await show(desk, await readAgent(desk, person));
      turn = await endTurn(desk, personId, turn);
    }
    return null;
  } catch (error) {
    await giveUpTurn(desk, personId, taken.lease);
    throw error;
  }
}

async function show(desk: Desk, agent: Agent): Promise<void> {
  const content = await readHome(desk, agent);
  await recordShown(desk, agent, content);
  const { workspaceId, slackUserId } = agent;
  await desk.chat.publishHome({ workspaceId, slackUserId, home: desk.drawHome(content, agent) });
}

/**
 * That others' activity is shown is recorded before it is, once a day (UTC) for each person: the tab draws itself anew all
 * day long, and a row each time would bury what it is about.
 */
async function recordShown(desk: Desk, agent: Agent, content: HomeContent): Promise<void> {
  if (content.activity.length === 0) return;
  const now = desk.clock.now();
  const day = now.toISOString().slice(0, 10);
  await transact(desk.db, async (trx) => {
    const first = await trx
      .updateTable("homes")
      .set({ activity_shown_on: day })
      .where("person_id", "=", agent.personId)
      .where("activity_shown_on", "is distinct from", day)
      .returning("person_id")
      .executeTakeFirst();
    if (!first) return;
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: agent,
      act: "activity.shown_at_home",
      outcome: "done",
      request: null,
      customerId: null,
      details: { day, entries: content.activity.length },
      correlationId: null,
    });
  });
}

/** Asks for the tab to be drawn, and takes it on where nobody else has: else until when they have. */
async function takeTurn(desk: Desk, personId: string): Promise<Turn | Date> {
  const now = desk.clock.now();
  const lease = randomUUID();
  const isFree = sql`leased_until is null or leased_until <= ${now}`;
  const unlessTaken = <T>(mine: unknown, column: string): RawBuilder<T> =>
    sql<T>`case when ${isFree} then ${mine} else ${sql.ref(column)} end`;
  const home = await desk.db
    .updateTable("homes")
    .set((eb) => ({
      wanted_version: eb("wanted_version", "+", 1),
      lease: unlessTaken<string>(sql`${lease}::text`, "lease"),
      leased_until: unlessTaken<Date>(sql`${new Date(now.getTime() + turnMs)}::timestamptz`, "leased_until"),
    }))
    .where("person_id", "=", personId)
    .returning(["wanted_version", "lease", "leased_until"])
    .executeTakeFirstOrThrow();
  if (home.lease === lease) return { lease, version: home.wanted_version };
  return home.leased_until ?? now;
}

/** Lets go of the tab, if nothing was asked for since; else the next turn. Null also where another has taken over. */
async function endTurn(desk: Desk, personId: string, { lease, version }: Turn): Promise<Turn | null> {
  const until = new Date(desk.clock.now().getTime() + turnMs);
  const stays = sql<boolean>`wanted_version > ${version}`;
  const home = await desk.db
    .updateTable("homes")
    .set({
      lease: sql<string | null>`case when ${stays} then lease end`,
      leased_until: sql<Date | null>`case when ${stays} then ${until}::timestamptz end`,
    })
    .where("person_id", "=", personId)
    .where("lease", "=", lease)
    .returning(["wanted_version", "lease"])
    .executeTakeFirst();
  return home?.lease === lease ? { lease, version: home.wanted_version } : null;
}

async function giveUpTurn(desk: Desk, personId: string, lease: string): Promise<void> {
  await desk.db
    .updateTable("homes")
    .set({ lease: null, leased_until: null })
    .where("person_id", "=", personId)
    .where("lease", "=", lease)
    .execute();
}
