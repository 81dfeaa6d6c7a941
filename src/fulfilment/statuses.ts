/** A request for a key and a link. `interrupted`: it broke between recording and showing; assume that it was seen. */
export const keyRequestStatuses = ["requested", "shown", "sent_to_portal", "refused", "interrupted"] as const;

export type KeyRequestStatus = (typeof keyRequestStatuses)[number];

/** Which status may follow which. */
export const keyRequestMoves: Record<KeyRequestStatus, readonly KeyRequestStatus[]> = {
  requested: ["shown", "sent_to_portal", "refused", "interrupted"],
  shown: [],
  sent_to_portal: [],
  refused: [],
  interrupted: [],
};
