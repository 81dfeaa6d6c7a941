import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { explainFailure } from "../requests/failures.ts";
import type { Offer } from "./offer.ts";

/**
 * Asks Partner Center whether there is any of it, for what must be asked before buying (page check-inventory): the SKU says
 * with which facts. An item that the answer leaves out is not restricted as far as is known; the cart decides.
 *
 * @throws DeskError inventory_restricted { reason, description } | partner_center_*
 */
export async function requireInventory(
  desk: Desk,
  input: { customerId: string; offer: Offer; azureSubscriptionId: string | null },
): Promise<void> {
  const { customerId, offer, azureSubscriptionId } = input;
  if (offer.inventoryVariables === null) return;
  const asks = new Set(offer.inventoryVariables.map((name) => name.toLowerCase()));
  const region = offer.reservation?.region ?? null;
  const found = await desk.partnerCenter
    .checkInventory({
      customerId,
      productId: offer.productId,
      skuId: offer.skuId,
      ...(region !== null && asks.has("armregionname") ? { armRegionName: region } : {}),
      ...(azureSubscriptionId !== null && asks.has("azuresubscriptionid") ? { azureSubscriptionId } : {}),
    })
    .catch((error: unknown) => {
      throw explainFailure(error);
    });
  if (!found?.isRestricted) return;
  const [restriction] = found.restrictions;
  throw new DeskError(
    "inventory_restricted",
    `${offer.productId}:${offer.skuId} is restricted: ${found.restrictions.map((one) => one.reasonCode).join(", ")}`,
    { restriction: restriction?.reasonCode ?? "-", description: restriction?.description ?? "" },
  );
}
