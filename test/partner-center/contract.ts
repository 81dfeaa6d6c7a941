import { expect } from "vitest";
import { newGuid } from "#src/partner-center/guid.ts";
import type {
  CartLine,
  Customer,
  Order,
  PartnerCenter,
  Product,
  WriteCall,
} from "#src/partner-center/port.ts";

/** A Partner Center to hold the client against. */
export interface Target {
  /** With a partner user's consent; the user is an Admin agent. */
  partnerCenter: PartnerCenter;
  /** The same application without a user. */
  appOnly: PartnerCenter;
  /** A customer of the partner who may be sold to. */
  customerId: string;
  /** Resolves once `ready` says so; throws when it does not within the 20 minutes that propagation may take. */
  settle(ready: () => Promise<boolean>): Promise<void>;
}

export interface Scenario {
  title: string;
  /** Whether it orders something: in a real tenant it then costs what is not cancelled in time. */
  spends?: true;
  run(target: Target): Promise<void>;
}

const nobody = "00000000-0000-4000-8000-000000000000";
const views = ["SoftwarePerpetual", "SoftwareSubscriptions"] as const;

const write = (): WriteCall => ({ requestId: newGuid(), correlationId: newGuid() });

/** The first thing of this view that can be bought, as a cart line. */
async function buyable(
  { partnerCenter, customerId }: Target,
  targetView: (typeof views)[number],
): Promise<CartLine> {
  const products: Product[] = await partnerCenter.listProducts({ customerId, targetView });
  for (const { id: productId } of products) {
    for (const { id: skuId, minimumQuantity } of await partnerCenter.listSkus({ customerId, productId })) {
      const availabilities = await partnerCenter.listAvailabilities({ customerId, productId, skuId });
      const availability = availabilities.find(({ isPurchasable }) => isPurchasable);
      if (availability === undefined) continue;
      const [term] = availability.terms;
      return {
        id: 0,
        catalogItemId: availability.catalogItemId,
        quantity: minimumQuantity,
        billingCycle: term?.billingCycle ?? "one_time",
        ...(term ? { termDuration: term.duration } : {}),
        friendlyName: `contract ${newGuid().slice(0, 8)}`,
      };
    }
  }
  throw new Error(`nothing of the view ${targetView} can be bought for this customer`);
}

async function buy(target: Target, targetView: (typeof views)[number]): Promise<Order> {
  const { partnerCenter, customerId } = target;
  const line = await buyable(target, targetView);
  const cart = await partnerCenter.createCart({ customerId, lines: [line] }, write());
  expect(cart.lines[0]?.error).toBeNull();
  const { orders, orderErrors } = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, write());
  expect(orderErrors).toEqual([]);
  const [order] = orders;
  if (order === undefined) throw new Error("the checkout made no order");
  expect(order.lines).toMatchObject([
    { offerId: line.catalogItemId, quantity: line.quantity, friendlyName: line.friendlyName },
  ]);
  return order;
}

/** What the client and a Partner Center owe each other, wherever that Partner Center is. */
export const scenarios: readonly Scenario[] = [
  {
    title: "C5 a customer is found by its GUID, the beginning of its name and the beginning of its domain",
    async run({ partnerCenter, customerId }) {
      const customer = await partnerCenter.getCustomer({ customerId });
      expect(customer).toEqual<Customer>({
        id: customerId,
        companyName: expect.stringMatching(/./),
        domain: expect.stringMatching(/\./),
      });
      for (const [field, startsWith] of [
        ["CompanyName", customer.companyName],
        ["CompanyName", customer.companyName.slice(0, 3).toUpperCase()],
        ["Domain", customer.domain],
      ] as const) {
        const found = await partnerCenter.searchCustomers({ field, startsWith, size: 100 });
        expect(found).toContainEqual(customer);
      }
      const none = await partnerCenter.searchCustomers({
        field: "Domain",
        startsWith: newGuid(),
        size: 10,
      });
      expect(none).toEqual([]);
    },
  },
  {
    title: "C5 somebody else's customer is refused",
    async run({ partnerCenter }) {
      await expect(partnerCenter.getCustomer({ customerId: nobody })).rejects.toMatchObject({
        kind: "refused",
        status: expect.toSatisfy((status) => status === 403 || status === 404),
      });
    },
  },
  {
    title: "M1 a customer has a market",
    async run({ partnerCenter, customerId }) {
      const { country } = await partnerCenter.getBillingProfile({ customerId });
      expect(country).toMatch(/^[A-Z]{2}$/);
    },
  },
  ...views.map(
    (view): Scenario => ({
      title: `B1 from ${view} a product leads by its SKUs to something that can be bought`,
      async run(target) {
        const { partnerCenter, customerId } = target;
        const { catalogItemId } = await buyable(target, view);
        const [productId = "", skuId = ""] = catalogItemId.split(":");
        expect((await partnerCenter.getProduct({ customerId, productId })).id).toBe(productId);
        const sku = await partnerCenter.getSku({ customerId, productId, skuId });
        expect(sku).toMatchObject({ id: skuId, productId });
        expect(sku.maximumQuantity).toBeGreaterThanOrEqual(sku.minimumQuantity);
      },
    }),
  ),
  {
    title: "B1 products and SKUs that do not exist are refused",
    async run(target) {
      const { partnerCenter, customerId } = target;
      await expect(partnerCenter.getProduct({ customerId, productId: "NOSUCH000000" })).rejects.toMatchObject(
        {
          kind: "refused",
          status: 404,
        },
      );
      const { catalogItemId } = await buyable(target, "SoftwarePerpetual");
      const [productId = ""] = catalogItemId.split(":");
      await expect(partnerCenter.getSku({ customerId, productId, skuId: "ZZZZ" })).rejects.toMatchObject({
        kind: "refused",
        status: 404,
      });
    },
  },
  {
    title: "B1 B2 a cart is priced, keeps our reference, expires, and reads as it was made",
    async run(target) {
      const { partnerCenter, customerId } = target;
      const line = await buyable(target, "SoftwarePerpetual");
      const cart = await partnerCenter.createCart({ customerId, lines: [line] }, write());
      expect(cart.status).toBe("Active");
      expect(Date.parse(cart.expiresAt)).toBeGreaterThan(0);
      expect(cart.lines).toMatchObject([
        { catalogItemId: line.catalogItemId, quantity: line.quantity, error: null },
      ]);
      const read = await partnerCenter.getCart({ customerId, cartId: cart.id });
      expect(read.lines).toEqual(cart.lines);
    },
  },
  {
    title: "B1 a cart with an impossible line is made, says so on the line, and cannot be checked out",
    async run(target) {
      const { partnerCenter, customerId } = target;
      const line = {
        ...(await buyable(target, "SoftwarePerpetual")),
        catalogItemId: "NOSUCH000000:0001:NOSUCH000000",
      };
      const cart = await partnerCenter.createCart({ customerId, lines: [line] }, write());
      expect(cart.lines[0]?.error).not.toBeNull();
      await expect(
        partnerCenter.checkoutCart({ customerId, cartId: cart.id }, write()),
      ).rejects.toMatchObject({ kind: "refused" });
    },
  },
  {
    title: "B1 the same request id makes the same cart",
    async run(target) {
      const { partnerCenter, customerId } = target;
      const lines = [await buyable(target, "SoftwarePerpetual")];
      const call = write();
      const first = await partnerCenter.createCart({ customerId, lines }, call);
      expect((await partnerCenter.createCart({ customerId, lines }, call)).id).toBe(first.id);
    },
  },
  {
    title: "K2 every order in the list reads the same alone, and an unknown one is refused",
    async run({ partnerCenter, customerId }) {
      const listed = await partnerCenter.listOrders({ customerId });
      for (const order of listed.slice(0, 5)) {
        const alone = await partnerCenter.getOrder({ customerId, orderId: order.id });
        expect(alone).toMatchObject({ id: order.id, createdAt: order.createdAt, status: order.status });
      }
      await expect(partnerCenter.getOrder({ customerId, orderId: "none" })).rejects.toMatchObject({
        kind: "refused",
      });
    },
  },
  {
    title: "C2 K1 A1 roles have members, an Admin agent among them",
    async run({ partnerCenter }) {
      const roles = await partnerCenter.listRoles();
      const admin = roles.find(({ name }) => /^admin ?agent$/i.test(name));
      expect(admin).toBeDefined();
      const members = await partnerCenter.listRoleMembers({ roleId: admin?.id ?? "" });
      expect(members.length).toBeGreaterThan(0);
      for (const { userPrincipalName } of members) expect(userPrincipalName).toContain("@");
    },
  },
  {
    title: "C2 the application alone reads customers and orders, but not who has which role",
    async run({ appOnly, customerId }) {
      expect((await appOnly.getCustomer({ customerId })).id).toBe(customerId);
      await appOnly.listOrders({ customerId });
      await expect(appOnly.listRoles()).rejects.toMatchObject({
        kind: expect.toSatisfy((kind) => kind === "reauthorise" || kind === "refused"),
      });
    },
  },
  {
    title: "S7 service requests are listed, and each reads alone",
    async run({ partnerCenter, customerId }) {
      const [newest] = await partnerCenter.listServiceRequests({});
      await partnerCenter.listServiceRequests({ customerId });
      if (newest) expect((await partnerCenter.getServiceRequest({ id: newest.id })).title).toBe(newest.title);
      await expect(partnerCenter.getServiceRequest({ id: "1" })).rejects.toMatchObject({ kind: "refused" });
    },
  },
  {
    title: "B1 C9 C13 perpetual software is bought once, listed, cancelled once, and shows as cancelled",
    spends: true,
    async run(target) {
      const { partnerCenter, customerId } = target;
      const order = await buy(target, "SoftwarePerpetual");
      const orderId = order.id;
      await target.settle(async () => {
        const listed = await partnerCenter.listOrders({ customerId });
        return listed.some(({ id }) => id === orderId);
      });
      const lines = order.lines.map(({ lineItemNumber, offerId }) => ({ lineItemNumber, offerId }));
      const call = write();
      await partnerCenter.cancelOrderLines({ customerId, orderId, lines }, call);
      await partnerCenter.cancelOrderLines({ customerId, orderId, lines }, call);
      await target.settle(async () => {
        const read = await partnerCenter.getOrder({ customerId, orderId });
        return read.status === "cancelled" && read.lines.every(({ quantity }) => quantity === 0);
      });
      await expect(
        partnerCenter.cancelOrderLines({ customerId, orderId, lines }, write()),
      ).rejects.toMatchObject({ kind: "refused" });
    },
  },
  {
    title: "B1 C1 C13 a subscription says until when it can be cancelled, and is cancelled",
    spends: true,
    async run(target) {
      const { partnerCenter, customerId } = target;
      const order = await buy(target, "SoftwareSubscriptions");
      let subscriptionId: string | null = null;
      await target.settle(async () => {
        const [line] = (await partnerCenter.getOrder({ customerId, orderId: order.id })).lines;
        subscriptionId = line?.subscriptionId ?? null;
        return subscriptionId !== null;
      });
      const which = { customerId, subscriptionId: subscriptionId ?? "" };
      const subscription = await partnerCenter.getSubscription(which);
      expect(subscription).toMatchObject({ status: "active", quantity: order.lines[0]?.quantity });
      expect(Date.parse(subscription.cancellationAllowedUntil ?? "")).toBeGreaterThan(
        Date.parse(subscription.createdAt),
      );
      await partnerCenter.cancelSubscription({ customerId, subscription }, write());
      await target.settle(async () => (await partnerCenter.getSubscription(which)).status === "deleted");
    },
  },
];
