import { createHash } from "node:crypto";
import type { Clock } from "#src/desk/clock.ts";
import { type EditionSetting, type Window, windowFor } from "./editions.ts";
import { FaultPlan } from "./faults.ts";
import {
  type SeedCustomer,
  type SeedMarket,
  type SeedProduct,
  type SeedSku,
  seedCustomers,
  seedPartnerUsers,
  seedProducts,
} from "./seed.ts";
import type { Answer } from "./service.ts";

export interface Settings {
  /** Which dated rules apply to windows and links; `by-date`: those in force on the purchase date. */
  edition: EditionSetting;
  /** How long a cancellation stays invisible to reads, in milliseconds. */
  cancellationLagMs: number;
  /** How long a new order stays out of the order list, in milliseconds. */
  orderListLagMs: number;
  /** `cart`: a repeated checkout returns the first result; `request-id-only`: it orders again. */
  checkoutIdempotency: "cart" | "request-id-only";
  /** `archived`: service requests can be created as before 31 August 2020; `withdrawn`: 404. */
  serviceRequests: "archived" | "withdrawn";
  mfa: {
    /** What an App+User token without the MFA claim meets: nothing, the old empty 401, or 401:900421. */
    enforcement: "off" | "until-2026" | "since-2026";
    /** Whether the tokens issued from now on carry the claim. */
    claim: boolean;
  };
  /** The largest page of a seek-paged collection. */
  largestPage: number;
  /** Another value gives every availability another id, as happens in the real catalogue. */
  catalogueEpoch: number;
}

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
  /** The answer of the checkout that ordered it. */
  result: { orderIds: string[]; errors: OrderError[] } | null;
}

export interface OrderError {
  orderGroupId: string;
  code: number;
  description: string;
}

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
}

export interface AuditRecord {
  id: string;
  customer: SeedCustomer;
  userPrincipalName: string;
  applicationId: string;
  resourceType: string;
  resourceNewValue: Record<string, unknown>;
  operationType: string;
  operationDate: Date;
  correlationId: string;
  customizedData: { key: string; value: string }[];
}

export interface DownloadLink {
  token: string;
  order: Order;
  line: OrderLine;
  package: { version: string; language: string; fileType: string };
  /** Null until the first download where the rule counts from it. */
  expiresAt: Date | null;
  daysAfterFirstDownload: number | null;
  downloadsAllowed: number | null;
  downloads: number;
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
}

const requestLogLength = 5_000;

/** Everything one simulator knows. Nothing is shared between two of them. */
export class State {
  readonly settings: Settings;
  readonly faults: FaultPlan;
  readonly customers = new Map(seedCustomers.map((customer) => [customer.id, customer]));
  readonly carts = new Map<string, Cart>();
  readonly orders = new Map<string, Order>();
  readonly serviceRequests = new Map<string, ServiceRequest>();
  readonly auditRecords: AuditRecord[] = [];
  readonly downloads = new Map<string, DownloadLink>();
  /** Keys handed out, by order line. */
  readonly issuedKeys = new Map<string, string>();
  /** Refresh tokens and the user and instant they were last used. */
  readonly refreshTokens = new Map<string, { userId: string; usedAt: Date; revoked: boolean }>();
  readonly inventory = new Map<string, number>();
  /** First answers by method, path and MS-RequestId. */
  readonly replays = new Map<string, { body: string; answer: Promise<Answer> }>();
  readonly requests: LoggedRequest[] = [];
  readonly seed: string;
  /** Fires when the simulator closes: whatever still waits gives up. */
  readonly closing = new AbortController();
  readonly #clock: Clock;
  #offsetMs = 0;
  #counters = new Map<string, number>();

  constructor(input: { seed: string; clock: Clock; settings: Settings }) {
    this.seed = input.seed;
    this.settings = input.settings;
    this.#clock = input.clock;
    this.faults = new FaultPlan(input.seed);
    this.#plant();
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

  /** The next 32 bytes of this kind: the same sequence for the same seed. */
  bytes(kind: string): Buffer {
    const count = (this.#counters.get(kind) ?? 0) + 1;
    this.#counters.set(kind, count);
    return createHash("sha256").update(`${this.seed}:${kind}:${count}`).digest();
  }

  guid(kind: string): string {
    const bytes = this.bytes(kind);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /** As a password change does: the next refresh is refused with AADSTS50173. */
  revokeRefreshTokens(): void {
    for (const token of this.refreshTokens.values()) token.revoked = true;
  }

  log(request: LoggedRequest): void {
    this.requests.push(request);
    if (this.requests.length > requestLogLength) this.requests.shift();
  }

  /** Whether the cancellation of this line is visible now; until then reads show the line as it was. */
  isCancelled(line: OrderLine): boolean {
    return line.cancellation !== null && this.now() >= line.cancellation.visibleAt;
  }

  /** Whether the cancellation of this line was accepted and does not show yet. */
  isPending(line: OrderLine): boolean {
    return line.cancellation !== null && this.now() < line.cancellation.visibleAt;
  }

  /** The time in which a line of this order may be cancelled. */
  window(order: Order, line: OrderLine): Window {
    return windowFor(this.settings.edition, line.product.kind, order.createdAt);
  }

  #plant(): void {
    for (const user of seedPartnerUsers) {
      this.refreshTokens.set(user.refreshToken, { userId: user.id, usedAt: this.now(), revoked: false });
    }
    for (const product of seedProducts) {
      for (const sku of product.skus) {
        if (sku.inventory !== undefined) this.inventory.set(`${product.id}:${sku.id}`, sku.inventory);
      }
    }
  }
}
