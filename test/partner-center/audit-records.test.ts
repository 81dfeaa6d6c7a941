import { expect, test } from "vitest";
import { clientOf, inTurn, json, startServer } from "./server.ts";

const record = {
  id: "p_c_software_key_get_software_key_638",
  partnerId: "p",
  customerId: "c1",
  customerName: "Contoso",
  userPrincipalName: "Admin.Agent@Partner.example",
  applicationId: "app",
  resourceType: "SoftwareKey",
  resourceNewValue: JSON.stringify({ OrderId: "o-1", ProductId: "DG7", SkuId: "0002", Key: "FAKE0-CANARY" }),
  operationType: "get_software_key",
  operationDate: "2026-11-20T08:00:00.1234567",
  operationStatus: "succeeded",
  originalCorrelationId: "0f0e0d0c-0b0a-4908-8706-050403020100",
  customizedData: [{ key: "OrderId", value: "o-1" }],
  somethingNew: {},
};
const days = { from: "2026-10-25", to: "2026-11-23" };

test("A3 an audit record is read by its ids alone, its time in UTC and its words in wire form", async () => {
  const server = await startServer(json(200, { items: [record] }));
  const { records, continuation } = await clientOf(server.url).listAuditRecords({
    ...days,
    continuation: null,
  });
  expect(continuation).toBeNull();
  expect(records).toEqual([
    {
      id: record.id,
      at: "2026-11-20T08:00:00.1234567Z",
      operationType: "get_software_key",
      resourceType: "software_key",
      status: "succeeded",
      userPrincipalName: "admin.agent@partner.example",
      applicationId: "app",
      customerId: "c1",
      customerName: "Contoso",
      orderId: "o-1",
      productId: "DG7:0002",
      correlationId: record.originalCorrelationId,
    },
  ]);
  expect(server.seen[0]?.url).toBe("/v1/auditrecords?startDate=2026-10-25&endDate=2026-11-23&size=500");
});

test("A3 an application's own call names no person, and a record of the older shape gets an id that stays the same", async () => {
  const { id: _id, originalCorrelationId: _correlation, ...older } = record;
  const old = {
    ...older,
    userPrincipalName: "9a4c2d3e-0000-4000-8000-000000000001",
    applicationId: null,
    resourceNewValue: "not JSON",
    customizedData: null,
    operationType: "something_new",
  };
  const server = await startServer(json(200, { items: [old, { ...old, customerId: "c2" }, old] }));
  const { records } = await clientOf(server.url).listAuditRecords({ ...days, continuation: null });
  expect(records[0]).toMatchObject({
    userPrincipalName: null,
    applicationId: "9a4c2d3e-0000-4000-8000-000000000001",
    operationType: "something_new",
    orderId: null,
    correlationId: null,
  });
  expect(records[2]?.id).toBe(records[0]?.id);
  expect(records[1]?.id).not.toBe(records[0]?.id);
});

test("A3 pages go on by the token that was kept, from the link's header or the body; a link without any is unreadable", async () => {
  const header = [{ key: "MS-ContinuationToken", value: "from-the-link" }];
  const server = await startServer(
    inTurn(
      json(200, { items: [record], links: { next: { uri: "/x", headers: header } } }),
      json(200, { items: [], links: { next: { uri: "/x" } }, continuationToken: "from-the-body" }),
      json(200, { items: [], continuationToken: "of-no-use" }),
      json(200, { items: [], links: { next: { uri: "/x" } } }),
    ),
  );
  const client = clientOf(server.url);
  const ask = async (continuation: string | null) =>
    (await client.listAuditRecords({ ...days, continuation })).continuation;
  expect(await ask(null)).toBe("from-the-link");
  expect(await ask("from-the-link")).toBe("from-the-body");
  expect(await ask("from-the-body")).toBeNull();
  expect(server.seen.map(({ headers }) => headers["ms-continuationtoken"])).toEqual([
    undefined,
    "from-the-link",
    "from-the-body",
  ]);
  expect(server.seen[1]?.url).toMatch(/&seekOperation=Next$/);
  await expect(ask(null)).rejects.toMatchObject({ kind: "unreadable" });
});
