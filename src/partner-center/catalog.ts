import { z } from "zod";
import { readBillingProfile } from "./customers.ts";
import type { Availability, Inventory, PartnerCenter, Product, Sku, Term } from "./port.ts";
import type { Transport } from "./transport.ts";
import { id, list, number, or, orNull, refundType, word } from "./wire.ts";

const product = z
  .object({
    id,
    title: z.string(),
    description: or(z.string(), ""),
    productType: z.object({ id: z.string() }),
    publisherName: or(z.string(), ""),
  })
  .transform(({ productType, ...rest }): Product => ({ ...rest, productTypeId: productType.id }));

const sku: z.ZodType<Sku> = z.object({
  id,
  productId: id,
  title: z.string(),
  description: or(z.string(), ""),
  minimumQuantity: or(number, 1),
  maximumQuantity: or(number, 999_999_999),
  supportedBillingCycles: list(word),
  purchasePrerequisites: list(z.string()),
  inventoryVariables: list(z.string()),
  provisioningVariables: list(z.string()),
  dynamicAttributes: or(z.record(z.string(), z.unknown()), {}),
});

const refundOption = z.object({ type: refundType, expiresAfter: z.string() });

const term = z
  .object({
    id: or(id, ""),
    duration: z.string(),
    description: or(z.string(), ""),
    billingCycle: word,
    cancellationPolicies: list(z.object({ refundOptions: list(refundOption) })),
  })
  .transform(({ cancellationPolicies, ...rest }): Term => {
    const options = cancellationPolicies.flatMap((policy) => policy.refundOptions);
    return {
      ...rest,
      refundOptions: options.flatMap(({ type, expiresAfter }) => (type ? [{ type, expiresAfter }] : [])),
    };
  });

const availability = z
  .object({
    id,
    catalogItemId: z.string().min(1),
    defaultCurrency: z.object({ code: z.string() }),
    isPurchasable: or(z.boolean(), true),
    terms: list(term),
  })
  .transform(
    ({ defaultCurrency, ...rest }): Availability => ({ ...rest, currencyCode: defaultCurrency.code }),
  );

const inventory = z
  .object({
    productId: z.string(),
    skuId: orNull(id),
    isRestricted: or(z.boolean(), false),
    restrictions: list(z.object({ reasonCode: or(z.string(), ""), description: or(z.string(), "") })),
  })
  .transform(({ productId, skuId, ...found }) => ({ productId, skuId, found: found satisfies Inventory }));

type CatalogCalls = Pick<
  PartnerCenter,
  "listProducts" | "getProduct" | "listSkus" | "getSku" | "listAvailabilities" | "checkInventory"
>;

/**
 * The catalogue of one customer: products, their SKUs, and what of them can be bought (pages get-a-list-of-…-by-customer,
 * check-inventory).
 */
export function catalogCalls(transport: Transport): CatalogCalls {
  const products = (customerId: string, ...below: string[]) => [
    "customers",
    customerId,
    "products",
    ...below,
  ];
  return {
    listProducts: ({ customerId, targetView }, call) =>
      transport.readAll(
        { operation: "listProducts", path: products(customerId), query: { targetView }, schema: product },
        call,
      ),

    getProduct: ({ customerId, productId }, call) =>
      transport.read(
        { operation: "getProduct", path: products(customerId, productId), schema: product },
        call,
      ),

    listSkus: ({ customerId, productId }, call) =>
      transport.readAll(
        { operation: "listSkus", path: products(customerId, productId, "skus"), schema: sku },
        call,
      ),

    getSku: ({ customerId, productId, skuId }, call) =>
      transport.read(
        { operation: "getSku", path: products(customerId, productId, "skus", skuId), schema: sku },
        call,
      ),

    listAvailabilities: ({ customerId, productId, skuId }, call) =>
      transport.readAll(
        {
          operation: "listAvailabilities",
          path: products(customerId, productId, "skus", skuId, "availabilities"),
          schema: availability,
        },
        call,
      ),

    async checkInventory({ customerId, productId, skuId, armRegionName, azureSubscriptionId }, call) {
      const { country } = await readBillingProfile(transport, customerId, call);
      const items = await transport.read(
        {
          operation: "checkInventory",
          path: ["extensions", "product", "checkInventory"],
          query: { country },
          body: {
            targetItems: [{ productId, skuId }],
            inventoryContext: { customerId, armRegionName, azureSubscriptionId },
          },
          schema: z.array(inventory),
        },
        call,
      );
      return items.find((item) => item.productId === productId && item.skuId === skuId)?.found ?? null;
    },
  };
}
