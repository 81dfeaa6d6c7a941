import { createHash } from "node:crypto";
import type { Clock } from "#src/desk/clock.ts";
import { type Window, windowFor } from "./editions.ts";
import { FaultPlan } from "./faults.ts";
import { GeneratedHistory, type Population } from "./generated-history.ts";
import { guidOf } from "./guid.ts";
import { OrderBook } from "./order-book.ts";
import { RateLimit } from "./rate-limit.ts";
import { Replays } from "./replays.ts";
import {
  type ProductKind,
  type SeedCustomer,
  type SeedMarket,
  type SeedProduct,
  type SeedSku,
  seedCustomers,
  seedPartnerUsers,
  seedProducts,
} from "./seed.ts";
import type { Settings } from "./settings.ts";

export interface CartLine {
  id: number;
  catalogItemId: string;
  quantity: number;
  billingCycle: string;
  termDuration: string | null;
  friendlyName: string | null;
  currencyCode: string;
  provisioningContext: Record<string, string> | null;
}

export interface Cart {
  id: string;
  customerId: string;
  createdAt: Date;
  modifiedAt: Date;
  modifiedBy: string;
  lines: CartLine[];
  partnerAttested: boolean;
  /** The answer of the checkout that ordered it. */
  result: { orderIds: string[]; errors: OrderError[] } | null;
  /** While a checkout of it runs. */
  busy: boolean;
}

export interface OrderError {
  orderGroupId: string;
  code: number;
  description: string;
}

export interface Restriction {
  reasonCode: string;
  description: string;
}

/** The name of a SKU among those of all products. */
export const skuKey = (product: { id: string }, sku: { id: string }): string => `${product.id}:${sku.id}`;

interface Cancellation {
  acceptedAt: Date;
  visibleAt: Date;
}

export interface OrderLine {
  number: number;
  catalogItemId: string;
  product: SeedProduct;
  sku: SeedSku;
  quantity: number;
  termDuration: string | null;
  friendlyName: string | null;
  /** In the currency's smallest unit. */
  unitPrice: number;
  provisioningContext: Record<string, string> | null;
  subscriptionId: string | null;
  autoRenew: boolean;
  version: number;
  cancellation: Cancellation | null;
}

export interface Order {
  id: string;
  alternateId: string;
  customerId: string;
  createdAt: Date;
  billingCycle: string;
  market: SeedMarket;
  lines: OrderLine[];
  /** Whether it is of the generated history. */
  generated: boolean;
}

export interface ServiceRequest {
  id: string;
  title: string;
  description: string;
  severity: string;
  status: "open" | "closed" | "attention_needed";
  supportTopicId: string;
  createdAt: Date;
  modifiedAt: Date;
  closedAt: Date | null;
  createdBy: string;
  notes: { text: string; createdByName: string; createdAt: Date }[];
  files: { id: string; name: string; size: number }[];
}

export interface AuditRecord {
  id: string;
  customerId: string;
  customerName: string;
  userPrincipalName: string;
  applicationId: string;
  resourceType: string;
  resourceOldValue: Record<string, unknown> | null;
  resourceNewValue: Record<string, unknown>;
  operationType: string;
  operationDate: Date;
  correlationId: string;
  customizedData: { key: string; value: string }[];
}

export interface DownloadLink {
  token: string;
  customerId: string;
  orderId: string;
  lineItemNumber: number;
  package: { version: string; language: string; fileType: string };
  /** Null until the first download where the rule counts from it. */
  expiresAt: Date | null;
  daysAfterFirstDownload: number | null;
  downloadsAllowed: number | null;
  downloads: number;
  firstDownloadAt: Date | null;
}

export interface LoggedRequest {
  at: string;
  method: string;
  /** With its query. */
  path: string;
  requestId: string;
  correlationId: string;
  /** 0 when no answer was sent. */
  status: number;
  /** The fault that was injected into it, if any. */
  fault: string | null;
  /** The partner user who called, and whether the token had the MFA claim; null for everybody else. */
  user: { id: string; userPrincipalName: string; mfaCompliant: boolean } | null;
}

const requestLogLength = 10_000;
const mostIssuedTokens = 1_000;
const auditDays = 90;
const cartDays = 7;
const dayMs = 86_400_000;

/** What a snapshot must know besides the collections, to go on as if nothing had happened. */
export interface Position {
  startedAt: Date;
  offsetMs: number;
  counters: Map<string, number>;
}

/** Everything one simulator knows. Nothing is shared between two of them. */
export class State {
  readonly settings: Settings;
  readonly faults: FaultPlan;
  readonly rateLimit = new RateLimit();
  readonly replays = new Replays();
  readonly history: GeneratedHistory | null;
  readonly population: Population | null;
  readonly customers: Map<string, SeedCustomer>;
  readonly carts = new Map<string, Cart>();
  readonly orders: OrderBook;
  readonly serviceRequests = new Map<string, ServiceRequest>();
  readonly auditRecords: AuditRecord[] = [];
  readonly downloads = new Map<string, DownloadLink>();
  /** Keys handed out, by order line. */
  readonly issuedKeys = new Map<string, string>();
  /** Refresh tokens and the user and instant they were last used. */
  readonly refreshTokens = new Map<
    string,
    { userId: string; usedAt: Date; revoked: boolean; mfa: boolean }
  >();
  /** The newest of all tokens that were given out. */
  readonly issuedTokens: string[] = [];
  /** By SKU, as are the next two: units left in all markets together. */
  readonly inventory = new Map<string, number>();
  /** Why nobody can buy it now. */
  readonly restrictions = new Map<string, Restriction>();
  /** US cents without tax, where they are no longer the seeded ones. */
  readonly prices = new Map<string, number>();
  /** By `orderId:line`: how much of its usual credit a cancellation gives, in percent; null: none comes at all. */
  readonly credits = new Map<string, number | null>();
  readonly requests: LoggedRequest[] = [];
  readonly seed: string;
  /** Fires when the simulator closes: whatever still waits gives up. */
  readonly closing = new AbortController();
  readonly #clock: Clock;
  readonly #startedAt: Date;
  readonly #counters: Map<string, number>;
  #offsetMs: number;

  constructor(input: {
    seed: string;
    clock: Clock;
    settings: Settings;
    population: Population | null;
    position?: Position;
  }) {
    const { seed, population, position } = input;
    this.seed = seed;
    this.settings = input.settings;
    this.population = population;
    this.#clock = input.clock;
    this.#startedAt = position?.startedAt ?? input.clock.now();
    this.#offsetMs = position?.offsetMs ?? 0;
    this.#counters = position?.counters ?? new Map();
    this.faults = new FaultPlan(seed);
    this.history = population && new GeneratedHistory({ seed, until: this.#startedAt, population });
    this.orders = new OrderBook(this.history);
    const customers = [...seedCustomers, ...(this.history?.customers ?? [])];
    this.customers = new Map(customers.map((customer) => [customer.id, customer]));
    for (const product of seedProducts) {
      for (const sku of product.skus) {
        if (sku.inventory !== undefined) this.inventory.set(skuKey(product, sku), sku.inventory);
      }
    }
    for (const user of seedPartnerUsers) {
      this.refreshTokens.set(user.refreshToken, {
        userId: user.id,
        usedAt: this.now(),
        revoked: false,
        mfa: true,
      });
    }
  }

  now(): Date {
    return new Date(this.#clock.now().getTime() + this.#offsetMs);
  }

  advance(ms: number): void {
    this.#offsetMs += ms;
  }

  setNow(instant: Date): void {
    this.#offsetMs = instant.getTime() - this.#clock.now().getTime();
  }

  position(): Position {
    return { startedAt: this.#startedAt, offsetMs: this.#offsetMs, counters: this.#counters };
  }

  /** The next 32 bytes of this kind: the same sequence for the same seed. */
  bytes(kind: string): Buffer {
    const count = (this.#counters.get(kind) ?? 0) + 1;
    this.#counters.set(kind, count);
    return createHash("sha256").update(`${this.seed}:${kind}:${count}`).digest();
  }

  guid(kind: string): string {
    return guidOf(this.bytes(kind));
  }

  /** As a password change does, of one user or of all: the next refresh is refused with AADSTS50173. */
  revokeRefreshTokens(userPrincipalName?: string): void {
    const only = seedPartnerUsers.find((user) => user.userPrincipalName === userPrincipalName)?.id;
    for (const token of this.refreshTokens.values())
      if (userPrincipalName === undefined || token.userId === only) token.revoked = true;
  }

  /** Remembers the tokens in an answer of the token endpoint. */
  issued(answer: { access_token?: unknown; refresh_token?: unknown; id_token?: unknown }): void {
    for (const token of [answer.access_token, answer.refresh_token, answer.id_token])
      if (typeof token === "string") this.issuedTokens.push(token);
    this.issuedTokens.splice(0, this.issuedTokens.length - mostIssuedTokens);
  }

  log(request: LoggedRequest): void {
    this.requests.push(request);
    if (this.requests.length > requestLogLength) this.requests.shift();
  }

  addCart(cart: Cart): void {
    for (const { id, createdAt } of this.carts.values()) {
      if (createdAt.getTime() + cartDays * dayMs > this.now().getTime()) break;
      this.carts.delete(id);
    }
    this.carts.set(cart.id, cart);
  }

  /** Records are kept as long as anybody may ask for them. */
  addAuditRecord(record: AuditRecord): void {
    const oldest = record.operationDate.getTime() - (auditDays + 1) * dayMs;
    while ((this.auditRecords[0]?.operationDate.getTime() ?? oldest) < oldest) this.auditRecords.shift();
    this.auditRecords.push(record);
  }

  /** Whether the cancellation of this line is visible now; until then reads show the line as it was. */
  isCancelled(line: OrderLine): boolean {
    return line.cancellation !== null && this.now() >= line.cancellation.visibleAt;
  }

  /** Whether the cancellation of this line was accepted and does not show yet. */
  isPending(line: OrderLine): boolean {
    return line.cancellation !== null && this.now() < line.cancellation.visibleAt;
  }

  /** Whether what was bought has been provisioned by now. */
  isProvisioned(order: Order): boolean {
    return this.now().getTime() >= order.createdAt.getTime() + this.settings.provisioningLagMs;
  }

  /** The time in which a line of this order may be cancelled. */
  window(order: Order, line: OrderLine): Window {
    const country = this.customers.get(order.customerId)?.country ?? "";
    return windowFor(this.#windowRule(country), line.product.kind, order.createdAt);
  }

  /** The length of the window of something bought there now. */
  windowDays(country: string, kind: ProductKind): number {
    return windowFor(this.#windowRule(country), kind, this.now()).days;
  }

  #windowRule(country: string) {
    const { edition, marketWindowDays } = this.settings;
    return { edition, days: marketWindowDays[country] ?? null };
  }

  /** Of the whole term or of the licence, in US cents without tax. */
  priceUsdCents(product: SeedProduct, sku: SeedSku): number {
    return this.prices.get(skuKey(product, sku)) ?? sku.priceUsdCents;
  }
}
