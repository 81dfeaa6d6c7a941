import { onTestFinished } from "vitest";
import {
  azureSubscriptionsOf,
  CLIENT_ID,
  CLIENT_SECRET,
  FULFILMENT_TOKEN,
  PARTNER_CENTER_AUDIENCE,
  PARTNER_TENANT_ID,
  type SeedPartnerUser,
  seedCustomers,
  seedPartnerUsers,
} from "#sandbox/partner-center/seed.ts";
import {
  type PartnerCenterSimulator,
  type PartnerCenterSimulatorOptions,
  startPartnerCenterSimulator,
} from "#sandbox/partner-center/start.ts";

/** What came back, with a body that is JSON or plain text. */
export interface Received {
  status: number;
  headers: Headers;
  text: string;
  body: ReturnType<typeof JSON.parse>;
}

export interface Sent {
  token?: string;
  requestId?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

const start = new Date("2026-03-10T09:30:00Z");
const fixedClock = { now: () => start };

/** A simulator at 10 March 2026 that closes with the test. */
export async function simulate(options: PartnerCenterSimulatorOptions = {}): Promise<PartnerCenterSimulator> {
  const simulator = await startPartnerCenterSimulator({ clock: fixedClock, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

export async function send(url: string, method: string, input: Sent = {}): Promise<Received> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: "application/json",
      ...(input.token === undefined ? {} : { authorization: `Bearer ${input.token}` }),
      ...(input.requestId === undefined ? {} : { "ms-requestid": input.requestId }),
      ...(input.body === undefined ? {} : { "content-type": "application/json" }),
      ...input.headers,
    },
    body: input.body === undefined ? null : JSON.stringify(input.body),
  });
  const text = Buffer.from(await response.arrayBuffer()).toString("utf8");
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function form(url: string, fields: Record<string, string>): Promise<Received> {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

export const client = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };

function userNamed(local: string): SeedPartnerUser {
  const user = seedPartnerUsers.find(
    ({ userPrincipalName }) => userPrincipalName === `${local}@partner.example`,
  );
  if (user === undefined) throw new Error(`no partner user ${local}`);
  return user;
}

export function customerIn(country: string): string {
  const customer = seedCustomers.find((one) => one.country === country);
  if (customer === undefined) throw new Error(`no customer in ${country}`);
  return customer.id;
}

/** An access token of this partner user, or of the application alone. */
export async function tokenFor(simulator: PartnerCenterSimulator, local: string | null): Promise<string> {
  const grant =
    local === null
      ? { grant_type: "client_credentials", scope: `${PARTNER_CENTER_AUDIENCE}/.default` }
      : {
          grant_type: "refresh_token",
          refresh_token: userNamed(local).refreshToken,
          scope: `${PARTNER_CENTER_AUDIENCE}/user_impersonation offline_access`,
        };
  const answer = await form(`${simulator.url}/${PARTNER_TENANT_ID}/oauth2/v2.0/token`, {
    ...client,
    ...grant,
  });
  return answer.body.access_token;
}

/** Calls of one partner user on the API. */
export async function as(simulator: PartnerCenterSimulator, local: string | null) {
  const token = await tokenFor(simulator, local);
  return (method: string, path: string, input: Sent = {}) =>
    send(`${simulator.url}${path}`, method, { token, ...input });
}

export type Caller = Awaited<ReturnType<typeof as>>;

/** Calls on the fulfilment contract. */
export const fulfilment =
  (simulator: PartnerCenterSimulator) =>
  (method: string, path: string, input: Sent = {}) =>
    send(`${simulator.url}/_sim/v1${path}`, method, { token: FULFILMENT_TOKEN, ...input });

/** The catalog item under which this customer can buy a SKU today. */
async function catalogItem(call: Caller, customerId: string, productId: string, skuId: string) {
  const { body } = await call(
    "GET",
    `/v1/customers/${customerId}/products/${productId}/skus/${skuId}/availabilities`,
  );
  return body.items[0].catalogItemId as string;
}

export interface WantedLine {
  productId: string;
  skuId: string;
  quantity?: number;
  billingCycle?: string;
  termDuration?: string;
  friendlyName?: string;
  provisioningContext?: Record<string, string>;
}

export async function createCart(
  call: Caller,
  customerId: string,
  lines: WantedLine[],
  input: Sent = {},
): Promise<Received> {
  const lineItems = await Promise.all(
    lines.map(async ({ productId, skuId, ...line }, id) => ({
      id,
      catalogItemId: await catalogItem(call, customerId, productId, skuId),
      quantity: 1,
      billingCycle: "one_time",
      ...line,
    })),
  );
  return call("POST", `/v1/customers/${customerId}/carts`, { ...input, body: { lineItems } });
}

/** Buys and answers with the orders. */
export async function buy(call: Caller, customerId: string, lines: WantedLine[]) {
  const cart = await createCart(call, customerId, lines);
  const done = await call("POST", `/v1/customers/${customerId}/carts/${cart.body.id}/checkout`);
  return done.body.orders;
}

export const perpetual: WantedLine = { productId: "DG7GMGF0PSQ2", skuId: "0001" };
export const subscription: WantedLine = {
  productId: "DG7GMGF0FLR2",
  skuId: "0001",
  billingCycle: "annual",
  termDuration: "P1Y",
};

/** The first Azure subscription of a customer. */
export function azureSubscriptionOf(customerId: string): string {
  const customer = seedCustomers.find(({ id }) => id === customerId);
  const [first] = customer ? azureSubscriptionsOf(customer) : [];
  if (first === undefined) throw new Error(`${customerId} has no Azure subscription`);
  return first.id;
}

export const reservationFor = (customerId: string): WantedLine => ({
  productId: "DG7GMGF0RVM1",
  skuId: "0001",
  billingCycle: "monthly",
  termDuration: "P1Y",
  provisioningContext: { subscriptionId: azureSubscriptionOf(customerId), scope: "shared" },
});

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
