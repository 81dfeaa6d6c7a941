import type { FastifyInstance } from "fastify";
import { PARTNER_MPN_ID, PARTNER_TENANT_ID } from "./seed.ts";
import { serve } from "./service.ts";
import type { State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { link } from "./wire.ts";

const address = {
  country: "US",
  city: "Redmond",
  state: "WA",
  addressLine1: "2 Main Street",
  postalCode: "98052",
  firstName: "Partner",
  lastName: "Operations",
  phoneNumber: "4255550100",
};
const contact = {
  firstName: "Partner",
  lastName: "Operations",
  email: "operations@partner.example",
  phoneNumber: "4255550100",
};
const companyName = "Partner Example, Inc.";

/** What the partner tenant says about itself, by the last part of the address. */
const profiles = {
  legalbusiness: {
    profileType: "LegalBusinessProfile",
    companyName,
    address,
    primaryContact: contact,
    companyApproverAddress: address,
    companyApproverEmail: contact.email,
    vettingStatus: "authorized",
    vettingSubStatus: "none",
  },
  organization: {
    profileType: "OrganizationProfile",
    id: PARTNER_TENANT_ID,
    tenantId: PARTNER_TENANT_ID,
    companyName,
    defaultAddress: address,
    domain: "partner.example",
    email: contact.email,
    language: "en",
    culture: "en-US",
  },
  billing: {
    profileType: "PartnerBillingProfile",
    companyName,
    address,
    primaryContact: contact,
    purchaseOrderNumber: "",
    taxId: "",
    billingDay: 1,
    billingCurrency: "USD",
  },
  support: {
    profileType: "SupportProfile",
    email: "support@partner.example",
    telephone: "4255550101",
    website: "https://partner.example/support",
  },
  mpn: { profileType: "MpnProfile", mpnId: PARTNER_MPN_ID, partnerName: companyName },
} as const;

/**
 * The profiles of the partner tenant (page get-legal-business-profile and its like); all but the legal one are for
 * users alone.
 */
export function serveProfiles(app: FastifyInstance, state: State): void {
  for (const [name, profile] of Object.entries(profiles)) {
    const uri = `/profiles/${name}`;
    serve(app, state, {
      method: "GET",
      path: `/v1${uri}`,
      admit: partnerCenter(state, name === "legalbusiness" ? {} : { userOnly: true }),
      handle: () => ({
        status: 200,
        body: {
          ...profile,
          links: { self: link(uri) },
          attributes: { etag: etag(uri), objectType: profile.profileType },
        },
      }),
    });
  }
}

function etag(id: string): string {
  return Buffer.from(JSON.stringify({ id, version: 1 })).toString("base64");
}
