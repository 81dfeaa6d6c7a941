import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import type { Act } from "../access/rights.ts";
import { knownCustomer } from "../cancellations/find-order.ts";
import { findCustomers } from "../customers/find.ts";
import { readCustomer } from "../customers/read.ts";
import type { Desk } from "../desk/context.ts";
import type { Customer } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";

/** Whose business a text is about, and which orders it names; as far as that can be told. */
export interface Mentioned {
  customer: Pick<Customer, "id" | "companyName"> | null;
  orderIds: string[];
}

/** So many of each are looked up: every one may be a call. */
const mostOrders = 10;
const mostTenants = 3;
const mostNames = 6;

const guids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const domains = /(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w-])/gi;
const names = /\p{Lu}[\p{L}\p{N}]{3,}/gu;
const words = /(?<![\w-])[\w-]{12,64}(?![\w-])/g;
/** Ids of our own, such as `pur_01JD…`. */
const ownId = /^[a-z]{3}_[0-9A-Z]{16}$/;

/**
 * Looks in a text that somebody wrote for order numbers (by their shape: Partner Center's long ones and the twelve hexadecimal
 * digits of invoices) and for a customer: of an order that this workspace knows, else by tenant GUID, domain or name (C5).
 *
 * @throws DeskError not_allowed … | partner_center_unavailable | partner_center_refused
 */
export async function findMentioned(
  desk: Desk,
  agent: Agent,
  input: { act: Act; text: string },
): Promise<Mentioned> {
  const { act, text } = input;
  await authorise(desk, agent, act);
  const orderIds = distinct(text.match(words) ?? [])
    .filter(isOrderNumber)
    .slice(0, mostOrders);
  const owners = await Promise.all(orderIds.map((orderId) => knownCustomer(desk, agent, orderId)));
  const owner = owners.find((customerId) => customerId !== null);
  if (owner) return { customer: await readCustomer(desk, owner), orderIds };
  const customer =
    (await byTenant(desk, agent, act, distinct(text.match(guids) ?? []))) ??
    (await byDomain(desk, agent, act, distinct(text.match(domains) ?? []))) ??
    (await byName(desk, text));
  return { customer, orderIds };
}

function isOrderNumber(word: string): boolean {
  if (!/\d/.test(word) || ownId.test(word)) return false;
  if (/^[0-9a-f]{12}$/i.test(word)) return /[a-f]/i.test(word);
  return word.length >= 24 && /[a-z]/.test(word) && /[A-Z]/.test(word);
}

function distinct(found: readonly string[]): string[] {
  return [...new Set(found)];
}

async function byTenant(desk: Desk, agent: Agent, act: Act, found: string[]): Promise<Customer | null> {
  const each = found.slice(0, mostTenants).map((query) => findCustomers(desk, agent, { act, query }));
  return (await Promise.all(each)).flat()[0] ?? null;
}

async function byDomain(desk: Desk, agent: Agent, act: Act, found: string[]): Promise<Customer | null> {
  const each = found.slice(0, mostTenants).map(async (domain) => {
    const customers = await findCustomers(desk, agent, { act, query: domain });
    return customers.filter((customer) => customer.domain.toLowerCase() === domain.toLowerCase());
  });
  return (await Promise.all(each)).flat()[0] ?? null;
}

/**
 * The one customer whose whole name is in the text, or else whose first word is, where no other customer's is too. Partner
 * Center finds names by their beginning, and names begin with a capital letter.
 */
async function byName(desk: Desk, text: string): Promise<Customer | null> {
  const searched = distinct(text.match(names) ?? []).slice(0, mostNames);
  try {
    const found = await Promise.all(
      searched.map((startsWith) =>
        desk.partnerCenter.searchCustomers({ field: "CompanyName", startsWith, size: 20 }),
      ),
    );
    const byId = new Map(found.flat().map((customer) => [customer.id, customer]));
    const candidates = [...byId.values()];
    const said = text.toLocaleLowerCase();
    const [whole] = candidates
      .filter(({ companyName }) => said.includes(companyName.toLocaleLowerCase()))
      .sort((a, b) => b.companyName.length - a.companyName.length);
    if (whole) return whole;
    const firsts = candidates.filter(({ companyName }) =>
      searched.some((name) => name.toLocaleLowerCase() === firstWordOf(companyName)),
    );
    return firsts.length === 1 ? (firsts[0] ?? null) : null;
  } catch (error) {
    throw explainFailure(error);
  }
}

function firstWordOf(name: string): string {
  return name.toLocaleLowerCase().match(/[\p{L}\p{N}]+/u)?.[0] ?? "";
}
