import { describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { as, customerIn, day, fulfilment, minute, send, simulate } from "./simulator.ts";

const us = customerIn("US");
const { id: orderId } = seedOrders.recentPerpetual;
const line = `/customers/${us}/software/${orderId}/0`;
const wanted = { version: "SQL Server 2022", language: "es-ES", fileType: "ISO (Windows, 64-bit)" };

test("K3 the packages of a line are those that exist, and only those", async () => {
  const simulator = await simulate();
  const call = fulfilment(simulator);
  const { body } = await call("GET", `${line}/packages`);
  expect(body.items).toContainEqual(wanted);
  const missing = { ...wanted, fileType: "TAR (Linux, 64-bit)" };
  expect(body.items).not.toContainEqual(missing);
  const refused = await call("POST", `${line}/keys`, { body: missing });
  expect([refused.status, refused.body.code]).toEqual([400, "package_not_available"]);
  expect((await call("GET", `/customers/${us}/software/${orderId}/9/packages`)).body.code).toBe(
    "line_not_found",
  );
  const wrongCustomer = `/customers/${customerIn("GB")}/software/${orderId}/0/packages`;
  expect((await call("GET", wrongCustomer)).status).toBe(404);
  expect((await call("GET", `${line}/packages`, { token: "other" })).status).toBe(401);
});

test("K4 a key is one per order line and plainly fake", async () => {
  const simulator = await simulate();
  const call = fulfilment(simulator);
  const first = await call("POST", `${line}/keys`, { body: wanted });
  expect(first.body.key).toMatch(/^FAKE0-DEMO0(-[0-9A-F]{5}){3}$/);
  expect((await call("POST", `${line}/keys`, { body: wanted })).body.key).toBe(first.body.key);
  expect([...simulator.keys()]).toEqual([[`${orderId}:0`, first.body.key]]);
});

describe("download links", () => {
  test("K5 under the 2019 rule live 14 days or 50 downloads, and asking again renews", async () => {
    const simulator = await simulate({ edition: "2019-12" });
    const call = fulfilment(simulator);
    const ask = async () => (await call("POST", `${line}/downloads`, { body: wanted })).body;
    const link = await ask();
    expect(link).toMatchObject({ expiresAt: "2026-03-24T09:30:00.000Z", downloadsAllowed: 50 });
    expect(new URL(link.url).origin).toBe(simulator.url);
    for (let count = 0; count < 50; count += 1) expect((await send(link.url, "GET")).status).toBe(200);
    const used = await send(link.url, "GET");
    expect([used.status, used.body.code]).toEqual([410, "exhausted"]);
    const next = await ask();
    expect(next.url).not.toBe(link.url);
    expect((await send(next.url, "GET")).status).toBe(200);
    simulator.advance(14 * day);
    expect((await send(next.url, "GET")).body.code).toBe("expired");
  });

  test("since June 2021 live five days from the first download", async () => {
    const simulator = await simulate({ edition: "by-date" });
    const link = (await fulfilment(simulator)("POST", `${line}/downloads`, { body: wanted })).body;
    expect(link).toMatchObject({ expiresAt: null, daysAfterFirstDownload: 5, downloadsAllowed: null });
    simulator.advance(100 * day);
    expect((await send(link.url, "GET")).status).toBe(200);
    simulator.advance(5 * day - 1);
    expect((await send(link.url, "GET")).status).toBe(200);
    simulator.advance(1);
    expect((await send(link.url, "GET")).body.code).toBe("expired");
    expect((await send(`${simulator.url}/_sim/download/none`, "GET")).status).toBe(404);
  });

  test("the same MS-RequestId gives the same link", async () => {
    const simulator = await simulate();
    const requestId = "6ea56a39-4c2f-4b9c-8b2f-0a4d5f6f7a10";
    const ask = () => fulfilment(simulator)("POST", `${line}/downloads`, { body: wanted, requestId });
    expect((await ask()).body.url).toBe((await ask()).body.url);
  });
});

test("C10 keys and links die at the moment the cancellation shows", async () => {
  const simulator = await simulate({ cancellationLagMs: 15 * minute });
  const agent = await as(simulator, "admin.agent");
  const call = fulfilment(simulator);
  const link = (await call("POST", `${line}/downloads`, { body: wanted })).body;
  const body = { id: orderId, status: "cancelled" };
  expect((await agent("PATCH", `/v1/customers/${us}/orders/${orderId}`, { body })).status).toBe(200);
  expect((await call("POST", `${line}/keys`, { body: wanted })).status).toBe(200);
  simulator.advance(15 * minute);
  for (const answer of [
    await call("GET", `${line}/packages`),
    await call("POST", `${line}/keys`, { body: wanted }),
    await call("POST", `${line}/downloads`, { body: wanted }),
    await send(link.url, "GET"),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([410, "revoked"]);
  }
});

test("A3 each access leaves an audit record of Microsoft's own kind", async () => {
  const simulator = await simulate();
  const call = fulfilment(simulator);
  const headers = { "On-Behalf-Of": "admin.agent@partner.example" };
  await call("POST", `${line}/keys`, { body: wanted, headers });
  await call("POST", `${line}/downloads`, { body: wanted });
  const { body } = await (await as(simulator, "global.admin"))("GET", "/v1/auditrecords");
  expect(body.items).toMatchObject([
    {
      resourceType: "software_key",
      operationType: "get_software_key",
      userPrincipalName: "admin.agent@partner.example",
      customizedData: [{ key: "OrderId", value: orderId }, { key: "ProductId" }, { key: "SkuId" }],
    },
    {
      resourceType: "software_download_link",
      operationType: "get_software_download_link",
      userPrincipalName: "fulfilment",
    },
  ]);
});
