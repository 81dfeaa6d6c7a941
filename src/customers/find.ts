import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import type { Act } from "../access/rights.ts";
import type { Desk } from "../desk/context.ts";
import { type Customer, PartnerCenterFailure } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";

const tenantGuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const size = 20;

/**
 * Finds customers by the beginning of their name or domain, or by tenant GUID (C5); Partner Center searches prefixes
 * only. At most 20, by name; none is an empty list.
 */
export async function findCustomers(
  desk: Desk,
  agent: Agent,
  input: { act: Act; query: string },
): Promise<Customer[]> {
  await authorise(desk, agent, input.act);
  const query = input.query.trim();
  try {
    if (tenantGuid.test(query)) return await findByTenant(desk, query.toLowerCase());
    const found = await Promise.all([
      desk.partnerCenter.searchCustomers({ field: "CompanyName", startsWith: query, size }),
      query === "" ? [] : desk.partnerCenter.searchCustomers({ field: "Domain", startsWith: query, size }),
    ]);
    const byId = new Map(found.flat().map((customer) => [customer.id, customer]));
    return [...byId.values()].sort((a, b) => a.companyName.localeCompare(b.companyName)).slice(0, size);
  } catch (error) {
    throw explainFailure(error);
  }
}

async function findByTenant(desk: Desk, customerId: string): Promise<Customer[]> {
  try {
    return [await desk.partnerCenter.getCustomer({ customerId })];
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused") return [];
    throw error;
  }
}
