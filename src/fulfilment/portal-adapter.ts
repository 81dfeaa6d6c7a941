import type { FulfilmentProvider } from "./port.ts";

/**
 * Fulfilment by hand: the portal shows the packages, and the agent fetches key and link there. `portalUrl` is the
 * Partner Center portal, without a slash at the end.
 */
export function createPortalFulfilment(options: { portalUrl: string }): FulfilmentProvider {
  return {
    kind: "portal",
    listPackages: async () => null,
    handOver: async ({ customerId }) => ({
      kind: "portal",
      url: `${options.portalUrl}/commerce2/customers/${encodeURIComponent(customerId)}/software`,
    }),
  };
}
