import { z } from "zod";
import type { Operation } from "#src/partner-center/modes.ts";

/** What each operation of the port promises, strictly: any value that it returns is one of these. */

const text = z.string();
const nullableText = text.nullable();
const whole = z.int().nonnegative();
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)) && /z$/i.test(value));
const refund = z.enum(["Full", "Partial"]);

const customer = z.strictObject({ id: text.min(1), companyName: text, domain: text });
const product = z.strictObject({
  id: text,
  title: text,
  description: text,
  productTypeId: text,
  publisherName: text,
});
const sku = z.strictObject({
  id: text,
  productId: text,
  title: text,
  description: text,
  minimumQuantity: z.number(),
  maximumQuantity: z.number(),
  supportedBillingCycles: z.array(text),
  purchasePrerequisites: z.array(text),
  inventoryVariables: z.array(text),
  provisioningVariables: z.array(text),
  dynamicAttributes: z.record(text, z.unknown()),
});
const term = z.strictObject({
  id: text,
  duration: text,
  description: text,
  billingCycle: text,
  refundOptions: z.array(z.strictObject({ type: refund, expiresAfter: text })),
});
const availability = z.strictObject({
  id: text,
  catalogItemId: text,
  currencyCode: text,
  isPurchasable: z.boolean(),
  terms: z.array(term),
});
const inventory = z.strictObject({
  isRestricted: z.boolean(),
  restrictions: z.array(z.strictObject({ reasonCode: text, description: text })),
});
const cart = z.strictObject({
  id: text,
  status: text,
  expiresAt: instant,
  lines: z.array(
    z.strictObject({
      id: whole,
      catalogItemId: text,
      quantity: whole,
      billingCycle: text,
      termDuration: text.optional(),
      friendlyName: text.optional(),
      provisioningContext: z.record(text, text).optional(),
      orderGroup: nullableText,
      pricing: z.strictObject({ unitPrice: decimal, extendedPrice: decimal }).nullable(),
      currencyCode: nullableText,
      error: z
        .strictObject({
          code: z.number(),
          description: text,
          availableQuantity: z.number().nullable(),
          purchasedQuantity: z.number().optional(),
        })
        .nullable(),
    }),
  ),
});
const order = z.strictObject({
  id: text.min(1),
  alternateId: nullableText,
  customerId: text,
  status: text,
  billingCycle: text,
  currencyCode: nullableText,
  createdAt: instant,
  lines: z.array(
    z.strictObject({
      lineItemNumber: whole,
      offerId: text.min(1),
      friendlyName: nullableText,
      quantity: whole,
      subscriptionId: nullableText,
      termDuration: nullableText,
      unitPrice: decimal.nullable(),
      extendedPrice: decimal.nullable(),
    }),
  ),
});
const checkout = z.strictObject({
  orders: z.array(order),
  orderErrors: z.array(z.strictObject({ orderGroupId: text, code: z.number(), description: text })),
});
const subscription = z.strictObject({
  id: text.min(1),
  orderId: nullableText,
  offerId: text,
  friendlyName: text,
  billingType: text,
  status: text,
  quantity: whole,
  createdAt: instant,
  cancellationAllowedUntil: instant.nullable(),
  refundOptions: z.array(z.strictObject({ type: refund, expiresAt: instant })),
  refundableUntil: instant.nullable(),
  etag: nullableText,
  raw: z.record(text, z.unknown()),
});
const serviceRequest = z.strictObject({
  id: text.min(1),
  title: text,
  description: text,
  status: text,
  severity: text,
  createdAt: instant.nullable(),
  lastModifiedAt: instant.nullable(),
  notes: z.array(z.strictObject({ text, createdBy: text, createdAt: instant.nullable() })),
});
const invoice = z.strictObject({
  id: text,
  invoiceDate: instant,
  documentType: text,
  currencyCode: text,
  billingPeriodStart: instant.nullable(),
  billingPeriodEnd: instant.nullable(),
});
const invoiceLine = z.strictObject({
  invoiceId: nullableText,
  customerId: text,
  orderId: text,
  alternateId: nullableText,
  productId: text,
  skuId: text,
  chargeType: text,
  quantity: z.number(),
  subtotal: decimal,
  total: decimal,
  currencyCode: text,
});
const auditRecord = z.strictObject({
  id: text.min(1),
  at: instant,
  operationType: text,
  resourceType: text,
  status: text,
  userPrincipalName: nullableText,
  applicationId: nullableText,
  customerId: nullableText,
  customerName: nullableText,
  orderId: nullableText,
  productId: nullableText,
  correlationId: nullableText,
});

export const shapes: Record<Operation, z.ZodType> = {
  searchCustomers: z.array(customer).max(10),
  getCustomer: customer,
  getBillingProfile: z.strictObject({ country: z.string().regex(/^[A-Z]{2}$/), culture: text }),
  hasCustomerAgreement: z.boolean(),
  listProducts: z.array(product),
  getProduct: product,
  listSkus: z.array(sku),
  getSku: sku,
  listAvailabilities: z.array(availability),
  checkInventory: inventory.nullable(),
  createCart: cart,
  getCart: cart,
  checkoutCart: checkout.refine(({ orders, orderErrors }) => orders.length + orderErrors.length > 0),
  listOrders: z.array(order),
  getOrder: order,
  cancelOrderLines: order,
  listSubscriptions: z.array(subscription),
  getSubscription: subscription,
  cancelSubscription: z.undefined(),
  listRoles: z.array(z.strictObject({ id: text, name: text, category: text })),
  listRoleMembers: z.array(z.strictObject({ id: text, displayName: text, userPrincipalName: text })),
  createServiceRequest: serviceRequest,
  listServiceRequests: z.array(serviceRequest),
  getServiceRequest: serviceRequest,
  updateServiceRequest: z.undefined(),
  listInvoices: z.array(invoice),
  listInvoiceLines: z.array(invoiceLine),
  listUnbilledLines: z.array(invoiceLine),
  listAuditRecords: z.strictObject({ records: z.array(auditRecord), continuation: nullableText }),
};
