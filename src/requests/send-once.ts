import { randomUUID } from "node:crypto";
import { isSignedIn } from "../connections/read.ts";
import { type Database, type DatabaseTransaction, transact } from "../db/database.ts";
import type { RequestKind } from "../db/rows.ts";
import { isWhole } from "../db/stored.ts";
import type { Desk } from "../desk/context.ts";
import { PartnerCenterFailure, type WriteCall } from "../partner-center/port.ts";
import { claimRequest } from "./claim.ts";
import { failureRecord, retryDelayMs } from "./failures.ts";
import { type Move, moveRequest, RequestMovedOn } from "./move.ts";
import type { RequestRows } from "./tables.ts";

/** A request that is sent by a worker; the others are moved otherwise. */
export type SentKind = Exclude<RequestKind, "key_request" | "cancellation_batch">;
export type ClaimedRow<K extends SentKind> = RequestRows[K] & { lease: string };
export type Step<K extends SentKind> = Pick<
  Move<K>,
  "to" | "set" | "outcome" | "details" | "ringAt" | "redraw"
>;

/** One write to someone else's service, and how to find out what became of it when its answer is lost. */
export interface Sending<K extends SentKind, Result> {
  kind: K;
  id: string;
  /**
   * Claims the request together with others that leave in the same call, in one step and under one lease: the one that was rung
   * for first, and all or none of those that were sent together before. Null as for `claimRequest`, which claims it alone.
   */
  claim?(): Promise<Rows<K> | null>;
  /**
   * Reads right before a send whether what is to be sent still stands: null when it does. Otherwise the way to the step that
   * comes instead; it is gone only when nothing was done so far.
   */
  stands?(row: ClaimedRow<K>): Promise<(() => Promise<Step<K>>) | null>;
  /** The one call for all `rows`, the first of which was rung for. */
  write(rows: readonly [ClaimedRow<K>, ...ClaimedRow<K>[]], call: WriteCall): Promise<Result>;
  /**
   * Reads only: what an earlier send left behind. `nothing` when it surely did nothing, so that sending is safe; `null`
   * when that can't be told yet.
   */
  read(row: ClaimedRow<K>, ageMs: number): Promise<Result | "nothing" | null>;
  /** A refusal that shows an earlier send of ours landed: its result, or `read` to look for it. */
  landed(failure: PartnerCenterFailure, row: ClaimedRow<K>): Result | "read" | null;
  /** A refusal after which the same act goes by another way: the columns that say so. `together`: how many it refused. */
  reroute?(
    failure: PartnerCenterFailure,
    row: ClaimedRow<K>,
    together: number,
  ): Partial<Move<K>["set"]> | null;
  /** "Not now" in the service's own words: when to ask again, null when it has been asked for long enough. */
  waitUntil?(failure: PartnerCenterFailure, row: ClaimedRow<K>): Date | null;
  /** What a final refusal says about the request itself: the columns that keep it. */
  learn?(failure: PartnerCenterFailure, row: ClaimedRow<K>): Partial<Move<K>["set"]>;
  record(result: Result, row: ClaimedRow<K>): Step<K>;
  /** What belongs into the transaction that records the result, null where nothing does: done before the rows themselves are moved. */
  also?(result: Result, row: ClaimedRow<K>): ((trx: DatabaseTransaction) => Promise<void>) | null;
}

type Outcome<Result> =
  | { kind: "result"; result: Result }
  | { kind: "not_yet" }
  /** It was not done, though what left in the same call was. */
  | { kind: "left_behind" }
  /** It no longer stands as it was asked for: the step that comes instead of a send. */
  | { kind: "instead"; step: Step<SentKind> }
  /** `nothingBefore`: no send before this one did anything, as far as can be known. */
  | { kind: "not_now" | "unanswered"; failure: PartnerCenterFailure; nothingBefore: boolean }
  | { kind: "refused"; failure: PartnerCenterFailure };

/** A request in one of these may be sent. */
export const unsettled = ["requested", "sending", "unknown"] as const;

/** While the service surely remembers a request id, repeating it is the safest question. Later, reading comes first. */
const replayTrustMs = 10 * 60_000;
/** Order lists and cancellations may lag 15 minutes. What can't be told long after that, only a person can tell. */
const searchLimitMs = 30 * 60_000;
const mostAttempts = 40;
/** A "not now" is an answer: such tries only lengthen the wait. */
const mostCountedWaits = 6;
/** So long a request waits for somebody to sign in again; it is rung for when they do. */
const signInWaitMs = 24 * 60 * 60_000;
const slowSignInRetryMs = 10 * 60_000;

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
  const claimed = await (sending.claim ? sending.claim() : claimAlone(desk, sending));
  if (!claimed) return;
  await desk.failpoint(`${sending.kind}.claimed`);
  try {
    const [first] = claimed;
    if (first.attempts > mostAttempts + 1 || !isWhole(first)) return await giveUp(desk, sending, first);
    const rows = await saveRequestId(desk, sending, claimed);
    await desk.failpoint(`${sending.kind}.request_id_saved`);
    const outcomes = await ask(desk, sending, rows);
    await desk.failpoint(`${sending.kind}.answered`);
    const steps = rows.map((row, index) => {
      const outcome = outcomes[index] ?? { kind: "not_yet" };
      return { row, outcome, step: nextStep(desk, sending, row, outcome, rows.length) };
    });
    for (const { row, outcome, step } of steps) {
      if (outcome.kind !== "result" && outcome.kind !== "instead")
        logTrouble(desk, sending, row, step.to, "failure" in outcome ? outcome.failure : null);
    }
    await record(desk, sending, steps);
  } catch (error) {
    if (error instanceof RequestMovedOn) return;
    throw error;
  }
  await desk.failpoint(`${sending.kind}.recorded`);
}

/** What became of one of the rows, and what follows from it. */
interface Settled<K extends SentKind, Result> {
  row: ClaimedRow<K>;
  outcome: Outcome<Result>;
  step: Step<K>;
}

/** Moves all rows and does what belongs to it, or nothing. */
async function record<K extends SentKind, Result>(
  desk: Desk,
  sending: Sending<K, Result>,
  settled: readonly Settled<K, Result>[],
): Promise<void> {
  const { kind } = sending;
  const beside = settled.flatMap(({ row, outcome }) =>
    outcome.kind === "result" ? (sending.also?.(outcome.result, row) ?? []) : [],
  );
  const [only] = settled;
  if (only && settled.length === 1 && beside.length === 0 && !waitsForSignIn(only))
    return moveRequest(desk.db, desk, { kind, row: only.row, actor: null, ...only.step });
  await transact(desk.db, async (trx) => {
    for (const one of beside) await one(trx);
    for (const one of settled.toSorted((a, b) => inLockOrder(a.row, b.row))) {
      const step = waitsForSignIn(one) ? await unlessSignedIn(trx, desk, one.row, one.step) : one.step;
      await moveRequest(trx, desk, { kind, row: one.row, actor: null, ...step });
    }
  });
}

async function claimAlone<K extends SentKind>(
  desk: Desk,
  { kind, id }: Pick<Sending<K, unknown>, "kind" | "id">,
): Promise<Rows<K> | null> {
  const claimed = await claimRequest(desk, kind, id, unsettled as readonly RequestRows[K]["status"][]);
  return claimed && [claimed];
}

function waitsForSignIn<K extends SentKind>({ outcome, step }: Settled<K, unknown>): boolean {
  return "failure" in outcome && outcome.failure.kind === "reauthorise" && step.ringAt !== undefined;
}

/** Who signed in while this was under way found nothing to ring for: it comes back by itself. */
async function unlessSignedIn<K extends SentKind>(
  trx: DatabaseTransaction,
  desk: Desk,
  row: ClaimedRow<K>,
  step: Step<K>,
): Promise<Step<K>> {
  if (!(await isSignedIn(trx, desk, row.person_id))) return step;
  const soon = new Date(desk.clock.now().getTime() + signInRetryMs(row.attempts));
  return step.ringAt && step.ringAt > soon ? { ...step, ringAt: soon } : step;
}

/** Between two tries with a token that is not taken although nobody knows why, in ms. */
function signInRetryMs(attempts: number): number {
  return attempts < mostCountedWaits ? retryDelayMs(attempts) : slowSignInRetryMs;
}

/** Tries that never came to an answer of any kind, such as a fault of ours at the same place each time, or a row that can't be read: a person is told. */
async function giveUp<K extends SentKind>(
  desk: Desk,
  sending: Pick<Sending<K, unknown>, "kind">,
  row: ClaimedRow<K>,
): Promise<void> {
  const to = "needs_person" as RequestRows[K]["status"];
  logTrouble(desk, sending, row, to, null);
  await moveRequest(desk.db, desk, {
    kind: sending.kind,
    row,
    to,
    set: { due_at: null } as Move<K>["set"],
    actor: null,
    outcome: "failed",
    details: { attempt: row.attempts },
  });
}

function logTrouble<K extends SentKind>(
  desk: Desk,
  sending: Pick<Sending<K, unknown>, "kind">,
  row: ClaimedRow<K>,
  to: string,
  failure: PartnerCenterFailure | null,
): void {
  // A call that our own budget held back was never sent: an ordinary delay.
  const heldBack = failure?.kind === "wait" && failure.status === 0;
  const level = to === "needs_person" ? "error" : to === "refused" || heldBack ? "info" : "warn";
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

/** The rows of one call, the one that was rung for first: they share its MS-RequestId. */
type Rows<K extends SentKind> = readonly [ClaimedRow<K>, ...ClaimedRow<K>[]];

/** Whoever locks several rows does so in the order of their ids, so that no two wait for each other. */
function inLockOrder(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}

async function saveRequestId<K extends SentKind>(
  desk: Desk,
  sending: Pick<Sending<K, unknown>, "kind">,
  rows: Rows<K>,
): Promise<Rows<K>> {
  const [first, ...others] = rows;
  const again = first.status !== "requested";
  const requestId = first.ms_request_id ?? randomUUID();
  if (others.length === 0) return [await save(desk.db, first)];
  return transact(desk.db, async (trx) => {
    const saved = new Map<string, ClaimedRow<K>>();
    for (const row of rows.toSorted(inLockOrder)) saved.set(row.id, await save(trx, row));
    const savedOf = (row: ClaimedRow<K>) => saved.get(row.id) ?? row;
    return [savedOf(first), ...others.map(savedOf)];
  });

  async function save(db: Database, row: ClaimedRow<K>): Promise<ClaimedRow<K>> {
    const set = {
      ms_request_id: requestId,
      sent_at: again ? row.sent_at : desk.clock.now(),
      perhaps_sent: again,
      due_at: row.leased_until,
    };
    await moveRequest(db, desk, {
      kind: sending.kind,
      row,
      to: "sending" as RequestRows[K]["status"],
      set: set as unknown as Move<K>["set"],
      actor: null,
      details: { attempt: row.attempts },
      keepLease: true,
      redraw: !again && row.failure?.kind !== "reauthorise",
    });
    return { ...row, ...set, status: "sending" } as ClaimedRow<K>;
  }
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function ageOf(desk: Desk, row: { sent_at: Date | null }): number {
  return row.sent_at ? desk.clock.now().getTime() - row.sent_at.getTime() : 0;
}

/** What became of each of the rows, in their order. */
async function ask<K extends SentKind, Result>(
  desk: Desk,
  sending: Sending<K, Result>,
  rows: Rows<K>,
): Promise<Outcome<Result>[]> {
  const [row] = rows;
  if (row.ms_request_id === null) throw new Error(`${row.id} has no request id`);
  const age = ageOf(desk, row);
  let nothingBefore = !row.perhaps_sent;
  if (row.perhaps_sent && (age > replayTrustMs || row.failure?.kind === "unreadable")) {
    const found = await inTurn(rows, (one) => look(desk, sending, one));
    if (found.some((outcome) => outcome !== null))
      return found.map((outcome) => outcome ?? { kind: "left_behind" });
    nothingBefore = true;
  }
  const all = (outcome: Outcome<Result>) => rows.map(() => outcome);
  const instead = await insteadOf(sending, row, nothingBefore);
  if (instead) return all(instead);
  try {
    const call = { requestId: row.ms_request_id, correlationId: row.correlation_id };
    return all({ kind: "result", result: await sending.write(rows, call) });
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure)) throw error;
    const landed = sending.landed(error, row);
    if (landed !== null && landed !== "read") return all({ kind: "result", result: landed });
    switch (error.kind) {
      case "refused": {
        // A repeat that is refused says nothing about the first send: look before believing it.
        if (landed !== "read" && !row.perhaps_sent) return all({ kind: "refused", failure: error });
        const found = await inTurn(rows, (one) => look(desk, sending, one));
        return found.map((outcome) => outcome ?? { kind: "refused", failure: error });
      }
      case "wait":
      case "reauthorise":
        return all({ kind: "not_now", failure: error, nothingBefore });
      case "retry_same_id":
      case "unreadable":
        return all({ kind: "unanswered", failure: error, nothingBefore });
      default:
        return error.kind satisfies never;
    }
  }
}

/** What comes instead of a send that no longer stands; null when it stands. */
async function insteadOf<K extends SentKind, Result>(
  sending: Sending<K, Result>,
  row: ClaimedRow<K>,
  nothingBefore: boolean,
): Promise<Outcome<Result> | null> {
  try {
    const step = await sending.stands?.(row);
    if (!step) return null;
    // What may have been done already is found out first, or it would be done twice.
    if (!nothingBefore) return { kind: "not_yet" };
    return { kind: "instead", step: (await step()) as Step<SentKind> };
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure)) throw error;
    // Not kept: it is no answer to an earlier send, and must not be taken for one.
    if (!nothingBefore) return { kind: "not_yet" };
    return error.kind === "refused"
      ? { kind: "refused", failure: error }
      : { kind: "not_now", failure: error, nothingBefore };
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
  together: number,
): Step<K> {
  if (outcome.kind === "result") return sending.record(outcome.result, row);
  if (outcome.kind === "instead") return outcome.step as Step<K>;
  const now = desk.clock.now().getTime();
  const age = ageOf(desk, row);
  if (outcome.kind === "not_yet") {
    return age > searchLimitMs ? rest("needs_person", null) : retry("unknown", new Date(now + 60_000), null);
  }
  if (outcome.kind === "left_behind") return retry("requested", new Date(now), null, { ms_request_id: null });
  const { failure } = outcome;
  const next = new Date(now + (failure.retryAfterMs ?? retryDelayMs(row.attempts)));
  if (outcome.kind === "refused") {
    const otherWay = sending.reroute?.(failure, row, together) ?? null;
    if (otherWay) return retry("requested", new Date(now), failure, { ...otherWay, ms_request_id: null });
    return rest("refused", failure, sending.learn?.(failure, row));
  }
  if (failure.kind === "reauthorise") return waitForSignIn(failure, outcome.nothingBefore);
  if (outcome.kind === "not_now" && outcome.nothingBefore && sending.waitUntil) {
    const until = sending.waitUntil(failure, row);
    if (until === null) return rest("needs_person", failure);
    return retry("requested", until, failure, {
      ms_request_id: null,
      attempts: Math.min(row.attempts, mostCountedWaits),
    });
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

  /**
   * Nobody's sign-in is good for it. What did not leave waits for a day, and is rung for when somebody signs in; of what may
   * have left is found out as soon as reading can tell, which the service account or the app may do as well.
   */
  function waitForSignIn(failure: PartnerCenterFailure, nothingBefore: boolean): Step<K> {
    const again = row.failure?.kind === "reauthorise";
    const since = (again && row.failure?.since) || new Date(now).toISOString();
    const kept = { ...failureRecord(failure), since };
    if (now - Date.parse(since) >= signInWaitMs) return rest("needs_person", failure);
    const attempts = Math.min(row.attempts, mostCountedWaits);
    const at = now + (failure.retryAfterMs ?? signInRetryMs(row.attempts));
    const readableAt = nothingBefore || age > replayTrustMs ? at : now - age + replayTrustMs + 1_000;
    return {
      ...retry(nothingBefore ? "requested" : "unknown", new Date(Math.min(at, readableAt)), failure, {
        failure: JSON.stringify(kept),
        attempts,
        ...(nothingBefore ? { ms_request_id: null } : {}),
      }),
      redraw: !again,
    };
  }
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
