import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { readLine, type SoftwareLine } from "../purchases/list-lines.ts";
import { explainFulfilmentFailure } from "./explain.ts";
import type { FulfilmentLine, SoftwarePackage } from "./port.ts";

/** The line as the fulfilment service knows it. A cancelled one has no key any more (C11). */
export async function readFulfilmentLine(
  desk: Desk,
  input: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<{ line: SoftwareLine; asked: FulfilmentLine }> {
  const line = await readLine(desk, input);
  if (line.cancelled)
    throw new DeskError("key_revoked", `line ${line.lineItemNumber} of ${line.orderId} is cancelled`, {
      orderId: line.orderId,
    });
  return {
    line,
    asked: {
      customerId: line.customerId,
      orderId: line.orderId,
      lineItemNumber: line.lineItemNumber,
      catalogItemId: line.catalogItemId,
      productTitle: line.title,
    },
  };
}

/**
 * The versions, languages and file types that exist for a line (K3); `null` packages where the portal shows the choices.
 *
 * @throws DeskError key_revoked (C11) | order_not_found | not_allowed … (K1) | fulfilment_* | partner_center_*
 */
export async function listPackages(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<{ line: SoftwareLine; packages: SoftwarePackage[] | null }> {
  await authorise(desk, agent, "keys", { customerId: input.customerId });
  const { line, asked } = await readFulfilmentLine(desk, input);
  try {
    return { line, packages: await desk.fulfilment.listPackages(asked, { onBehalfOf: agent.email }) };
  } catch (error) {
    throw explainFulfilmentFailure(error);
  }
}
