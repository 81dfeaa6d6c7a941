import type { Selectable } from "kysely";
import { cancellationMoves } from "../cancellations/statuses.ts";
import type {
  CancellationsRow,
  KeyRequestsRow,
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
  key_request: Selectable<KeyRequestsRow>;
  support_request: Selectable<SupportRequestsRow>;
}

/** A row together with its kind, for whatever treats all requests alike. */
export type RequestRow = { [K in RequestKind]: { kind: K; row: RequestRows[K] } }[RequestKind];

export const requestTables = {
  purchase: "purchases",
  cancellation: "cancellations",
  key_request: "key_requests",
  support_request: "support_requests",
} as const satisfies Record<RequestKind, string>;

/** The tables of allowed moves, by kind: the only place that knows which status may follow which. */
export const requestMoves: Record<RequestKind, Record<string, readonly string[]>> = {
  purchase: purchaseMoves,
  cancellation: cancellationMoves,
  key_request: keyRequestMoves,
  support_request: supportRequestMoves,
};
