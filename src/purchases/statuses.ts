/** A purchase: quoted on screen, confirmed, sent once, and then whatever Partner Center made of it. */
export const purchaseStatuses = [
  "quoted",
  "lapsed",
  "requested",
  "sending",
  "unknown",
  "ordered",
  "partly_ordered",
  "refused",
  "needs_person",
] as const;

export type PurchaseStatus = (typeof purchaseStatuses)[number];

/** Which status may follow which. */
export const purchaseMoves: Record<PurchaseStatus, readonly PurchaseStatus[]> = {
  quoted: ["requested", "lapsed"],
  lapsed: [],
  requested: ["sending", "refused", "needs_person"],
  sending: ["requested", "sending", "unknown", "ordered", "partly_ordered", "refused", "needs_person"],
  unknown: ["requested", "sending", "unknown", "ordered", "partly_ordered", "refused", "needs_person"],
  ordered: [],
  partly_ordered: [],
  refused: [],
  needs_person: [],
};
