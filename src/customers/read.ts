import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { type Customer, PartnerCenterFailure } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";

export interface CustomerWithMarket extends Customer {
  /** ISO 3166-1 alpha-2, from the billing profile's default address. */
  market: string;
  /** The customer's language and region, such as es-ES, from the billing profile. */
  culture: string;
}

/** No such tenant, or none of ours (no commerce relationship). */
function isUnknown(failure: PartnerCenterFailure): boolean {
  return failure.status === 404 || failure.code === 20002 || failure.code === 900118;
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
    return { ...customer, market: billingProfile.country, culture: billingProfile.culture };
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused" && isUnknown(error)) {
      throw new DeskError("customer_not_found", error.message, { customerId }, { cause: error });
    }
    throw explainFailure(error);
  }
}
