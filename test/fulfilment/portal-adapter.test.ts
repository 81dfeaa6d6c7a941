import { expect, test } from "vitest";
import { createPortalFulfilment } from "#src/fulfilment/portal-adapter.ts";
import { writeCall } from "../partner-center/server.ts";

const line = {
  customerId: "a/b",
  orderId: "o1",
  lineItemNumber: 0,
  catalogItemId: "A:B:C",
  productTitle: "Server",
};
const portal = createPortalFulfilment({ portalUrl: "https://partner.microsoft.com/dashboard" });

test("K3 the portal shows the packages itself", async () => {
  await expect(portal.listPackages(line, { onBehalfOf: null })).resolves.toBeNull();
});

test("K4 the agent is sent to the software page of exactly this customer, with the choices in their order", async () => {
  const choice = { version: "2022", language: "en-us", fileType: "iso" };
  await expect(portal.handOver(line, choice, { ...writeCall(), onBehalfOf: null })).resolves.toEqual({
    kind: "portal",
    url: "https://partner.microsoft.com/dashboard/commerce2/customers/a%2Fb/software",
    steps: [
      { act: "open_software", value: null },
      { act: "find_product", value: "Server" },
      { act: "find_order", value: "o1" },
      { act: "choose_version", value: "2022" },
      { act: "choose_language", value: "en-us" },
      { act: "choose_file_type", value: "iso" },
      { act: "get_keys_and_downloads", value: null },
      { act: "copy_key", value: null },
      { act: "copy_link", value: null },
    ],
  });
});
