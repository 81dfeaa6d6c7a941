import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { offerTo } from "../catalog/offer.ts";
import { readCustomer } from "../customers/read.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { type ChosenLine, toPurchaseLine } from "./chosen.ts";

/**
 * Says whether the last of these lines can be asked a price for as it is, beside the ones before it. Reads only.
 *
 * @throws DeskError what `toPurchaseLine` throws | line_repeated | reservations_not_sold | customer_not_found
 */
export async function checkLine(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; lines: readonly ChosenLine[] },
): Promise<void> {
  await authorise(desk, agent, "buy", { customerId: input.customerId });
  const others = input.lines.slice(0, -1);
  const chosen = input.lines.at(-1);
  if (!chosen) throw new DeskError("invalid_input", "no line", { field: "lines" });
  if (others.some((other) => sameItem(other, chosen)))
    throw new DeskError("line_repeated", `${chosen.productId}:${chosen.skuId} is there already`);
  const customer = await readCustomer(desk, input.customerId);
  const offer = await offerTo(desk, customer, chosen);
  await toPurchaseLine(desk, { customerId: customer.id, offer, chosen });
}

/** The same thing in the same place, however many. */
function sameItem(one: ChosenLine, other: ChosenLine): boolean {
  return (["productId", "skuId", "termId", "azureSubscriptionId", "scope"] as const).every(
    (field) => one[field] === other[field],
  );
}
