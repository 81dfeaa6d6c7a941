import type { FailureKind } from "./port.ts";

/** How a call ended when it did not end well. */
export type Outcome =
  /** The call makes no sense; it never left. */
  | { type: "not_sent" }
  /** Time-out, reset, DNS, connection refused, given up by the caller. */
  | { type: "no_answer" }
  /** The token authority gave no token; nothing was sent to Partner Center. */
  | { type: "no_token"; authority: "unreachable" | "busy" | "refused" }
  /** Our own call budget is spent; nothing was sent. */
  | { type: "no_budget" }
  /** An answer whose status is not 2xx. `code` is Partner Center's, 0 where there is none. */
  | { type: "answer"; status: number; code: number }
  /** A 2xx that is not the JSON we know, or not complete. */
  | { type: "unreadable"; status: number };

/** 409 codes that mean "not now": cart or order in progress, adjustment or provisioning pending. */
const pendingCodes = new Set([800064, 800060, 900278, 800082, 800014]);

/** What an outcome means for the caller. The only place where that is decided. */
export function classify(outcome: Outcome): FailureKind {
  switch (outcome.type) {
    case "not_sent":
      return "refused";
    case "no_answer":
      return "retry_same_id";
    case "unreadable":
      return "unreadable";
    case "no_budget":
      return "wait";
    case "no_token":
      switch (outcome.authority) {
        case "unreachable":
          return "retry_same_id";
        case "busy":
          return "wait";
        case "refused":
          return "reauthorise";
      }
      break;
    case "answer":
      return classifyStatus(outcome.status, outcome.code);
  }
}

function classifyStatus(status: number, code: number): FailureKind {
  if (status >= 500) return "retry_same_id";
  switch (status) {
    case 401:
      return "reauthorise";
    case 408:
      return "retry_same_id";
    case 429:
      return "wait";
    case 409:
      return pendingCodes.has(code) ? "wait" : "refused";
  }
  return status >= 400 ? "refused" : "unreadable";
}
