import type { FulfilmentProvider } from "./port.ts";

/**
 * Fulfilment by hand: the portal shows the packages, and the agent fetches key and link there. `portalUrl` is the
 * Partner Center portal, without a slash at the end.
 */
export function createPortalFulfilment(options: { portalUrl: string }): FulfilmentProvider {
  return {
    kind: "portal",
    listPackages: async () => null,
    handOver: async (line, { version, language, fileType }) => ({
      kind: "portal",
      url: `${options.portalUrl}/commerce2/customers/${encodeURIComponent(line.customerId)}/software`,
      steps: [
        { act: "open_software", value: null },
        { act: "find_product", value: line.productTitle },
        { act: "find_order", value: line.orderId },
        { act: "choose_version", value: version },
        { act: "choose_language", value: language },
        { act: "choose_file_type", value: fileType },
        { act: "get_keys_and_downloads", value: null },
        { act: "copy_key", value: null },
        { act: "copy_link", value: null },
      ],
    }),
    readUses: async () => null,
  };
}
