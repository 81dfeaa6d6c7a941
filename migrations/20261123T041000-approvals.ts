import { type Kysely, sql } from "kysely";

const before = [
  "quoted",
  "lapsed",
  "requested",
  "sending",
  "unknown",
  "ordered",
  "partly_ordered",
  "refused",
];
const added = ["awaiting_approval", "changed", "declined", "expired", "withdrawn"];
const endsBefore = ["lapsed", "ordered", "partly_ordered", "refused"];
const endsAdded = ["declined", "expired", "withdrawn"];

/** What a purchase was confirmed or approved for, what it would cost now, and who has to approve it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    alter table purchases
      add column frozen_hash text,
      add column offered jsonb,
      add column approvers text[] not null default '{}',
      add column approval_due_at timestamptz,
      add column requester_user text,
      add column requester_slack_id text,
      add column decided_by text references people (id),
      add column decided_by_user text,
      add column decided_by_slack_id text,
      add column decided_at timestamptz,
      add column approved_hash text,
      add column decline_reason text`.execute(db);
  await setStatuses(db, [...before, ...added, "needs_person"], {
    resting: [...endsBefore, ...endsAdded, "needs_person"],
    unsent: ["quoted", "lapsed", "requested", "refused", "needs_person", ...added],
    finals: [...endsBefore, ...endsAdded],
  });
  await sql`
    alter table purchases
      add constraint purchases_offered check ((status = 'changed') = (offered is not null)),
      add constraint purchases_awaiting check (status <> 'awaiting_approval'
        or (frozen_hash is not null and approval_due_at is not null and requester_user is not null and cardinality(approvers) > 0)),
      add constraint purchases_two_people check (decided_by is null
        or (decided_by <> person_id and decided_by_user is not null and requester_user is not null and decided_by_user <> requester_user
          and decided_by_slack_id is not null and decided_at is not null)),
      add constraint purchases_declined check (status <> 'declined' or (decided_by is not null and decline_reason is not null))`.execute(
    db,
  );
  // What was confirmed, approved or perhaps sent is what goes on.
  await sql
    .raw(`
    create function purchases_keep_promise() returns trigger language plpgsql as $$
    begin
      if old.status in ('quoted', 'changed') and new.status in ('requested', 'awaiting_approval') and new.frozen_hash is null then
        raise exception 'purchase % was confirmed without its content', old.id using errcode = 'restrict_violation', constraint = 'purchases_frozen';
      end if;
      if old.status = 'awaiting_approval' and new.status = 'requested'
          and (new.decided_by is null or new.approved_hash is distinct from new.frozen_hash) then
        raise exception 'purchase % was not approved', old.id using errcode = 'restrict_violation', constraint = 'purchases_approved';
      end if;
      if old.cart_id is not null and new.cart_id is distinct from old.cart_id
          and (new.ms_request_id is not null or new.status in ('sending', 'unknown')) then
        raise exception 'the cart of purchase % may have been ordered', old.id using errcode = 'restrict_violation', constraint = 'purchases_keep_cart';
      end if;
      return new;
    end $$;
    create trigger purchases_keep_promise before update on purchases for each row execute function purchases_keep_promise();
  `)
    .execute(db);
}

/** Purchases in the middle of what is taken away end here: a person has to look at them. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql
    .raw(`
    drop trigger purchases_keep_promise on purchases;
    drop function purchases_keep_promise;
    drop trigger purchases_keep_final on purchases;
  `)
    .execute(db);
  await sql`
    alter table purchases
      drop constraint purchases_offered, drop constraint purchases_awaiting, drop constraint purchases_two_people,
      drop constraint purchases_declined`.execute(db);
  await sql`
    update purchases set status = case when status in ('awaiting_approval', 'changed') then 'needs_person' else 'lapsed' end, due_at = null
      where status in (${sql.join(added.map((status) => sql.lit(status)))})`.execute(db);
  await sql`create trigger purchases_keep_final before update on purchases for each row execute function purchases_keep_final()`.execute(
    db,
  );
  await setStatuses(db, [...before, "needs_person"], {
    resting: [...endsBefore, "needs_person"],
    unsent: ["quoted", "lapsed", "requested", "refused", "needs_person"],
    finals: endsBefore,
  });
  await sql`
    alter table purchases
      drop column frozen_hash, drop column offered, drop column approvers, drop column approval_due_at,
      drop column requester_user, drop column requester_slack_id, drop column decided_by, drop column decided_by_user, drop column decided_by_slack_id,
      drop column decided_at, drop column approved_hash, drop column decline_reason`.execute(db);
}

async function setStatuses(
  db: Kysely<unknown>,
  all: readonly string[],
  named: { resting: readonly string[]; unsent: readonly string[]; finals: readonly string[] },
): Promise<void> {
  const list = (statuses: readonly string[]) => statuses.map((status) => `'${status}'`).join(", ");
  await sql
    .raw(`
    alter table purchases
      drop constraint purchases_status_check, drop constraint purchases_due, drop constraint purchases_sent_with_id;
    alter table purchases
      add constraint purchases_status_check check (status in (${list(all)})),
      add constraint purchases_due check ((due_at is null) = (status in (${list(named.resting)}))),
      add constraint purchases_sent_with_id check (status in (${list(named.unsent)})
        or (ms_request_id is not null and cart_id is not null and sent_at is not null));
    create or replace function purchases_keep_final() returns trigger language plpgsql as $$
    begin
      if old.status in (${list(named.finals)}) and new.status is distinct from old.status then
        raise exception '% % is % and stays so', tg_table_name, old.id, old.status using errcode = 'restrict_violation', constraint = 'purchases_keep_final';
      end if;
      return new;
    end $$;
  `)
    .execute(db);
}
