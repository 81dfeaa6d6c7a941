import { type Insertable, type RawBuilder, sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { RemindersRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import type { ReminderKind } from "./kinds.ts";

interface ReminderInput {
  workspaceId: string;
  kind: ReminderKind;
  subjectId: string;
  dueAt: Date;
}

function newReminder(desk: Pick<Desk, "clock">, input: ReminderInput): Insertable<RemindersRow> {
  const now = desk.clock.now();
  return {
    id: newId("rem", desk.clock),
    workspace_id: input.workspaceId,
    kind: input.kind,
    subject_id: input.subjectId,
    due_at: input.dueAt,
    lease: null,
    leased_until: null,
    created_at: now,
    updated_at: now,
  };
}

/** A reminder that is there gets the new due time; whoever runs it has lost it. */
const moved = {
  due_at: sql<Date>`excluded.due_at`,
  attempts: 0,
  lease: null,
  leased_until: null,
  updated_at: sql<Date>`excluded.updated_at`,
};

/**
 * Has the subject looked at again at `dueAt`, in the caller's transaction. A subject has one reminder of a kind: a later call
 * moves it, also while it is being run. One that is due already is rung for.
 */
export async function setReminder(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  input: ReminderInput,
): Promise<void> {
  const { id } = await trx
    .insertInto("reminders")
    .values(newReminder(desk, input))
    .onConflict((conflict) => conflict.constraint("reminders_one_per_subject").doUpdateSet(moved))
    .returning("id")
    .executeTakeFirstOrThrow();
  const now = desk.clock.now();
  if (input.dueAt <= now) await enqueue(trx, { topic: "reminder", subjectId: id, runAt: now, now });
}

/**
 * Has the subject looked at at `dueAt`, in the caller's transaction, unless it has such a reminder already. One that is being
 * run may have looked before this transaction: it does not end with that run. One that is not is held until this transaction ends,
 * by all who ask for it at the same time: they don't wait for each other, whoever runs it waits for them.
 */
export async function keepReminder(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  input: ReminderInput,
): Promise<void> {
  await sql`with ${kept(desk, input)} select`.execute(trx);
}

/** The same as parts of a larger statement, `waits` and `kept`: done where `once` holds. */
export function kept(
  desk: Pick<Desk, "clock">,
  input: ReminderInput,
  once: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  const now = desk.clock.now();
  return sql`waits as (
      select from reminders where kind = ${input.kind} and subject_id = ${input.subjectId} and lease is null and ${once} for share
    ), kept as (
      insert into reminders (id, workspace_id, kind, subject_id, due_at, created_at, updated_at)
      select ${newId("rem", desk.clock)}, ${input.workspaceId}, ${input.kind}, ${input.subjectId}, ${input.dueAt}::timestamptz,
        ${now}::timestamptz, ${now}::timestamptz
      where not exists (select from waits) and ${once}
      on conflict on constraint reminders_one_per_subject do update set attempts = 0 where reminders.lease is not null
      returning id
    )`;
}

/**
 * Has the subject looked at at `dueAt`, in the caller's transaction, unless it waits to be looked at anyway: a reminder that is
 * just being run is moved, because it may have looked already.
 */
export async function setReminderUnlessWaiting(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  input: ReminderInput,
): Promise<void> {
  const set = await trx
    .insertInto("reminders")
    .values(newReminder(desk, input))
    .onConflict((conflict) =>
      conflict
        .constraint("reminders_one_per_subject")
        .doUpdateSet(moved)
        .where("reminders.lease", "is not", null),
    )
    .returning("id")
    .executeTakeFirst();
  const now = desk.clock.now();
  if (set) await enqueue(trx, { topic: "reminder", subjectId: set.id, runAt: input.dueAt, now });
}

/** Forgets a reminder, if there is one. */
export async function dropReminder(
  trx: DatabaseTransaction,
  input: { kind: ReminderKind; subjectId: string },
): Promise<void> {
  await trx
    .deleteFrom("reminders")
    .where("kind", "=", input.kind)
    .where("subject_id", "=", input.subjectId)
    .execute();
}
