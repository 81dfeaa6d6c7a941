import { type RawBuilder, sql } from "kysely";
import { refreshRolesWhenDue } from "../access/refresh-roles.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { raiseAlert } from "./alert.ts";

/** From asking here to the access there: at the portal the agent still looks for the product and chooses a package. */
const minutesBefore = 30;
/** The two clocks may be apart by this. */
const minutesAfter = 5;
/** So many are named in one message; all of them are in the activity. */
const mostNamed = 10;

/**
 * Among freshly copied records, finds the accesses to keys, downloads and software pages that did not come from here: nothing
 * of the kind was done here by the same person for the same customer and order shortly before. Where Partner Center names an
 * application instead of a person, anybody's act counts. What was done through another workspace of the partner is marked as
 * such and is no finding; neither is what came before this workspace's first activity. In the transaction that copies them.
 */
export async function findOutsideAccess(
  trx: DatabaseTransaction,
  desk: Desk,
  workspaceId: string,
  numbers: readonly string[],
): Promise<void> {
  if (numbers.length === 0) return;
  const fresh = sql`
    select record.number, record.workspace_id, record.at, record.status,
      exists (${askedFor(sql`own.workspace_id = ${workspaceId}`)}) as here,
      exists (${askedFor(sql`own.workspace_id in (select workspace_id from audit_mirrors where workspace_id <> ${workspaceId})`)}) as elsewhere
    from audit_records record
    where record.number = any(${[...numbers]}::bigint[]) and record.kind = 'keys'`;
  await sql`
    with fresh as (${fresh}), marked as (
      update audit_records set elsewhere = true from fresh
      where audit_records.number = fresh.number and fresh.elsewhere and not fresh.here
    )
    insert into audit_findings (record_number, workspace_id, at, found_at)
    select number, workspace_id, at, ${desk.clock.now()}
    from fresh
    where not here and not elsewhere and status not in ('failed', 'decline')
      and at >= (select first.at from activity first where first.workspace_id = ${workspaceId} and first.sequence = 1)
    on conflict (record_number) do nothing`.execute(trx);
}

/** What was done from Slack, in the workspaces that `where` lets through, and may have led to `record`. */
function askedFor(where: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select from activity own
    join people person on person.id = own.person_id
    left join key_requests asked on own.request_kind = 'key_request' and asked.id = own.request_id
    where ${where} and own.kind = 'keys' and own.outcome = 'done'
      and own.at between record.at - make_interval(mins => ${minutesBefore})
        and record.at + make_interval(mins => ${minutesAfter})
      and (record.user_principal_name is null or lower(person.email) = record.user_principal_name)
      and (record.customer_id is null or lower(own.customer_id) = lower(record.customer_id))
      and (record.order_id is null
        or lower(coalesce(own.details->>'orderId', asked.order_id)) = lower(record.order_id))`;
}

/** Tells the readers of what was found and not told yet, in one message. */
export async function tellFindings(desk: Desk, workspaceId: string): Promise<void> {
  const untold = await desk.db
    .selectFrom("audit_findings")
    .select("record_number")
    .where("workspace_id", "=", workspaceId)
    .where("alert_id", "is", null)
    .limit(1)
    .executeTakeFirst();
  if (!untold) return;
  await refreshRolesWhenDue(desk);
  await transact(desk.db, async (trx) => {
    const found = await trx
      .selectFrom("audit_findings")
      .innerJoin("audit_records", "audit_records.number", "audit_findings.record_number")
      .select([
        "audit_records.number",
        "audit_records.at",
        "audit_records.operation_type",
        "audit_records.user_principal_name",
        "audit_records.application_id",
        "audit_records.customer_id",
        "audit_records.customer_name",
        "audit_records.order_id",
      ])
      .where("audit_findings.workspace_id", "=", workspaceId)
      .where("audit_findings.alert_id", "is", null)
      .orderBy("audit_records.at", "desc")
      .orderBy("audit_records.number", "desc")
      .forUpdate("audit_findings")
      .execute();
    if (found.length === 0) return;
    const named = found.slice(0, mostNamed);
    const people = await trx
      .selectFrom("people")
      .select(["slack_user_id", (eb) => eb.fn<string>("lower", ["email"]).as("email")])
      .where("workspace_id", "=", workspaceId)
      .where(
        (eb) => eb.fn<string>("lower", ["email"]),
        "in",
        named.map((one) => one.user_principal_name ?? ""),
      )
      .execute();
    const numbers = found.map((one) => one.number);
    const newest = numbers.reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b));
    const alertId = await raiseAlert(trx, desk, {
      workspaceId,
      subject: newest,
      details: {
        kind: "outside_access",
        count: found.length,
        items: named.map((one) => ({
          at: one.at.toISOString(),
          operationType: one.operation_type,
          userPrincipalName: one.user_principal_name ?? one.application_id,
          slackUserId: people.find(({ email }) => email === one.user_principal_name)?.slack_user_id ?? null,
          customerName: one.customer_name ?? one.customer_id ?? "",
          orderId: one.order_id,
        })),
      },
    });
    await trx
      .updateTable("audit_findings")
      .set({ alert_id: alertId })
      .where((eb) => eb("record_number", "=", eb.fn.any(eb.val(numbers))))
      .execute();
  });
}
