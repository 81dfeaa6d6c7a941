/**
 * A purchase: quoted on screen, confirmed, approved where the policy asks for it, sent once, and then whatever Partner
 * Center made of it. `changed`: it costs something else than what was confirmed, and its agent is asked again.
 */
export const purchaseStatuses = [
  "quoted",
  "lapsed",
  "awaiting_approval",
  "declined",
  "expired",
  "withdrawn",
  "requested",
  "sending",
  "unknown",
  "changed",
  "ordered",
  "partly_ordered",
  "refused",
  "needs_person",
] as const;

export type PurchaseStatus = (typeof purchaseStatuses)[number];

/** Nothing was bought by these, and nothing will be as they stand. */
export const unconfirmedStatuses: readonly PurchaseStatus[] = [
  "quoted",
  "lapsed",
  "declined",
  "expired",
  "withdrawn",
];

/** What may follow once it may have left. */
const afterSending: readonly PurchaseStatus[] = [
  "requested",
  "sending",
  "unknown",
  "changed",
  "ordered",
  "partly_ordered",
  "refused",
  "needs_person",
];

/** Which status may follow which. */
export const purchaseMoves: Record<PurchaseStatus, readonly PurchaseStatus[]> = {
  quoted: ["requested", "awaiting_approval", "lapsed"],
  lapsed: [],
  awaiting_approval: ["awaiting_approval", "requested", "declined", "expired", "withdrawn"],
  declined: [],
  expired: [],
  withdrawn: [],
  requested: ["sending", "refused", "needs_person"],
  sending: afterSending,
  unknown: afterSending,
  changed: ["requested", "awaiting_approval", "withdrawn", "lapsed"],
  ordered: [],
  partly_ordered: [],
  refused: [],
  needs_person: [],
};
