import type { Desk } from "../desk/context.ts";
import { addDecimals, tenThousandths } from "../desk/decimals.ts";
import { type Order, PartnerCenterFailure } from "../partner-center/port.ts";
import type { Amount } from "./amount.ts";

/** What is known of an order id or subscription id (S4). `known` is null while Partner Center can't be asked. */
export interface IdentifiedOrder {
  known: boolean | null;
  /** What was paid for the order, where Partner Center told. */
  paid: Amount | null;
}

/** Whether the id is that of an order or a subscription of this customer, and what the order cost. Never throws for an answer. */
export async function identifyOrder(
  desk: Pick<Desk, "partnerCenter">,
  input: { customerId: string; orderOrSubscriptionId: string },
): Promise<IdentifiedOrder> {
  const { customerId, orderOrSubscriptionId: id } = input;
  try {
    const order = await readOrder(desk, customerId, id);
    if (order) return { known: true, paid: paidFor(order) };
    const subscriptions = await desk.partnerCenter.listSubscriptions({ customerId });
    const one = subscriptions.some((subscription) => subscription.id.toLowerCase() === id.toLowerCase());
    return { known: one, paid: null };
  } catch (error) {
    if (error instanceof PartnerCenterFailure) return { known: null, paid: null };
    throw error;
  }
}

async function readOrder(
  desk: Pick<Desk, "partnerCenter">,
  customerId: string,
  orderId: string,
): Promise<Order | null> {
  try {
    return await desk.partnerCenter.getOrder({ customerId, orderId });
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused") return null;
    throw error;
  }
}

/** The lines together, exactly; null where one has no price. */
function paidFor({ lines, currencyCode }: Order): Amount | null {
  const prices = lines.filter(({ quantity }) => quantity > 0).map(({ extendedPrice }) => extendedPrice);
  if (currencyCode === null || prices.length === 0) return null;
  if (prices.includes(null)) return null;
  const amount = addDecimals(prices.filter((price) => price !== null));
  return tenThousandths(amount) === 0n
    ? null
    : { amount: amount.replace(/0{1,2}$/, ""), currency: currencyCode };
}
