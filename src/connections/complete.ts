import { timingSafeEqual } from "node:crypto";
import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { readAgent } from "../access/recognise.ts";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { ConnectionAttemptsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { wantHomeNow } from "../home/refresh.ts";
import { wantMessage } from "../messages/want.ts";
import { type SignedIn, SignInFailure } from "../partner-center/grants.ts";
import { setReminder } from "../reminders/set.ts";
import { openConnection, replaceToken } from "./grants.ts";
import { isOver, openTies } from "./open.ts";
import { ringWaiting } from "./ring.ts";
import { hashToken } from "./start.ts";
import { nextCheck } from "./watch.ts";

type Attempt = Selectable<ConnectionAttemptsRow>;

/** How a sign-in ended, for the page that the browser shows; `locale` is the person's, null where it is not known whose it is. */
export type CompletedAttempt = { locale: string | null } & (
  | { kind: "connected"; userPrincipalName: string; wentOn: number }
  /** Somebody else signed in than the person at Slack. */
  | { kind: "other_user"; signedInAs: string; expected: string }
  /** `over`: not this browser's, used, or too old. `other_tenant`: not the partner's. */
  | { kind: "over" | "other_tenant" | SignInFailure["kind"] }
);

/**
 * Ends a sign-in with what Entra sent the browser back with. Only the browser that opened the link, once, and only if the
 * partner user who signed in, in the partner's own tenant and with a second factor, is the person at Slack: their address
 * is the partner user's name. What waited for it goes on in the same transaction.
 */
export async function completeAttempt(
  desk: Desk,
  input: { query: URLSearchParams; cookie: string | null },
): Promise<CompletedAttempt> {
  const { connecting } = desk;
  if (!connecting) throw new Error("agents do not sign in themselves here");
  const state = input.query.get("state") ?? "";
  const attempt = await take(desk, state, input.cookie);
  if (!attempt) return { kind: "over", locale: null };
  const agent = await readAgent(desk, {
    workspaceId: attempt.workspace_id,
    slackUserId: attempt.slack_user_id,
  });
  const { locale } = agent;
  try {
    const ties = await openTies(desk, attempt);
    await forgetTies(desk, attempt);
    const signedIn = await connecting.signIn.redeem(input.query, { ...ties, state });
    const wrong = whatIsWrong(connecting.partnerTenantId, agent, signedIn);
    if (wrong) {
      await recordRefusal(desk, agent, wrong.kind, signedIn);
      return { ...wrong, locale };
    }
    const wentOn = await transact(desk.db, (trx) => connect(trx, desk, agent, attempt, signedIn));
    await wantHomeNow(desk, agent.personId);
    return { kind: "connected", userPrincipalName: signedIn.userPrincipalName, wentOn, locale };
  } catch (error) {
    if (!(error instanceof SignInFailure)) throw error;
    desk.log.warn({ id: attempt.id, kind: error.kind, detail: error.message }, "a sign-in came to nothing");
    await recordRefusal(desk, agent, error.kind, null);
    return { kind: error.kind, locale };
  }
}

type Taken = Attempt & { slack_user_id: string };

/** Takes the attempt for this one answer; null when it is not this browser's, was used, or is too old. */
async function take(desk: Desk, state: string, cookie: string | null): Promise<Taken | null> {
  if (state === "" || cookie === null) return null;
  const now = desk.clock.now();
  const found = await desk.db
    .selectFrom("connection_attempts")
    .innerJoin("people", "people.id", "connection_attempts.person_id")
    .selectAll("connection_attempts")
    .select("people.slack_user_id")
    .where("state_hash", "=", hashToken(state))
    .executeTakeFirst();
  if (!found || isOver(found, now) || !isSame(found.cookie_hash ?? "", hashToken(cookie))) return null;
  const used = await desk.db
    .updateTable("connection_attempts")
    .set({ used_at: now, updated_at: now })
    .where("id", "=", found.id)
    .where("used_at", "is", null)
    .where("state_hash", "=", found.state_hash)
    .executeTakeFirst();
  return used.numUpdatedRows === 0n ? null : found;
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

async function forgetTies(desk: Desk, attempt: Attempt): Promise<void> {
  await transact(desk.db, async (trx) => {
    await trx
      .updateTable("connection_attempts")
      .set({ secret_id: null })
      .where("id", "=", attempt.id)
      .execute();
    await trx.deleteFrom("secrets").where("id", "=", attempt.secret_id).execute();
  });
}

/** Why this sign-in is not good for this person. */
function whatIsWrong(partnerTenantId: string, agent: Agent, signedIn: SignedIn) {
  if (signedIn.tenantId.toLowerCase() !== partnerTenantId.toLowerCase())
    return { kind: "other_tenant" as const };
  const expected = agent.isMember ? (agent.email ?? "") : "";
  if (expected === "" || signedIn.userPrincipalName.toLowerCase() !== expected.toLowerCase())
    return { kind: "other_user" as const, signedInAs: signedIn.userPrincipalName, expected };
  return signedIn.mfa === false ? { kind: "mfa" as const } : null;
}

async function connect(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  attempt: Attempt,
  signedIn: SignedIn,
): Promise<number> {
  const { personId, workspaceId } = agent;
  const now = desk.clock.now();
  const who = {
    partner_tenant_id: signedIn.tenantId.toLowerCase(),
    partner_user_id: signedIn.partnerUserId,
    user_principal_name: signedIn.userPrincipalName.toLowerCase(),
  };
  const before = await openConnection(trx, desk, { workspace_id: workspaceId, person_id: personId, ...who });
  const signedInBefore = before.secret_id !== null;
  await replaceToken(trx, desk, before, signedIn.refreshToken);
  await trx
    .updateTable("connections")
    .set({ ...who, connected_at: now, renewed_at: now, trouble: null, trouble_since: null, updated_at: now })
    .where("id", "=", before.id)
    .execute();
  await setReminder(trx, desk, {
    workspaceId,
    kind: "connection",
    subjectId: personId,
    dueAt: nextCheck(now),
  });
  const wentOn = await ringWaiting(trx, desk, { personId });
  const told = await trx
    .updateTable("connection_attempts")
    .set({
      connected_at: now,
      user_principal_name: who.user_principal_name,
      went_on: wentOn,
      updated_at: now,
    })
    .where("id", "=", attempt.id)
    .returning("version")
    .executeTakeFirstOrThrow();
  await wantMessage(trx, desk, {
    workspaceId,
    personId,
    request: { kind: "connection", id: attempt.id },
    version: told.version,
  });
  await recordActivity(trx, {
    workspaceId,
    at: now,
    actor: agent,
    act: signedInBefore ? "connection.renewed" : "connection.connected",
    outcome: "done",
    request: null,
    customerId: null,
    details: {
      connectionId: before.id,
      partnerUserId: signedIn.partnerUserId,
      userPrincipalName: who.user_principal_name,
      mfa: signedIn.mfa,
      wentOn,
    },
    correlationId: null,
  });
  return wentOn;
}

/** Somebody tried, and it was not let through: in the activity as any refusal. */
async function recordRefusal(
  desk: Desk,
  agent: Agent,
  code: string,
  signedIn: SignedIn | null,
): Promise<void> {
  await transact(desk.db, (trx) =>
    recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: desk.clock.now(),
      actor: agent,
      act: "connection.connected",
      outcome: "refused",
      request: null,
      customerId: null,
      details: {
        code,
        ...(signedIn ? { partnerUserId: signedIn.partnerUserId, tenantId: signedIn.tenantId } : {}),
      },
      correlationId: null,
    }),
  );
}
