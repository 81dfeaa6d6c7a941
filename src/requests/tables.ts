import type { Selectable } from "kysely";
import { cancellationBatchMoves, cancellationMoves } from "../cancellations/statuses.ts";
import type {
  CancellationBatchesRow,
  CancellationsRow,
  KeyRequestsRow,
  LinksRow,
  PurchasesRow,
  RequestKind,
  SupportRequestsRow,
} from "../db/rows.ts";
import { keyRequestMoves } from "../fulfilment/statuses.ts";
import { purchaseMoves } from "../purchases/statuses.ts";
import { supportRequestMoves } from "../support-requests/statuses.ts";

export interface RequestRows {
  purchase: Selectable<PurchasesRow>;
  cancellation: Selectable<CancellationsRow>;
  /** With its cancellations, whose moves are its own. */
  cancellation_batch: Selectable<CancellationBatchesRow> & { items: Selectable<CancellationsRow>[] };
  /** With the link that was shown, where it is read to be drawn. */
  key_request: Selectable<KeyRequestsRow> & { link?: Selectable<LinksRow> | null };
  support_request: Selectable<SupportRequestsRow>;
}

/** What a move goes by. Purchases have many columns, and whoever confirms one waits for the answer. */
export interface MovableRows extends Omit<RequestRows, "purchase"> {
  purchase: Pick<
    RequestRows["purchase"],
    | "id"
    | "workspace_id"
    | "person_id"
    | "customer_id"
    | "correlation_id"
    | "status"
    | "lease"
    | "retry_of"
    | "requester_slack_id"
  >;
}

/** A row together with its kind, for whatever treats all requests alike. */
export type RequestRow = { [K in RequestKind]: { kind: K; row: RequestRows[K] } }[RequestKind];

export const requestTables = {
  purchase: "purchases",
  cancellation: "cancellations",
  cancellation_batch: "cancellation_batches",
  key_request: "key_requests",
  support_request: "support_requests",
} as const satisfies Record<RequestKind, string>;

/** The tables of allowed moves, by kind: the only place that knows which status may follow which. */
export const requestMoves: Record<RequestKind, Record<string, readonly string[]>> = {
  purchase: purchaseMoves,
  cancellation: cancellationMoves,
  cancellation_batch: cancellationBatchMoves,
  key_request: keyRequestMoves,
  support_request: supportRequestMoves,
};

/** Statuses that the person must notice, though the request's message may have been posted long before. */
const aloudStatuses: { [K in RequestKind]: readonly RequestRows[K]["status"][] } = {
  purchase: ["ordered", "partly_ordered", "changed", "declined", "expired", "refused", "needs_person"],
  cancellation: ["overdue", "visible", "refused", "needs_person"],
  cancellation_batch: ["ended"],
  key_request: [],
  support_request: ["to_file", "attention_needed", "closed", "refused", "needs_person"],
};

/** Whether a move from one status to another must be noticed. */
export function isAloud(kind: RequestKind, from: string, to: string): boolean {
  const aloud: readonly string[] = aloudStatuses[kind];
  return from !== to && aloud.includes(to);
}
