/** The named places between two steps of a request. Outside tests nothing happens there. */
export const failpoints = [
  "purchase.claimed",
  "purchase.request_id_saved",
  "purchase.answered",
  "purchase.recorded",
  "cancellation.claimed",
  "cancellation.request_id_saved",
  "cancellation.answered",
  "cancellation.recorded",
  "cancellation.looked",
  "support_request.claimed",
  "support_request.request_id_saved",
  "support_request.answered",
  "support_request.recorded",
  "support_update.claimed",
  "support_update.answered",
  "support_update.recorded",
  "message.claimed",
  "message.posted",
  "message.recorded",
  "relay.enqueued",
] as const;

export type Failpoint = (typeof failpoints)[number];
export type ReachFailpoint = (point: Failpoint) => Promise<void>;

export const noFailpoints: ReachFailpoint = async () => {};
