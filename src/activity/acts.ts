import { type Act, acts as rightsAskedFor } from "../access/rights.ts";
import { type CancellationStatus, cancellationStatuses } from "../cancellations/statuses.ts";
import { type KeyRequestStatus, keyRequestStatuses } from "../fulfilment/statuses.ts";
import { type PurchaseStatus, purchaseStatuses } from "../purchases/statuses.ts";
import { type SupportRequestStatus, supportRequestStatuses } from "../support-requests/statuses.ts";

/** What is recorded beside the moves of the four requests and the refusals of a right. */
const others = [
  "activity.chain_broken",
  "activity.export_ended",
  "activity.export_requested",
  "activity.exported",
  "activity.outside_access",
  "activity.read",
  "activity.shown_at_home",
  "cancellation.duties",
  "cancellation.requeued",
  "cancellation_batch.requested",
  "connection.connected",
  "connection.lost",
  "connection.removed",
  "connection.renewed",
  "credit.different",
  "credit.overdue",
  "credit.seen",
  "deposit.made",
  "deposit.replaced",
  "installation.installed",
  "installation.removed",
  "key_request.sent_to_portal_again",
  "key_request.shown_again",
  "keys.revoked",
  "link.dies_soon",
  "link.download_started",
  "link.handed_to_customer",
  "purchase.decision_asked",
  "purchase.requeued",
  "role.changed",
  "support_request.close_asked",
  "support_request.close_needs_person",
  "support_request.close_refused",
  "support_request.close_sent",
  "support_request.file_kept",
  "support_request.file_refused",
  "support_request.files_destroyed",
  "support_request.files_handed_back",
  "support_request.followed",
  "support_request.note_asked",
  "support_request.note_needs_person",
  "support_request.note_refused",
  "support_request.note_sent",
  "support_request.requeued",
  "support_request.ticket_confirmed",
  "support_request.ticket_corrected",
  "vault.rewrapped",
  "window.announced",
  "window.hand_over",
  "window.keep",
  "window.passed_on",
  "window.snooze",
] as const;

/** What an entry of the activity says was done: a noun and, behind a dot, what became of it. */
export type ActivityAct =
  | (typeof others)[number]
  | `${Act}.asked`
  | `purchase.${PurchaseStatus}`
  | `cancellation.${CancellationStatus}`
  | `key_request.${KeyRequestStatus}`
  | `support_request.${SupportRequestStatus}`;

/** Everything that can be recorded; readers have words for each. */
export const activityActs: readonly ActivityAct[] = [
  ...rightsAskedFor.map((right) => `${right}.asked` as const),
  ...purchaseStatuses.map((status) => `purchase.${status}` as const),
  ...cancellationStatuses.map((status) => `cancellation.${status}` as const),
  ...keyRequestStatuses.map((status) => `key_request.${status}` as const),
  ...supportRequestStatuses.map((status) => `support_request.${status}` as const),
  ...others,
];
