/**
 * A support request. `to_file`: the text is ready and a person files it in the portal, then gives the ticket number. From
 * `filed` on it is followed at Microsoft (S7).
 */
export const supportRequestStatuses = [
  "requested",
  "sending",
  "unknown",
  "to_file",
  "filed",
  "attention_needed",
  "closed",
  "refused",
  "needs_person",
] as const;

export type SupportRequestStatus = (typeof supportRequestStatuses)[number];

/** Which status may follow which. A person who was asked to look may have found it filed. */
export const supportRequestMoves: Record<SupportRequestStatus, readonly SupportRequestStatus[]> = {
  requested: ["sending", "to_file", "needs_person"],
  sending: ["requested", "sending", "unknown", "filed", "to_file", "refused", "needs_person"],
  unknown: ["requested", "sending", "unknown", "filed", "to_file", "refused", "needs_person"],
  to_file: ["filed"],
  filed: ["attention_needed", "closed"],
  attention_needed: ["filed", "closed"],
  closed: [],
  refused: [],
  needs_person: ["filed"],
};

/** Those that somebody still has something to do or to wait for. */
export const openSupportStatuses = supportRequestStatuses.filter(
  (status) => supportRequestMoves[status].length > 0,
);

/** Those with a ticket at Microsoft that may still change. */
export function isFollowed(status: SupportRequestStatus): status is "filed" | "attention_needed" {
  return status === "filed" || status === "attention_needed";
}

export type SupportUpdateKind = "note" | "close";
export type SupportUpdateStatus = "requested" | "sending" | "sent" | "refused" | "needs_person";
