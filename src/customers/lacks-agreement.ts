import { LRUCache } from "lru-cache";
import type { Desk } from "../desk/context.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";

/** Customers who have accepted: that stays. */
const accepted = new WeakMap<Desk["partnerCenter"], LRUCache<string, true>>();

/**
 * Whether the customer is known not to have accepted the Microsoft Customer Agreement, without which nothing can be bought
 * (13605). False also where Partner Center does not say: then the purchase itself finds out. An acceptance is kept for an
 * hour.
 */
export async function lacksAgreement(desk: Desk, customerId: string): Promise<boolean> {
  let kept = accepted.get(desk.partnerCenter);
  if (!kept) {
    kept = new LRUCache({ max: 5_000, ttl: 60 * 60_000 });
    accepted.set(desk.partnerCenter, kept);
  }
  if (kept.has(customerId)) return false;
  try {
    const has = await desk.partnerCenter.hasCustomerAgreement({ customerId });
    if (has) kept.set(customerId, true);
    return !has;
  } catch (error) {
    if (error instanceof PartnerCenterFailure) return false;
    throw error;
  }
}
