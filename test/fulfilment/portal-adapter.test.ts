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
  await expect(portal.listPackages(line)).resolves.toBeNull();
});

test("K4 the agent is sent to the software page of exactly this customer", async () => {
  const choice = { version: "2022", language: "en-us", fileType: "iso" };
  await expect(portal.handOver(line, choice, writeCall())).resolves.toEqual({
    kind: "portal",
    url: "https://partner.microsoft.com/dashboard/commerce2/customers/a%2Fb/software",
  });
});
