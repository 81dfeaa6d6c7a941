import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { annotate } from "./trace.ts";

const underWay = new AsyncLocalStorage<{ correlationId: string; ofRequest: boolean }>();

/** Runs `work` as a piece of work of its own: what is logged meanwhile carries one correlation id. */
export function correlated<T>(work: () => Promise<T>): Promise<T> {
  return underWay.run({ correlationId: randomUUID(), ofRequest: false }, work);
}

/** This piece of work is about the request that goes by this correlation id; the first that it is about names it. */
export function correlate(correlationId: string): void {
  const work = underWay.getStore();
  if (!work || work.ofRequest) return;
  work.correlationId = correlationId;
  work.ofRequest = true;
  annotate({ "csp_desk.correlation_id": correlationId });
}

/** The correlation id of the work under way; null outside of any. */
export function correlationId(): string | null {
  return underWay.getStore()?.correlationId ?? null;
}
