import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { recordAudit } from "./audit-records.ts";
import { addressFault, addressSchema, cultureOf } from "./countries.ts";
import { malformed, refusal } from "./errors.ts";
import { guidPattern } from "./guid.ts";
import type { SeedCustomer } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { State } from "./state.ts";
import { agentRoles, buyerRoles, partnerCenter } from "./tokens.ts";
import { collection, filterOf, link, seekPage } from "./wire.ts";

const names = new Intl.Collator("en");

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

const draftSchema = z.object({
  companyProfile: z.object({
    domain: z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/),
    companyName: z.string().optional(),
    organizationRegistrationNumber: z.string().optional(),
  }),
  billingProfile: z.object({
    companyName: z.string().min(1),
    email: z.string().min(1),
    culture: z.string().optional(),
    language: z.string().optional(),
    defaultAddress: addressSchema,
  }),
});

const agreementSchema = z.object({
  type: z.literal("MicrosoftCustomerAgreement"),
  templateId: z.string(),
  dateAgreed: z.string(),
  primaryContact: z.object({
    firstName: z.string().min(1),
    lastName: z.string().min(1),
    email: z.string().min(1),
    phoneNumber: z.string().optional(),
  }),
});

const sandboxCustomers = 75;

/**
 * Customers: list, search, create, one, its profiles and agreements, and whether a domain is taken (page customer-
 * resources).
 */
export function serveCustomers(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles });
  const admitUser = partnerCenter(state, { roles: agentRoles, userOnly: true });

  serve(app, state, {
    method: "GET",
    path: "/v1/customers",
    admit,
    handle: (call) => {
      const found = search(state, call).sort((a, b) => names.compare(a.companyName, b.companyName));
      return { status: 200, body: seekPage(call, found.map(shortForm), state.settings.largestPage) };
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
    method: "POST",
    path: "/v1/customers",
    admit: partnerCenter(state, { roles: buyerRoles }),
    handle: (call) => ({ status: 201, body: created(state, call) }),
  });
  serve(app, state, {
    method: "DELETE",
    path: "/v1/customers/:customerId",
    admit: partnerCenter(state, { roles: ["Admin agent"] }),
    handle: (call) => {
      const customer = customerOf(state, call);
      if (state.settings.tenant !== "integration-sandbox") {
        throw refusal(400, 900127, "Customers are only deleted in the integration sandbox.");
      }
      state.customers.set(customer.id, { ...customer, relationshipToPartner: "none" });
      audit(state, call, customer, "delete_customer", { CustomerId: customer.id });
      return { status: 204 };
    },
  });
  serve(app, state, {
    method: "HEAD",
    path: "/v1/domains/:domain",
    admit,
    handle: (call) => ({ status: isTaken(state, call.params.domain?.toLowerCase() ?? "") ? 200 : 404 }),
  });
  serve(app, state, {
    method: "POST",
    path: "/v1/customers/:customerId/agreements",
    admit: admitUser,
    handle: (call) => {
      const customer = customerOf(state, call);
      const agreement = call.read(agreementSchema);
      state.customers.set(customer.id, { ...customer, agreementAccepted: true });
      audit(state, call, customer, "create_agreement", { AgreementType: agreement.type });
      return { status: 201, body: { ...agreement, userId: call.caller.user?.id } };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/agreements",
    admit: admitUser,
    handle: (call) => {
      const customer = customerOf(state, call);
      const asked = call.query.get("agreementType")?.toLowerCase() ?? "microsoftcustomeragreement";
      if (!["microsoftcustomeragreement", "*"].includes(asked)) {
        throw malformed("The agreement type cannot be parsed.", 900126);
      }
      return { status: 200, body: collection(agreements(customer), `/customers/${customer.id}/agreements`) };
    },
  });
}

function search(state: State, call: Call): SeedCustomer[] {
  const customers = [...state.customers.values()].filter(
    ({ relationshipToPartner }) => relationshipToPartner !== "none",
  );
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

function isTaken(state: State, wanted: string): boolean {
  return [...state.customers.values()].some(({ domain }) => domain === wanted);
}

function created(state: State, call: Call) {
  const { companyProfile, billingProfile } = call.read(draftSchema);
  const { domain } = companyProfile;
  if (isTaken(state, domain)) throw malformed(`The domain ${domain} is taken.`);
  const address = billingProfile.defaultAddress;
  const fault = addressFault(address);
  if (fault !== null) throw malformed(fault);
  const reach = [...state.customers.values()].filter((one) => one.relationshipToPartner !== "none");
  if (state.settings.tenant === "integration-sandbox" && reach.length >= sandboxCustomers) {
    throw refusal(400, 800018, `The sandbox allows ${sandboxCustomers} customers.`);
  }
  const customer: SeedCustomer = {
    id: state.guid("customer"),
    commerceId: state.guid("commerce"),
    companyName: billingProfile.companyName,
    domain,
    country: address.country,
    culture: billingProfile.culture ?? cultureOf(address.country),
    city: address.city ?? "",
    postalCode: address.postalCode ?? "",
    addressLine1: address.addressLine1 ?? "",
    agreementAccepted: false,
    relationshipToPartner: "reseller",
    review: "approved",
  };
  state.customers.set(customer.id, customer);
  audit(state, call, customer, "add_customer", {
    CustomerId: customer.id,
    CompanyName: customer.companyName,
  });
  return {
    ...longForm(customer),
    userCredentials: {
      userName: "admin",
      password: `Sandbox-${state.bytes("password").toString("hex", 0, 6)}`,
    },
  };
}

function audit(
  state: State,
  call: Call,
  customer: SeedCustomer,
  operationType: "add_customer" | "delete_customer" | "create_agreement",
  resourceNewValue: Record<string, unknown>,
): void {
  recordAudit(state, {
    caller: call.caller,
    correlationId: call.correlationId,
    customer,
    resourceType: operationType === "create_agreement" ? "agreement" : "customer",
    operationType,
    resourceNewValue,
  });
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
