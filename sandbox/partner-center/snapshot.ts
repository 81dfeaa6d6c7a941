import { z } from "zod";
import { readIfThere, writeWhole } from "../kept-file.ts";
import { type Population, populationSchema } from "./generated-history.ts";
import type { SettledReplay } from "./replays.ts";
import { type SeedCustomer, seedMarkets, seedProducts } from "./seed.ts";
import { type Settings, settingsSchema } from "./settings.ts";
import type {
  AuditRecord,
  Cart,
  DownloadLink,
  Order,
  Position,
  Restriction,
  ServiceRequest,
  State,
} from "./state.ts";

const version = 2;

export interface Snapshot {
  seed: string;
  population: Population | null;
  settings: Partial<Settings>;
  position: Position;
  contents: Contents;
}

interface Contents {
  customers: SeedCustomer[];
  carts: Cart[];
  orders: Order[];
  serviceRequests: ServiceRequest[];
  auditRecords: AuditRecord[];
  downloads: DownloadLink[];
  issuedKeys: [string, string][];
  refreshTokens: [string, { userId: string; usedAt: Date; revoked: boolean; mfa: boolean }][];
  inventory: [string, number][];
  restrictions: [string, Restriction][];
  prices: [string, number][];
  credits: [string, number | null][];
  replays: SettledReplay[];
}

const fileSchema = z.object({
  version: z.literal(version),
  seed: z.string(),
  population: populationSchema.nullable(),
  settings: settingsSchema.partial(),
  position: z.unknown(),
  contents: z.unknown(),
});

/** Writes the whole state, so that another process finds either all of it or what was there before. */
export async function saveSnapshot(state: State, path: string): Promise<void> {
  const generated = new Set<SeedCustomer>(state.history?.customers);
  const contents: Contents = {
    customers: [...state.customers.values()].filter((customer) => !generated.has(customer)),
    carts: [...state.carts.values()].map((cart) => ({ ...cart, busy: false })),
    orders: state.orders.kept(),
    serviceRequests: [...state.serviceRequests.values()],
    auditRecords: state.auditRecords,
    downloads: [...state.downloads.values()],
    issuedKeys: [...state.issuedKeys],
    refreshTokens: [...state.refreshTokens],
    inventory: [...state.inventory],
    restrictions: [...state.restrictions],
    prices: [...state.prices],
    credits: [...state.credits],
    replays: state.replays.settled(),
  };
  const { seed, population, settings } = state;
  const file = { version, seed, population, settings, position: state.position(), contents };
  await writeWhole(path, `${JSON.stringify(encode(file))}\n`);
}

/** What was saved under this path, or null when nothing was. Throws when it is no snapshot of this version. */
export async function readSnapshot(path: string): Promise<Snapshot | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`${path} is no snapshot of version ${version}: ${z.prettifyError(parsed.error)}`);
  }
  const { seed, population, settings, position, contents } = parsed.data;
  return {
    seed,
    population,
    settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
    position: decode(position) as Position,
    contents: decode(contents) as Contents,
  };
}

/** Puts what was saved into a state that has just been made. */
export function restore(state: State, { contents }: Snapshot): void {
  for (const customer of contents.customers) state.customers.set(customer.id, customer);
  for (const cart of contents.carts) state.carts.set(cart.id, cart);
  for (const order of contents.orders) state.orders.keep(order);
  for (const request of contents.serviceRequests) state.serviceRequests.set(request.id, request);
  state.auditRecords.push(...contents.auditRecords);
  for (const link of contents.downloads) state.downloads.set(link.token, link);
  for (const [line, key] of contents.issuedKeys) state.issuedKeys.set(line, key);
  for (const [token, use] of contents.refreshTokens) state.refreshTokens.set(token, use);
  for (const [sku, left] of contents.inventory) state.inventory.set(sku, left);
  for (const [sku, restriction] of contents.restrictions) state.restrictions.set(sku, restriction);
  for (const [sku, cents] of contents.prices) state.prices.set(sku, cents);
  for (const [line, percent] of contents.credits) state.credits.set(line, percent);
  state.replays.restore(contents.replays);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Seeded things are written by name, so that what is read back is the very same object. */
const seeded = new Map<string, unknown>([
  ...Object.entries(seedMarkets).map(([country, market]) => [`market:${country}`, market] as const),
  ...seedProducts.flatMap((product) => [
    [`product:${product.id}`, product] as const,
    ...product.skus.map((sku) => [`sku:${product.id}:${sku.id}`, sku] as const),
  ]),
]);
const seededNames = new Map([...seeded].map(([name, thing]) => [thing, name]));

function encode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const name = seededNames.get(value);
  if (name !== undefined) return { $seeded: name };
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Map) return { $map: [...value].map(encode) };
  if (Array.isArray(value)) return value.map(encode);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
}

function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  if ("$seeded" in value && typeof value.$seeded === "string") return found(value.$seeded);
  if ("$date" in value && typeof value.$date === "number") return new Date(value.$date);
  if ("$map" in value && Array.isArray(value.$map)) {
    return new Map(value.$map.map((entry) => decode(entry) as [unknown, unknown]));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}

function found(name: string): unknown {
  if (!seeded.has(name)) throw new Error(`The snapshot names ${name}, which is not in the seed.`);
  return seeded.get(name);
}
