import type { FailureRecord } from "../db/rows.ts";
import { DeskError } from "../desk/errors.ts";
import { storable } from "../desk/storable.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";

/** What is kept of a failure: codes and ids, as JSON for a `failure` column. */
export function failureRecord(failure: PartnerCenterFailure): FailureRecord {
  return {
    kind: failure.kind,
    status: failure.status,
    code: failure.code,
    description: storable(failure.description.slice(0, 1_024)),
    operation: failure.operation,
    requestId: failure.requestId,
    correlationId: failure.correlationId,
  };
}

const unknownCustomer = new Set([1000, 20002, 60003, 900118]);

/** A failed read or quote in words for the agent. Anything that is not Partner Center's failure passes through unchanged. */
export function explainFailure(error: unknown): unknown {
  if (!(error instanceof PartnerCenterFailure)) return error;
  const operatorText = error.message;
  const options = { cause: error };
  if (error.kind === "reauthorise") return new DeskError("sign_in_needed", operatorText, {}, options);
  if (error.kind !== "refused") {
    return new DeskError(
      "partner_center_unavailable",
      operatorText,
      { reference: error.correlationId },
      options,
    );
  }
  if (error.code === 13605) return new DeskError("agreement_missing", operatorText, {}, options);
  if (unknownCustomer.has(error.code) && error.operation.includes("Customer")) {
    return new DeskError("customer_not_found", operatorText, {}, options);
  }
  if (error.code === 20000) return new DeskError("order_not_found", operatorText, {}, options);
  return new DeskError(
    "partner_center_refused",
    operatorText,
    { code: error.code, description: error.description, reference: error.correlationId },
    options,
  );
}

/** Waits before the next try of something unanswered, in ms: seconds at first, then two minutes. `attempts` counts from 1. */
export function retryDelayMs(attempts: number): number {
  const seconds = [2, 5, 15, 30, 60, 120];
  return (seconds[Math.min(attempts, seconds.length) - 1] ?? 120) * 1_000;
}
