/** A support request. `to_file`: the text is ready and a person files it in the portal, then gives the ticket number. */
export const supportRequestStatuses = [
  "requested",
  "sending",
  "unknown",
  "to_file",
  "filed",
  "refused",
  "needs_person",
] as const;

export type SupportRequestStatus = (typeof supportRequestStatuses)[number];

/** Which status may follow which. */
export const supportRequestMoves: Record<SupportRequestStatus, readonly SupportRequestStatus[]> = {
  requested: ["sending", "to_file", "needs_person"],
  sending: ["requested", "sending", "unknown", "filed", "to_file", "refused", "needs_person"],
  unknown: ["requested", "sending", "unknown", "filed", "to_file", "refused", "needs_person"],
  to_file: ["filed"],
  filed: [],
  refused: [],
  needs_person: [],
};
