import type { FastifyInstance } from "fastify";
import { malformed, refusal } from "./errors.ts";
import type { RoleName, SeedCustomer } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { collection, filterOf, link, seekPage } from "./wire.ts";

/** The roles that see customers at all. */
export const agentRoles: readonly RoleName[] = [
  "Admin agent",
  "Sales agent",
  "Helpdesk agent",
  "Global admin",
];

const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The customer in the path. Refuses: 400:900118 no GUID, 404:60003 unknown, 403:20002 not the partner's. */
export function customerOf(state: State, call: Pick<Call, "params">): SeedCustomer {
  const id = call.params.customerId ?? "";
  if (!guidPattern.test(id)) throw malformed("The customer id is not valid.", 900118);
  const customer = state.customers.get(id.toLowerCase());
  if (customer === undefined) throw refusal(404, 60003, "The tenant was not found.");
  if (customer.relationshipToPartner === "none") {
    throw refusal(403, 20002, "There is no commerce relationship between the partner and the customer.");
  }
  return customer;
}

/** Customers: list and search, one, its company and billing profiles, and its agreements (reference 3). */
export function serveCustomers(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles });
  const admitUser = partnerCenter(state, { roles: agentRoles, userOnly: true });

  serve(app, state, {
    method: "GET",
    path: "/v1/customers",
    admit,
    handle: (call) => {
      const found = search(state, call).map(shortForm);
      return { status: 200, body: seekPage(call, found, state.settings.largestPage) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId",
    admit,
    handle: (call) => ({ status: 200, body: longForm(customerOf(state, call)) }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/profiles/company",
    admit: admitUser,
    handle: (call) => ({ status: 200, body: companyProfile(customerOf(state, call)) }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/profiles/billing",
    admit,
    handle: (call) => ({ status: 200, body: billingProfile(customerOf(state, call)) }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/agreements",
    admit: admitUser,
    handle: (call) => {
      const customer = customerOf(state, call);
      return { status: 200, body: collection(agreements(customer), `/customers/${customer.id}/agreements`) };
    },
  });
}

function search(state: State, call: Call): SeedCustomer[] {
  const customers = [...state.customers.values()]
    .filter(({ relationshipToPartner }) => relationshipToPartner !== "none")
    .sort((a, b) => a.companyName.localeCompare(b.companyName, "en"));
  const filter = filterOf(call);
  if (filter === null) return customers;
  if (filter.operator !== "starts_with") throw malformed("Only the operator starts_with is supported.");
  const start = filter.value.toLowerCase();
  switch (filter.field.toLowerCase()) {
    case "companyname":
      return customers.filter(({ companyName }) => companyName.toLowerCase().startsWith(start));
    case "domain":
      return customers.filter(({ domain }) => domain.startsWith(start));
    case "indirectreseller":
    case "indirectcloudsolutionprovider":
      return [];
    default:
      throw malformed("The filter field is not supported.");
  }
}

function shortForm(customer: SeedCustomer) {
  const { id, domain, companyName, relationshipToPartner } = customer;
  return {
    id,
    companyProfile: {
      tenantId: id,
      domain,
      companyName,
      attributes: { objectType: "CustomerCompanyProfile" },
    },
    relationshipToPartner,
    links: { self: link(`/customers/${id}`) },
    attributes: { objectType: "Customer" },
  };
}

function longForm(customer: SeedCustomer) {
  return {
    ...shortForm(customer),
    commerceId: customer.commerceId,
    companyProfile: companyProfile(customer),
    billingProfile: billingProfile(customer),
    allowDelegatedAccess: true,
    customDomains: [customer.domain],
    links: {
      self: link(`/customers/${customer.id}`),
      profiles: link(`/customers/${customer.id}/profiles`),
    },
  };
}

function companyProfile(customer: SeedCustomer) {
  return {
    tenantId: customer.id,
    domain: customer.domain,
    companyName: customer.companyName,
    address: addressOf(customer),
    email: `it@${customer.domain}`,
    links: { self: link(`/customers/${customer.id}/profiles/company`) },
    attributes: { objectType: "CustomerCompanyProfile" },
  };
}

function billingProfile(customer: SeedCustomer) {
  return {
    id: customer.commerceId,
    firstName: "Accounts",
    lastName: "Payable",
    email: `billing@${customer.domain}`,
    culture: customer.culture,
    language: customer.culture.slice(0, 2),
    companyName: customer.companyName,
    defaultAddress: addressOf(customer),
    links: { self: link(`/customers/${customer.id}/profiles/billing`) },
    attributes: {
      etag: Buffer.from(JSON.stringify({ id: customer.commerceId, version: 1 })).toString("base64"),
      objectType: "CustomerBillingProfile",
    },
  };
}

function addressOf({ country, city, addressLine1, postalCode }: SeedCustomer) {
  return { country, city, addressLine1, postalCode, firstName: "Accounts", lastName: "Payable" };
}

function agreements(customer: SeedCustomer) {
  if (!customer.agreementAccepted) return [];
  return [
    {
      primaryContact: { firstName: "Accounts", lastName: "Payable", email: `billing@${customer.domain}` },
      templateId: "117a77b0-9360-443b-8795-c6dedc750cf9",
      dateAgreed: "2019-11-01T00:00:00Z",
      type: "MicrosoftCustomerAgreement",
      agreementLink: "https://aka.ms/customeragreement",
    },
  ];
}
