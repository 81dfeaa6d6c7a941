import { DeskError } from "../desk/errors.ts";
import { FulfilmentFailure } from "./port.ts";

/** A provider's failure in words for the agent; anything else passes through unchanged. */
export function explainFulfilmentFailure(error: unknown): unknown {
  if (!(error instanceof FulfilmentFailure)) return error;
  const options = { cause: error };
  if (error.kind === "revoked") return new DeskError("key_revoked", error.message, {}, options);
  if (error.kind === "refused") {
    return new DeskError(
      "fulfilment_refused",
      error.message,
      { description: error.description, reference: error.requestId },
      options,
    );
  }
  return new DeskError("fulfilment_unavailable", error.message, { reference: error.requestId }, options);
}
