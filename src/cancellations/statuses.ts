/** A cancellation of one order line: asked for, sent, accepted by Partner Center, and at last visible there (C9). */
export const cancellationStatuses = [
  "requested",
  "sending",
  "unknown",
  "accepted",
  "overdue",
  "visible",
  "refused",
  "needs_person",
] as const;

export type CancellationStatus = (typeof cancellationStatuses)[number];

/** Which status may follow which. */
export const cancellationMoves: Record<CancellationStatus, readonly CancellationStatus[]> = {
  requested: ["sending", "refused", "needs_person"],
  sending: ["requested", "sending", "unknown", "accepted", "visible", "refused", "needs_person"],
  unknown: ["requested", "sending", "unknown", "accepted", "visible", "refused", "needs_person"],
  accepted: ["accepted", "overdue", "visible", "needs_person"],
  overdue: ["overdue", "visible", "needs_person"],
  visible: [],
  refused: [],
  needs_person: [],
};
