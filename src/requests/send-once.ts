import { randomUUID } from "node:crypto";
import { transact } from "../db/database.ts";
import type { RequestKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { PartnerCenterFailure, type WriteCall } from "../partner-center/port.ts";
import { claimRequest } from "./claim.ts";
import { failureRecord, retryDelayMs } from "./failures.ts";
import { type Move, moveRequest, RequestMovedOn } from "./move.ts";
import type { RequestRows } from "./tables.ts";

export type SentKind = Exclude<RequestKind, "key_request">;
export type ClaimedRow<K extends SentKind> = RequestRows[K] & { lease: string };
type Step<K extends SentKind> = Pick<Move<K>, "to" | "set" | "outcome" | "details" | "ringAt">;

/** One write to someone else's service, and how to find out what became of it when its answer is lost. */
export interface Sending<K extends SentKind, Result> {
  kind: K;
  id: string;
  write(row: ClaimedRow<K>, call: WriteCall): Promise<Result>;
  /**
   * Reads only: what an earlier send left behind. `nothing` when it surely did nothing, so that sending is safe; `null`
   * when that can't be told yet.
   */
  read(row: ClaimedRow<K>, ageMs: number): Promise<Result | "nothing" | null>;
  /** A refusal that shows an earlier send of ours landed: its result, or `read` to look for it. */
  landed(failure: PartnerCenterFailure, row: ClaimedRow<K>): Result | "read" | null;
  /** A refusal after which the same act goes by another way: the columns that say so. */
  reroute?(failure: PartnerCenterFailure, row: ClaimedRow<K>): Partial<Move<K>["set"]> | null;
  /** What a final refusal says about the request itself: the columns that keep it. */
  learn?(failure: PartnerCenterFailure, row: ClaimedRow<K>): Partial<Move<K>["set"]>;
  record(result: Result, row: ClaimedRow<K>): Step<K>;
}

type Outcome<Result> =
  | { kind: "result"; result: Result }
  | { kind: "not_yet" }
  /** `nothingBefore`: no send before this one did anything, as far as can be known. */
  | { kind: "not_now" | "unanswered"; failure: PartnerCenterFailure; nothingBefore: boolean }
  | { kind: "refused"; failure: PartnerCenterFailure };

/** While the service surely remembers a request id, repeating it is the safest question. Later, reading comes first. */
const replayTrustMs = 10 * 60_000;
/** Order lists and cancellations may lag 15 minutes. What can't be told long after that, only a person can tell. */
const searchLimitMs = 30 * 60_000;
const mostAttempts = 40;

/**
 * Sends a request once, whatever is lost on the way (invariant 2). The MS-RequestId is in the row before anything leaves;
 * without an answer it is repeated with the same id, and later only after reading. A new id is taken only after an answer
 * that says the old one did nothing. Run twice, or after a crash at any point, it has the effect of one run, and it ends in
 * a result, a refusal, another try, or a person.
 */
export async function sendOnce<K extends SentKind, Result>(
  desk: Desk,
  sending: Sending<K, Result>,
): Promise<void> {
  const from = ["requested", "sending", "unknown"] as RequestRows[K]["status"][];
  const claimed = await claimRequest(desk, sending.kind, sending.id, from);
  if (!claimed) return;
  await desk.failpoint(`${sending.kind}.claimed`);
  try {
    if (claimed.attempts > mostAttempts + 1) return await giveUp(desk, sending, claimed);
    const row = await saveRequestId(desk, sending, claimed);
    await desk.failpoint(`${sending.kind}.request_id_saved`);
    const outcome = await ask(desk, sending, row);
    await desk.failpoint(`${sending.kind}.answered`);
    const step = nextStep(desk, sending, row, outcome);
    if (outcome.kind !== "result")
      logTrouble(desk, sending, row, step.to, "failure" in outcome ? outcome.failure : null);
    await transact(desk.db, (trx) =>
      moveRequest(trx, desk, { kind: sending.kind, row, actor: null, ...step }),
    );
  } catch (error) {
    if (error instanceof RequestMovedOn) return;
    throw error;
  }
  await desk.failpoint(`${sending.kind}.recorded`);
}

/** Tries that never came to an answer of any kind, such as a fault of ours at the same place each time: a person is told. */
async function giveUp<K extends SentKind>(
  desk: Desk,
  sending: Pick<Sending<K, unknown>, "kind">,
  row: ClaimedRow<K>,
): Promise<void> {
  const to = "needs_person" as RequestRows[K]["status"];
  logTrouble(desk, sending, row, to, null);
  await transact(desk.db, (trx) =>
    moveRequest(trx, desk, {
      kind: sending.kind,
      row,
      to,
      set: { due_at: null } as Move<K>["set"],
      actor: null,
      outcome: "failed",
      details: { attempt: row.attempts },
    }),
  );
}

function logTrouble<K extends SentKind>(
  desk: Desk,
  sending: Pick<Sending<K, unknown>, "kind">,
  row: ClaimedRow<K>,
  to: string,
  failure: PartnerCenterFailure | null,
): void {
  const level = to === "needs_person" ? "error" : to === "refused" ? "info" : "warn";
  desk.log[level](
    {
      topic: sending.kind,
      id: row.id,
      status: to,
      attempt: row.attempts,
      kind: failure?.kind,
      code: failure?.code,
      operation: failure?.operation,
      requestId: row.ms_request_id,
      correlationId: row.correlation_id,
    },
    to === "needs_person"
      ? "a request needs a person"
      : to === "refused"
        ? "a request was refused"
        : "a request is not through yet",
  );
}

async function saveRequestId<K extends SentKind>(
  desk: Desk,
  sending: Pick<Sending<K, unknown>, "kind">,
  row: ClaimedRow<K>,
): Promise<ClaimedRow<K>> {
  const again = row.status !== "requested";
  const set = {
    ms_request_id: row.ms_request_id ?? randomUUID(),
    sent_at: again ? row.sent_at : desk.clock.now(),
    perhaps_sent: again,
    due_at: row.leased_until,
  } as unknown as Move<K>["set"];
  const saved = await transact(desk.db, (trx) =>
    moveRequest(trx, desk, {
      kind: sending.kind,
      row,
      to: "sending" as RequestRows[K]["status"],
      set,
      actor: null,
      details: { attempt: row.attempts },
      keepLease: true,
      redraw: !again,
    }),
  );
  return { ...saved, lease: row.lease };
}

function ageOf(desk: Desk, row: { sent_at: Date | null }): number {
  return row.sent_at ? desk.clock.now().getTime() - row.sent_at.getTime() : 0;
}

async function ask<K extends SentKind, Result>(
  desk: Desk,
  sending: Sending<K, Result>,
  row: ClaimedRow<K>,
): Promise<Outcome<Result>> {
  if (row.ms_request_id === null) throw new Error(`${row.id} has no request id`);
  const age = ageOf(desk, row);
  let nothingBefore = !row.perhaps_sent;
  if (row.perhaps_sent && (age > replayTrustMs || row.failure?.kind === "unreadable")) {
    const found = await look(desk, sending, row);
    if (found) return found;
    nothingBefore = true;
  }
  try {
    const call = { requestId: row.ms_request_id, correlationId: row.correlation_id };
    return { kind: "result", result: await sending.write(row, call) };
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure)) throw error;
    const landed = sending.landed(error, row);
    if (landed !== null && landed !== "read") return { kind: "result", result: landed };
    switch (error.kind) {
      case "refused": {
        // A repeat that is refused says nothing about the first send: look before believing it.
        if (landed === "read" || row.perhaps_sent)
          return (await look(desk, sending, row)) ?? { kind: "refused", failure: error };
        return { kind: "refused", failure: error };
      }
      case "wait":
      case "reauthorise":
        return { kind: "not_now", failure: error, nothingBefore };
      case "retry_same_id":
      case "unreadable":
        return { kind: "unanswered", failure: error, nothingBefore };
      default:
        return error.kind satisfies never;
    }
  }
}

/** What reading shows; null when it shows that nothing was done. */
async function look<K extends SentKind, Result>(
  desk: Desk,
  sending: Sending<K, Result>,
  row: ClaimedRow<K>,
): Promise<Outcome<Result> | null> {
  try {
    const found = await sending.read(row, ageOf(desk, row));
    if (found === "nothing") return null;
    return found === null ? { kind: "not_yet" } : { kind: "result", result: found };
  } catch (error) {
    if (error instanceof PartnerCenterFailure)
      return { kind: "unanswered", failure: error, nothingBefore: false };
    throw error;
  }
}

function nextStep<K extends SentKind, Result>(
  desk: Desk,
  sending: Sending<K, Result>,
  row: ClaimedRow<K>,
  outcome: Outcome<Result>,
): Step<K> {
  if (outcome.kind === "result") return sending.record(outcome.result, row);
  const now = desk.clock.now().getTime();
  const age = ageOf(desk, row);
  if (outcome.kind === "not_yet") {
    return age > searchLimitMs ? rest("needs_person", null) : retry("unknown", new Date(now + 60_000), null);
  }
  const { failure } = outcome;
  const next = new Date(now + (failure.retryAfterMs ?? retryDelayMs(row.attempts)));
  if (outcome.kind === "refused") {
    const otherWay = sending.reroute?.(failure, row) ?? null;
    if (otherWay) return retry("requested", new Date(now), failure, { ...otherWay, ms_request_id: null });
    return rest("refused", failure, sending.learn?.(failure, row));
  }
  if (row.attempts > mostAttempts) return rest("needs_person", failure);
  if (outcome.kind === "unanswered" && outcome.nothingBefore) {
    // Only this send can have done anything, so its age counts from now: it is not given up before it was looked for.
    return retry("unknown", next, failure, { sent_at: new Date(now) });
  }
  if (age > searchLimitMs) return rest("needs_person", failure);
  // A "not now" says that this send did nothing. If none before it did either, the next one is a call of its own.
  if (outcome.kind === "not_now" && outcome.nothingBefore)
    return retry("requested", next, failure, { ms_request_id: null });
  return retry("unknown", next, failure);

  function columns(failure: PartnerCenterFailure | null): object {
    return failure ? { failure: JSON.stringify(failureRecord(failure)) } : {};
  }
  function rest(
    to: "refused" | "needs_person",
    failure: PartnerCenterFailure | null,
    more: object = {},
  ): Step<K> {
    return {
      to: to as RequestRows[K]["status"],
      set: { ...columns(failure), ...more, due_at: null } as Step<K>["set"],
      outcome: to === "refused" ? "refused" : "failed",
      details: failure ? { ...failureRecord(failure) } : {},
    };
  }
  function retry(
    to: "requested" | "unknown",
    dueAt: Date,
    failure: PartnerCenterFailure | null,
    more: object = {},
  ): Step<K> {
    return {
      to: to as RequestRows[K]["status"],
      set: { ...columns(failure), ...more, due_at: dueAt } as Step<K>["set"],
      outcome: "failed",
      details: failure ? { ...failureRecord(failure) } : {},
      ringAt: dueAt,
    };
  }
}
