import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import { until } from "../ground/until.ts";
import { type AppProcess, startMain, startProcess } from "../kill/process.ts";
import { type Services, startServices } from "../kill/services.ts";
import { purchaseOf, visit } from "./visitor.ts";

let database: TestDatabase;
let services: Services;
let opened: OpenDatabase;
const running = new Set<AppProcess>();

beforeAll(async () => {
  database = await createDatabase();
  services = await startServices({
    databaseUrl: database.url,
    simulator: { checkoutIdempotency: "request-id-only" },
  });
  opened = openDatabase({
    url: database.url,
    applicationName: "test",
    maxConnections: 4,
    onError: () => {},
  });
});
afterEach(async () => {
  services.partnerCenter.clearFaults();
  for (const main of running) {
    main.child.kill("SIGKILL");
    await main.gone;
  }
  running.clear();
});
afterAll(async () => {
  await opened.close();
  await services.close();
  await database.drop();
});

async function start(env: Record<string, string> = {}): Promise<AppProcess> {
  const main = await startMain({ ...services.env, ROLE: "all", LOG_LEVEL: "info", ...env });
  running.add(main);
  services.slack.setBotUrl(`${main.url}/slack/events`);
  return main;
}

/** Places an order whose checkout meets this fault, and comes back when it is on its way to Partner Center. */
async function placeOrder(fault: { fault: "slow" | "hang"; delayMs?: number }): Promise<string> {
  const agent = visit(services.slack, "admin.agent");
  const id = purchaseOf(await agent.checkPrice("sql server 2022 standard"));
  const { cart_id } = await opened.db
    .selectFrom("purchases")
    .select("cart_id")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  services.partnerCenter.addFault({ path: `/carts/${cart_id}/checkout$`, times: 1, ...fault });
  await agent.person.submit();
  // The fault is used up when the order arrives, and its answer takes a while.
  await until("Partner Center is asked", async () => services.partnerCenter.faults().length === 0);
  return id;
}

async function statusOf(id: string): Promise<string | undefined> {
  const row = await opened.db
    .selectFrom("purchases")
    .select("status")
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.status;
}

const placed = (id: string) =>
  services.partnerCenter.orders().filter(({ lines }) => lines.some((line) => line.friendlyName === id));

test("SIGTERM during a purchase finishes it, and the process ends with 0", async () => {
  const main = await start();
  const id = await placeOrder({ fault: "slow", delayMs: 1_000 });
  main.child.kill("SIGTERM");
  expect(await main.ended()).toEqual({ code: 0, signal: null });
  expect(await statusOf(id)).toBe("ordered");
  expect(placed(id)).toHaveLength(1);
  expect(main.output()).toContain("stopping: finishing what is in hand");
  expect(main.output()).not.toContain("stopped before everything was finished");

  await start();
  await visit(services.slack, "admin.agent").reads("Ordered.", id);
});

test("SIGINT of a process with nothing in hand ends it at once, with 0", async () => {
  const main = await start({ SHUTDOWN_SECONDS: "600" });
  main.child.kill("SIGINT");
  expect(await main.ended()).toEqual({ code: 0, signal: null });
});

test("a second SIGTERM ends the process at once", async () => {
  const main = await start({ SHUTDOWN_SECONDS: "600" });
  const id = await placeOrder({ fault: "hang" });
  main.child.kill("SIGTERM");
  await until("it is stopping", async () => main.output().includes("stopping"));
  main.child.kill("SIGTERM");
  expect(await main.ended()).toEqual({ code: 1, signal: null });
  expect(await statusOf(id)).toBe("sending");
});

test("what is not finished by SHUTDOWN_SECONDS is done by the next worker, once", async () => {
  const main = await start({ SHUTDOWN_SECONDS: "1" });
  const id = await placeOrder({ fault: "hang" });
  await until("Partner Center has taken it", async () => placed(id).length === 1);
  main.child.kill("SIGTERM");
  expect(await main.ended()).toEqual({ code: 1, signal: null });
  expect(main.output()).toContain("stopped before everything was finished");
  expect(await statusOf(id)).toBe("sending");

  await start();
  await visit(services.slack, "admin.agent").reads("Ordered.", id);
  expect(placed(id)).toHaveLength(1);
});

test("SIGTERM of a process that is still starting is heard, and ends it with 0", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : null;
  const asked = once(silent, "connection");
  const main = startProcess(new URL("../../src/main.ts", import.meta.url), {
    ...services.env,
    ROLE: "worker",
    DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/nothing`,
  });
  running.add(main);
  const [connection] = await asked;
  main.child.kill("SIGTERM");
  expect(await main.ended()).toEqual({ code: 0, signal: null });
  connection.destroy();
  silent.close();
});

test("a process that is not answered by its database says why it ends, and ends with 1", async () => {
  await expect(
    startMain({ ...services.env, ROLE: "worker", DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" }),
  ).rejects.toThrow(/CSP Desk could not start/);
});
