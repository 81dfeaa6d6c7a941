import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { seedCustomers } from "#sandbox/partner-center/seed.ts";
import {
  as,
  buy,
  createCart,
  customerIn,
  day,
  fulfilment,
  perpetual,
  send,
  simulate,
  tokenFor,
} from "./simulator.ts";

const us = customerIn("US");
const requestId = "6ea56a39-4c2f-4b9c-8b2f-0a4d5f6f7a10";

async function newFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "partner-center-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, "state.json");
}

describe("a simulator that is kept in a file", () => {
  test("goes on where it was: orders, carts, cancellations, clock, tokens, links, audit and replays", async () => {
    const keep = await newFile();
    const first = await simulate({ keep, seed: "kept", cancellationLagMs: 15 * 60_000 });
    first.advance(3 * day);
    const token = await tokenFor(first, "admin.agent");
    const call = await as(first, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const checkOut = `/v1/customers/${us}/carts/${cart.body.id}/checkout`;
    const bought = await call("POST", checkOut, { requestId });
    const [order] = bought.body.orders;
    const path = `/v1/customers/${us}/orders/${order.id}`;
    await call("PATCH", path, { body: { id: order.id, status: "cancelled" } });
    const other = await buy(call, us, [
      { ...perpetual, productId: "DG7GMGF0DWM3", skuId: "0003", quantity: 4 },
    ]);
    const wanted = { version: "BizTalk Server 2020", language: "en-US", fileType: "ISO (64-bit)" };
    const software = `/customers/${us}/software/${other[0].id}/0/downloads`;
    const link = await fulfilment(first)("POST", software, { body: wanted });
    first.updateCustomer({ id: us, review: "under_review" });
    const state = async ({ url }: { url: string }) => (await send(`${url}/_sim/control/state`, "GET")).body;
    const { requests, ...before } = await state(first);
    expect(requests.length).toBeGreaterThan(0);
    await first.close();

    const second = await simulate({ keep });
    const { requests: none, ...after } = await state(second);
    expect(after).toEqual(before);
    expect(none).toEqual([]);
    const again = (method: string, what: string, id?: string) =>
      send(`${second.url}${what}`, method, { token, ...(id === undefined ? {} : { requestId: id }) });
    expect((await again("POST", checkOut, requestId)).text).toBe(bought.text);
    expect((await again("GET", path)).body.status).toBe("completed");
    expect((await send(`${second.url}${new URL(link.body.url).pathname}`, "GET")).status).toBe(200);
    second.advance(15 * 60_000);
    expect((await again("GET", path)).body.status).toBe("cancelled");
    const next = await as(second, "admin.agent");
    second.updateCustomer({ id: us, review: "approved" });
    const [third] = await buy(next, us, [perpetual]);
    expect([order.id, other[0].id]).not.toContain(third.id);
  });

  test("what an option names wins over what was saved, but the seed cannot change", async () => {
    const keep = await newFile();
    const first = await simulate({ keep, seed: "one", edition: "2019-12", orderListLagMs: 5 });
    await first.close();
    const second = await simulate({ keep, edition: "2022-07" });
    expect(second.settings()).toMatchObject({ edition: "2022-07", orderListLagMs: 5 });
    await expect(simulate({ keep, seed: "two" })).rejects.toThrow("another seed");
  });

  test("is saved on demand without leftovers; a file of another kind is refused", async () => {
    const keep = await newFile();
    const simulator = await simulate({ keep });
    expect((await send(`${simulator.url}/_sim/control/save`, "POST", { body: {} })).status).toBe(200);
    expect(JSON.parse(await readFile(keep, "utf8"))).toMatchObject({ version: 2, seed: "csp-desk" });
    const elsewhere = `${keep}.copy`;
    await Promise.all([simulator.save(elsewhere), simulator.save(elsewhere)]);
    expect((await readdir(join(keep, ".."))).sort()).toEqual(["state.json", "state.json.copy"]);
    for (const text of ["", "{}", '{"version": 1}']) {
      await writeFile(elsewhere, text);
      await expect(simulate({ keep: elsewhere })).rejects.toThrow("no snapshot of version 2");
    }
    const unkept = await simulate();
    expect((await send(`${unkept.url}/_sim/control/save`, "POST", { body: {} })).status).toBe(400);
  });
});

test("replays are forgotten after 24 hours", async () => {
  const simulator = await simulate({ checkoutIdempotency: "request-id-only" });
  const call = await as(simulator, "admin.agent");
  const cart = await createCart(call, us, [perpetual]);
  const checkOut = async () => {
    const later = await as(simulator, "admin.agent");
    return later("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`, { requestId });
  };
  const first = await checkOut();
  simulator.advance(day - 1);
  expect((await checkOut()).text).toBe(first.text);
  simulator.advance(1);
  expect((await checkOut()).body.orders[0].id).not.toBe(first.body.orders[0].id);
});

describe("a generated history", () => {
  const generate = { customers: 10_000, orderLines: 1_000_000 };

  test("is there at once, the same for the same seed, and found by customer", async () => {
    const [one, same, other] = [
      await simulate({ generate, seed: "a" }),
      await simulate({ generate, seed: "a" }),
      await simulate({ generate, seed: "b" }),
    ];
    const call = await as(one, "admin.agent");
    const filter = encodeURIComponent(
      '{"Field":"CompanyName","Value":"Woodgrove Energy 00","Operator":"starts_with"}',
    );
    const found = await call("GET", `/v1/customers?size=500&filter=${filter}`);
    expect(found.body.items.length).toBeGreaterThan(50);
    const [{ id, companyProfile }] = found.body.items;
    expect(companyProfile.domain).toBe("woodgrove-energy-0001.onmicrosoft.com");
    const orders = await call("GET", `/v1/customers/${id}/orders`);
    const lines = orders.body.items.flatMap(({ lineItems }: { lineItems: object[] }) => lineItems);
    expect(lines).toHaveLength(generate.orderLines / generate.customers);
    expect(same.orders(id)).toEqual(one.orders(id));
    expect(other.orders(id)).toEqual([]);
    expect(one.orders()).toHaveLength(11);
    const { body } = await send(`${one.url}/_sim/control/state`, "GET");
    expect(body.population).toEqual(generate);
    expect(body.customers).toHaveLength(seedCustomers.length);
  });

  test("changes like any purchase, and stays changed while others are looked at and after a restart", async () => {
    const keep = await newFile();
    const small = { customers: 600, orderLines: 6_000 };
    const first = await simulate({ keep, generate: small, edition: "2019-12" });
    const call = await as(first, "admin.agent");
    const ids = (await call("GET", "/v1/customers?size=0")).body.items.map(({ id }: { id: string }) => id);
    const open = ids
      .filter((id: string) => seedCustomers.every((customer) => customer.id !== id))
      .flatMap((id: string) => first.orders(id))
      .find(
        ({ createdAt, visibleStatus, lines }: ReturnType<typeof first.orders>[number]) =>
          Date.parse(createdAt) > first.now().getTime() - 50 * day &&
          visibleStatus === "completed" &&
          lines.every(({ productTitle }) => !/SUSE|Red Hat|Windows 7/.test(productTitle)),
      );
    const path = `/v1/customers/${open.customerId}/orders/${open.id}`;
    const body = { id: open.id, status: "cancelled" };
    expect((await call("PATCH", path, { body })).status).toBe(200);
    for (const id of ids) first.orders(id);
    expect((await call("GET", path)).body.status).toBe("cancelled");
    const count = first.orders(open.customerId).length;
    await first.close();
    const second = await simulate({ keep });
    expect((await (await as(second, "admin.agent"))("GET", path)).body.status).toBe("cancelled");
    expect(second.orders(open.customerId)).toHaveLength(count);
    await expect(simulate({ keep, generate: { customers: 1, orderLines: 1 } })).rejects.toThrow("another");
  });

  test("is on the invoices, and the lines of an invoice add up to it", async () => {
    const simulator = await simulate({ generate: { customers: 300, orderLines: 30_000 } });
    const call = await as(simulator, "global.admin");
    const invoices = (await call("GET", "/v1/invoices")).body.items;
    const dollars = invoices.find(({ id }: { id: string }) => id === "G202602001");
    let sum = 0;
    let pages = 0;
    let path = `/v1/invoices/${dollars.id}/lineitems/OneTime/BillingLineItems?size=50`;
    let headers = {};
    for (;;) {
      const { items, links } = (await call("GET", path, { headers })).body;
      for (const { totalForCustomer } of items) sum += totalForCustomer;
      pages += 1;
      if (links.next === undefined) break;
      path = `/v1${links.next.uri}`;
      headers = Object.fromEntries(
        links.next.headers.map(({ key, value }: Record<string, string>) => [key, value]),
      );
    }
    expect(pages).toBeGreaterThan(2);
    expect(sum).toBeCloseTo(dollars.totalCharges, 1);
  });
});
