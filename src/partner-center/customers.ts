import { z } from "zod";
import type { BillingProfile, Customer, PartnerCenter, ReadCall } from "./port.ts";
import type { Transport } from "./transport.ts";
import { or } from "./wire.ts";

const customer = z
  .object({
    id: z.string().min(1),
    companyProfile: z.object({ companyName: or(z.string(), ""), domain: or(z.string(), "") }),
  })
  .transform(({ id, companyProfile }): Customer => ({ id, ...companyProfile }));

const billingProfile = z
  .object({
    culture: or(z.string(), "en-US"),
    defaultAddress: z.object({ country: z.string().regex(/^[a-z]{2}$/i) }),
  })
  .transform(
    ({ culture, defaultAddress }): BillingProfile => ({
      country: defaultAddress.country.toUpperCase(),
      culture,
    }),
  );

/** The billing profile of a customer, which names its market. */
export const readBillingProfile = (transport: Transport, customerId: string, call?: ReadCall) =>
  transport.read(
    {
      operation: "getBillingProfile",
      path: ["customers", customerId, "profiles", "billing"],
      schema: billingProfile,
    },
    call,
  );

type CustomerCalls = Pick<
  PartnerCenter,
  "searchCustomers" | "getCustomer" | "getBillingProfile" | "hasCustomerAgreement"
>;

/**
 * Customers: search, one, its billing profile, its agreement (pages get-a-list-of-customers, get-a-customer-by-id,
 * get-confirmation-of-customer-agreement).
 */
export function customerCalls(transport: Transport): CustomerCalls {
  return {
    async searchCustomers({ field, startsWith, size }, call) {
      const filter = JSON.stringify({ Field: field, Value: startsWith, Operator: "starts_with" });
      const page = await transport.read(
        {
          operation: "searchCustomers",
          path: ["customers"],
          // 0 would mean all of them
          query: { size: String(Math.max(1, size)), filter },
          schema: z.object({ items: z.array(customer) }),
        },
        call,
      );
      return page.items.slice(0, size);
    },

    getCustomer: ({ customerId }, call) =>
      transport.read({ operation: "getCustomer", path: ["customers", customerId], schema: customer }, call),

    getBillingProfile: ({ customerId }, call) => readBillingProfile(transport, customerId, call),

    async hasCustomerAgreement({ customerId }, call) {
      const agreements = await transport.readAll(
        {
          operation: "hasCustomerAgreement",
          path: ["customers", customerId, "agreements"],
          query: { agreementType: "MicrosoftCustomerAgreement" },
          schema: z.looseObject({}),
        },
        call,
      );
      return agreements.length > 0;
    },
  };
}
