import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { type Customer, PartnerCenterFailure } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";

export interface CustomerWithMarket extends Customer {
  /** ISO 3166-1 alpha-2, from the billing profile's default address. */
  market: string;
}

/**
 * Reads one customer with its market (G1).
 *
 * @throws DeskError customer_not_found | partner_center_unavailable | partner_center_refused
 */
export async function readCustomer(desk: Desk, customerId: string): Promise<CustomerWithMarket> {
  try {
    const [customer, billingProfile] = await Promise.all([
      desk.partnerCenter.getCustomer({ customerId }),
      desk.partnerCenter.getBillingProfile({ customerId }),
    ]);
    return { ...customer, market: billingProfile.country };
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused") {
      throw new DeskError("customer_not_found", error.message, { customerId }, { cause: error });
    }
    throw explainFailure(error);
  }
}
