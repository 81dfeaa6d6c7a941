/** A cancellation of one order line: asked for, sent, accepted by Partner Center, and at last visible there (C9). */
export const cancellationStatuses = [
  "requested",
  "sending",
  "unknown",
  "accepted",
  "overdue",
  "visible",
  "refused",
  "taken_back",
  "needs_person",
] as const;

export type CancellationStatus = (typeof cancellationStatuses)[number];

/** Which status may follow which. */
export const cancellationMoves: Record<CancellationStatus, readonly CancellationStatus[]> = {
  requested: ["sending", "refused", "taken_back", "needs_person"],
  sending: ["requested", "sending", "unknown", "accepted", "visible", "refused", "needs_person"],
  unknown: ["requested", "sending", "unknown", "accepted", "visible", "refused", "needs_person"],
  accepted: ["accepted", "overdue", "visible", "needs_person"],
  overdue: ["overdue", "visible", "needs_person"],
  visible: [],
  refused: [],
  taken_back: [],
  needs_person: [],
};

/** Nothing more happens to these by itself. */
export const endedStatuses = cancellationStatuses.filter((status) => cancellationMoves[status].length === 0);

/** These hold their line no longer: it may be asked for again. One that was left to a person is that person's to decide. */
export const freeingStatuses = [
  "refused",
  "taken_back",
  "needs_person",
] as const satisfies CancellationStatus[];

/** Whether a cancellation in this status came to nothing, for all we know, and holds its line no longer. */
export function frees(status: string): boolean {
  return freeingStatuses.some((freeing) => freeing === status);
}

/** Several cancellations asked for together: under way until each of them has ended (C7). */
export const cancellationBatchStatuses = ["under_way", "ended"] as const;

export type CancellationBatchStatus = (typeof cancellationBatchStatuses)[number];

export const cancellationBatchMoves: Record<CancellationBatchStatus, readonly CancellationBatchStatus[]> = {
  under_way: ["under_way", "ended"],
  ended: [],
};
