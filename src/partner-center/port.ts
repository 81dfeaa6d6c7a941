/**
 * Partner Center as the domain sees it. Words are Partner Center's own:
 *
 * - customer: a tenant that buys through the partner; its id is the tenant GUID
 * - product, SKU, availability: the catalogue's three levels; only an availability can be bought
 * - catalog item: `productId:skuId:availabilityId`
 * - cart, checkout, order, order line: how a purchase is made and what it becomes
 * - subscription: the living part of a term purchase; perpetual software has none
 *
 * Instants are ISO-8601 strings in UTC as received; money is a decimal string, never a float.
 */

/** One logical write. `requestId` is sent as MS-RequestId: the same value is the same act, however often sent. */
export interface WriteCall {
  requestId: string;
  correlationId: string;
  signal?: AbortSignal;
}

export interface ReadCall {
  signal?: AbortSignal;
}

export interface Customer {
  id: string;
  companyName: string;
  domain: string;
}

export interface BillingProfile {
  /** ISO 3166-1 alpha-2: the customer's market. */
  country: string;
  culture: string;
}

export type TargetView =
  | "Software"
  | "SoftwareSubscriptions"
  | "SoftwarePerpetual"
  | "SoftwareSUSELinux"
  | "AzureReservations";

export interface Product {
  id: string;
  title: string;
  description: string;
  productTypeId: string;
  publisherName: string;
}

export interface Sku {
  id: string;
  productId: string;
  title: string;
  description: string;
  minimumQuantity: number;
  maximumQuantity: number;
  supportedBillingCycles: string[];
  purchasePrerequisites: string[];
  /** What an inventory check must be told: CustomerId, AzureSubscriptionId, ArmRegionName. An open set. */
  inventoryVariables: string[];
  /** What a cart line's provisioning context must hold: Scope, SubscriptionId, Duration. Empty for software. */
  provisioningVariables: string[];
  dynamicAttributes: Record<string, unknown>;
}

export interface RefundOption {
  type: "Full" | "Partial";
  /** ISO-8601 duration from purchase, such as P7D. */
  expiresAfter: string;
}

export interface Term {
  id: string;
  /** ISO-8601 duration, such as P1Y. */
  duration: string;
  description: string;
  billingCycle: string;
  refundOptions: RefundOption[];
}

export interface Availability {
  id: string;
  catalogItemId: string;
  currencyCode: string;
  isPurchasable: boolean;
  /** Empty for perpetual software. */
  terms: Term[];
}

export interface CartLine {
  id: number;
  catalogItemId: string;
  quantity: number;
  /** Partner Center's BillingCycleType on the wire: one_time, monthly, annual, triennial … */
  billingCycle: string;
  termDuration?: string;
  /** Our reference: comes back on the order line, so an order can be traced to its purchase. */
  friendlyName?: string;
  /** Azure reservations: `scope` (shared, single) and `subscriptionId`, an Azure subscription of the customer. */
  provisioningContext?: Record<string, string>;
}

/** Whether a SKU can be bought now, here, with this subscription; `reasonCode` is an open set. */
export interface Inventory {
  isRestricted: boolean;
  restrictions: { reasonCode: string; description: string }[];
}

export interface CartLineResult extends CartLine {
  /** Lines of one group become one order; an order error names the group. Null where the cart does not say. */
  orderGroup: string | null;
  pricing: { unitPrice: string; extendedPrice: string } | null;
  currencyCode: string | null;
  error: {
    code: number;
    description: string;
    availableQuantity: number | null;
    /** What the customer has of it already, where that counts against what it may have. */
    purchasedQuantity?: number;
  } | null;
}

export interface Cart {
  id: string;
  status: string;
  expiresAt: string;
  lines: CartLineResult[];
}

export interface OrderLine {
  lineItemNumber: number;
  /** The catalog item id. */
  offerId: string;
  friendlyName: string | null;
  quantity: number;
  subscriptionId: string | null;
  termDuration: string | null;
  unitPrice: string | null;
  extendedPrice: string | null;
}

export interface Order {
  id: string;
  alternateId: string | null;
  customerId: string;
  /** Wire value: completed, pending, cancelled, … An open set. */
  status: string;
  billingCycle: string;
  currencyCode: string | null;
  createdAt: string;
  lines: OrderLine[];
}

export interface OrderError {
  orderGroupId: string;
  code: number;
  description: string;
}

export interface CheckoutResult {
  orders: Order[];
  orderErrors: OrderError[];
}

export interface Subscription {
  id: string;
  orderId: string | null;
  offerId: string;
  friendlyName: string;
  /** `usage`: an Azure subscription, the only kind that an Azure reservation is bound to; `license` … An open set. */
  billingType: string;
  status: string;
  quantity: number;
  createdAt: string;
  cancellationAllowedUntil: string | null;
  refundOptions: { type: "Full" | "Partial"; expiresAt: string }[];
  /** Until when some of its quantity may be given back; null where nothing is said. */
  refundableUntil: string | null;
  etag: string | null;
  /** The resource as read: a cancellation sends it back whole, with another status. */
  raw: Record<string, unknown>;
}

export interface PartnerRole {
  id: string;
  name: string;
  category: string;
}

export interface RoleMember {
  id: string;
  displayName: string;
  userPrincipalName: string;
}

export interface ServiceRequestDraft {
  title: string;
  description: string;
  severity: "critical" | "moderate" | "minimal";
  supportTopicId: string;
  locale: string;
}

export interface ServiceRequest {
  id: string;
  title: string;
  description: string;
  status: string;
  severity: string;
  createdAt: string | null;
  lastModifiedAt: string | null;
  /** What was said so far, oldest first. */
  notes: { text: string; createdBy: string; createdAt: string | null }[];
}

/** A bill of one month in one currency; `documentType`: invoice, credit_note, void_note … An open set. */
export interface Invoice {
  id: string;
  invoiceDate: string;
  documentType: string;
  currencyCode: string;
  billingPeriodStart: string | null;
  billingPeriodEnd: string | null;
}

/** One charge or, with negative amounts, one credit (C12). */
export interface InvoiceLine {
  /** Null: not on an invoice yet. */
  invoiceId: string | null;
  customerId: string;
  /** The order's id or its alternate id: compare with both. */
  orderId: string;
  alternateId: string | null;
  productId: string;
  skuId: string;
  /** As Partner Center prints it: new, cycleCharge, cancelImmediate … An open set. */
  chargeType: string;
  quantity: number;
  /** Without tax. */
  subtotal: string;
  /** With tax. */
  total: string;
  currencyCode: string;
}

/** Who did what in Partner Center, by its own log (page auditing-resources). Operations and resources are open sets. */
export interface AuditRecord {
  id: string;
  at: string;
  /** As `get_software_key`. */
  operationType: string;
  resourceType: string;
  status: string;
  /** In lower case; null where an application acted on its own. */
  userPrincipalName: string | null;
  /** An application's id or its name. */
  applicationId: string | null;
  customerId: string | null;
  customerName: string | null;
  orderId: string | null;
  /** `productId:skuId`, or the product's id alone. */
  productId: string | null;
  correlationId: string | null;
}

/**
 * The partner tenant behind HTTP. Every method throws `PartnerCenterFailure` and nothing else; reads may be
 * repeated freely, writes are repeated only with the same `requestId`.
 */
export interface PartnerCenter {
  /** Prefix search (Microsoft, "Get a list of customers filtered by a search field"). At most `size` rows. */
  searchCustomers(
    input: { field: "CompanyName" | "Domain"; startsWith: string; size: number },
    call?: ReadCall,
  ): Promise<Customer[]>;
  getCustomer(input: { customerId: string }, call?: ReadCall): Promise<Customer>;
  getBillingProfile(input: { customerId: string }, call?: ReadCall): Promise<BillingProfile>;
  /** Whether the customer has accepted the Microsoft Customer Agreement; without it checkout is refused (403:13605). */
  hasCustomerAgreement(input: { customerId: string }, call?: ReadCall): Promise<boolean>;
  /** Customer-scoped catalogue: only what this customer can buy. */
  listProducts(input: { customerId: string; targetView: TargetView }, call?: ReadCall): Promise<Product[]>;
  getProduct(input: { customerId: string; productId: string }, call?: ReadCall): Promise<Product>;
  listSkus(input: { customerId: string; productId: string }, call?: ReadCall): Promise<Sku[]>;
  getSku(input: { customerId: string; productId: string; skuId: string }, call?: ReadCall): Promise<Sku>;
  listAvailabilities(
    input: { customerId: string; productId: string; skuId: string },
    call?: ReadCall,
  ): Promise<Availability[]>;
  /**
   * For SKUs whose purchase prerequisites name InventoryCheck (page check-inventory), in the customer's market. Null:
   * Partner Center does not know the item there.
   */
  checkInventory(
    input: {
      customerId: string;
      productId: string;
      skuId: string;
      armRegionName?: string;
      azureSubscriptionId?: string;
    },
    call?: ReadCall,
  ): Promise<Inventory | null>;
  createCart(input: { customerId: string; lines: CartLine[] }, call: WriteCall): Promise<Cart>;
  getCart(input: { customerId: string; cartId: string }, call?: ReadCall): Promise<Cart>;
  checkoutCart(input: { customerId: string; cartId: string }, call: WriteCall): Promise<CheckoutResult>;
  /** A new order may take up to 15 minutes to appear here; `getOrder` has no such lag. */
  listOrders(input: { customerId: string }, call?: ReadCall): Promise<Order[]>;
  getOrder(input: { customerId: string; orderId: string }, call?: ReadCall): Promise<Order>;
  /** Order PATCH: the named lines only. The answer may look final while reads still show the old state. */
  cancelOrderLines(
    input: { customerId: string; orderId: string; lines: { lineItemNumber: number; offerId: string }[] },
    call: WriteCall,
  ): Promise<Order>;
  /** All of the customer's, Azure subscriptions as well as software. */
  listSubscriptions(input: { customerId: string }, call?: ReadCall): Promise<Subscription[]>;
  getSubscription(
    input: { customerId: string; subscriptionId: string },
    call?: ReadCall,
  ): Promise<Subscription>;
  /** Subscription PATCH with status `deleted`. */
  cancelSubscription(
    input: { customerId: string; subscription: Subscription },
    call: WriteCall,
  ): Promise<void>;
  listRoles(call?: ReadCall): Promise<PartnerRole[]>;
  /** All members, every page. */
  listRoleMembers(input: { roleId: string }, call?: ReadCall): Promise<RoleMember[]>;
  createServiceRequest(input: ServiceRequestDraft, call: WriteCall): Promise<ServiceRequest>;
  listServiceRequests(input: { customerId?: string }, call?: ReadCall): Promise<ServiceRequest[]>;
  getServiceRequest(input: { id: string }, call?: ReadCall): Promise<ServiceRequest>;
  /** Adds a note, closes, or both; still served where creating was withdrawn (page update-a-service-request). */
  updateServiceRequest(input: { id: string; note?: string; close?: true }, call: WriteCall): Promise<void>;
  /** All, newest first. */
  listInvoices(call?: ReadCall): Promise<Invoice[]>;
  /** All one-time lines (software and reservations) of an invoice. */
  listInvoiceLines(input: { invoiceId: string }, call?: ReadCall): Promise<InvoiceLine[]>;
  /** One-time lines that are on no invoice yet, of this calendar month or of the one before it. */
  listUnbilledLines(
    input: { currencyCode: string; period: "current" | "previous" },
    call?: ReadCall,
  ): Promise<InvoiceLine[]>;
  /**
   * One page of the audit records of these UTC days (YYYY-MM-DD, both included, at most 30 days, none older than 90).
   * `continuation` is that of the page before; null is given after the last page. It ends at some time, as 400.
   */
  listAuditRecords(
    input: { from: string; to: string; continuation: string | null },
    call?: ReadCall,
  ): Promise<{ records: AuditRecord[]; continuation: string | null }>;
}

/**
 * What a failure means for whoever called:
 *
 * - `refused`: an answer that says no; tell the person, stop
 * - `retry_same_id`: no answer, or one that proves nothing (time-out, reset, 5xx); for a write the effect is unknown
 * - `wait`: not now (429, busy, pending); try again after `retryAfterMs`
 * - `reauthorise`: our token was not accepted; nothing happened
 * - `unreadable`: an answer arrived that we cannot read; for a write the effect is unknown
 */
export type FailureKind = "refused" | "retry_same_id" | "wait" | "reauthorise" | "unreadable";

/** The one error of the client. `code` is Partner Center's own (0 where there is none); never carries a body or a header. */
export class PartnerCenterFailure extends Error {
  override readonly name = "PartnerCenterFailure";
  readonly kind: FailureKind;
  readonly status: number;
  readonly code: number;
  readonly description: string;
  readonly operation: string;
  readonly requestId: string;
  readonly correlationId: string;
  readonly retryAfterMs: number | null;

  constructor(input: {
    kind: FailureKind;
    status: number;
    code: number;
    description: string;
    operation: string;
    requestId: string;
    correlationId: string;
    retryAfterMs?: number | null;
    cause?: unknown;
  }) {
    super(
      `${input.operation}: ${input.kind} (HTTP ${input.status}, code ${input.code}): ${input.description}`,
      {
        cause: input.cause,
      },
    );
    this.kind = input.kind;
    this.status = input.status;
    this.code = input.code;
    this.description = input.description;
    this.operation = input.operation;
    this.requestId = input.requestId;
    this.correlationId = input.correlationId;
    this.retryAfterMs = input.retryAfterMs ?? null;
  }
}
