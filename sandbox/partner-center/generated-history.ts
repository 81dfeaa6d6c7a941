import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { guidOf } from "./guid.ts";
import { catalogItemIdOf, isSold, marketOf, unitPriceOf } from "./offers.ts";
import {
  type SeedCustomer,
  type SeedMarket,
  type SeedProduct,
  type SeedSku,
  type SeedTerm,
  seedCustomer,
  seedMarkets,
  seedProducts,
} from "./seed.ts";
import type { Order, OrderLine } from "./state.ts";

export const populationSchema = z.strictObject({
  /** Customers besides the seeded ones. */
  customers: z.int().positive().max(100_000),
  /** Lines of all their orders together, spread evenly over the customers and over two years. */
  orderLines: z.int().nonnegative().max(10_000_000),
});
export type Population = z.output<typeof populationSchema>;

interface Offer {
  product: SeedProduct;
  sku: SeedSku;
  catalogItemId: string;
  unitPrice: number;
}

/** What one order can hold: items of one country that share a term and a billing cycle. */
interface Shelf {
  term: SeedTerm | null;
  offers: Offer[];
}

const dayMs = 86_400_000;
const historyDays = 730;
const longestOrder = 5;
const customersInMemory = 500;

const names = [
  "Adatum",
  "Alpine",
  "Contoso",
  "Fabrikam",
  "Graphic Design Institute",
  "Litware",
  "Lucerne",
  "Northwind",
  "Proseware",
  "Tailspin",
  "Trey Research",
  "VanArsdel",
  "Wide World",
  "Wingtip",
  "Woodgrove",
];
const trades = [
  "Clinics",
  "Energy",
  "Foods",
  "Insurance",
  "Logistics",
  "Media",
  "Schools",
  "Shipping",
  "Stores",
  "Textiles",
];

/**
 * Customers and purchases made from the seed alone: the same at every start, and held in memory only for the customers
 * somebody asked for last. About one purchase in fifty was cancelled a day later.
 */
export class GeneratedHistory {
  readonly customers: readonly SeedCustomer[];
  /** What happened later is not of this history. */
  readonly until: Date;
  readonly #seed: string;
  readonly #population: Population;
  readonly #positions: Map<string, number>;
  readonly #shelves = new Map<string, Shelf[]>();
  readonly #recent = new LRUCache<string, readonly Order[]>({ max: customersInMemory });

  constructor(input: { seed: string; until: Date; population: Population }) {
    this.#seed = input.seed;
    this.until = input.until;
    this.#population = input.population;
    this.customers = Array.from({ length: input.population.customers }, (_, position) =>
      this.#customer(position),
    );
    this.#positions = new Map(this.customers.map(({ id }, position) => [id, position]));
  }

  /** The generated orders of this customer as they were before anybody changed them. */
  ordersOf(customerId: string): readonly Order[] {
    const position = this.#positions.get(customerId);
    const customer = position === undefined ? undefined : this.customers[position];
    if (position === undefined || customer === undefined) return [];
    const known = this.#recent.get(customerId);
    if (known) return known;
    const orders = [...this.#ordersOf(customer, position)];
    this.#recent.set(customerId, orders);
    return orders;
  }

  /** All of them, a customer at a time, without keeping any. */
  *everyOrder(): Generator<Order> {
    for (const [position, customer] of this.customers.entries()) yield* this.#ordersOf(customer, position);
  }

  #customer(position: number): SeedCustomer {
    const countries = Object.keys(seedMarkets);
    const name = names[position % names.length] ?? "";
    const trade = trades[Math.floor(position / names.length) % trades.length] ?? "";
    const number = String(Math.floor(position / (names.length * trades.length)) + 1).padStart(4, "0");
    const key = `${name} ${trade} ${number}`.toLowerCase().replaceAll(" ", "-");
    return seedCustomer(`${this.#seed}:${key}`, {
      companyName: `${name} ${trade} ${number}`,
      domain: `${key}.onmicrosoft.com`,
      country: countries[position % countries.length] ?? "US",
    });
  }

  *#ordersOf(customer: SeedCustomer, position: number): Generator<Order> {
    const { customers, orderLines } = this.#population;
    let left = Math.floor(orderLines / customers) + (position < orderLines % customers ? 1 : 0);
    const market = marketOf(customer.country);
    const shelves = this.#shelvesOf(customer.country, market);
    for (let count = 0; left > 0; count += 1) {
      const dice = createHash("sha256").update(`${this.#seed}:history:${position}:${count}`).digest();
      const shelf = shelves[dice.readUInt8(0) % shelves.length];
      if (shelf === undefined) return;
      const size = Math.min(left, 1 + (dice.readUInt8(1) % longestOrder));
      left -= size;
      yield this.#order(customer, market, shelf, size, dice);
    }
  }

  #order(customer: SeedCustomer, market: SeedMarket, shelf: Shelf, size: number, dice: Buffer): Order {
    const ageMs = 2 * dayMs + (dice.readUInt32BE(2) / 2 ** 32) * historyDays * dayMs;
    const createdAt = new Date(this.until.getTime() - Math.floor(ageMs));
    const nextDay = new Date(createdAt.getTime() + dayMs);
    const cancellation = dice.readUInt8(6) < 5 ? { acceptedAt: nextDay, visibleAt: nextDay } : null;
    const lines: OrderLine[] = [];
    for (let number = 0; number < size; number += 1) {
      const offer = shelf.offers[(dice.readUInt8(8 + number) + number) % shelf.offers.length];
      if (offer === undefined) break;
      const digits = Buffer.from(dice);
      digits.writeUInt8(number, 0);
      lines.push({
        ...offer,
        number,
        quantity: 1 + (dice.readUInt8(16 + number) % 24),
        termDuration: shelf.term?.duration ?? null,
        friendlyName: null,
        provisioningContext: null,
        subscriptionId: offer.product.kind === "subscription" ? guidOf(digits) : null,
        autoRenew: offer.product.kind === "subscription",
        version: 1,
        cancellation: offer.product.notCancellable ? null : cancellation,
      });
    }
    return {
      id: dice.toString("base64url").slice(0, 33),
      alternateId: dice.toString("hex", 26, 32),
      customerId: customer.id,
      createdAt,
      billingCycle: shelf.term?.billingCycle ?? "one_time",
      market,
      lines,
      generated: true,
    };
  }

  #shelvesOf(country: string, market: SeedMarket): Shelf[] {
    const known = this.#shelves.get(country);
    if (known) return known;
    const sold = seedProducts.filter((product) => product.kind !== "reservation" && isSold(product, market));
    const entries = sold.flatMap((product) =>
      product.skus.flatMap((sku) =>
        (sku.terms.length === 0 ? [null] : sku.terms).map((term) => ({
          term,
          offer: {
            product,
            sku,
            catalogItemId: catalogItemIdOf(0, product, sku, country),
            unitPrice: unitPriceOf(sku.priceUsdCents, market, term),
          },
        })),
      ),
    );
    const byTerm = Map.groupBy(entries, ({ term }) => (term ? `${term.duration} ${term.billingCycle}` : ""));
    const shelves = [...byTerm.values()].map((members) => ({
      term: members[0]?.term ?? null,
      offers: members.map(({ offer }) => offer),
    }));
    this.#shelves.set(country, shelves);
    return shelves;
  }
}
