import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import { until } from "../ground/until.ts";
import { type AppProcess, startMain } from "../kill/process.ts";
import { type Services, startServices } from "../kill/services.ts";
import { visit } from "./visitor.ts";

type Bot = AppProcess & { url: string };

let database: TestDatabase;
let services: Services;
let opened: OpenDatabase;
const running = new Set<AppProcess>();
let bots: Bot[] = [];

/** What stands before several bots: each request to the next of them, and to another where nobody listens. */
let turn = 0;
const balancer = createServer(async (incoming, answer) => {
  const body = await Array.fromAsync(incoming as AsyncIterable<Buffer>);
  pass(incoming, Buffer.concat(body), answer, bots.length);
});

function pass(incoming: IncomingMessage, body: Buffer, answer: ServerResponse, attempts: number): void {
  turn += 1;
  const { method, headers, url = "" } = incoming;
  const outgoing = request(
    new URL(url, bots[turn % bots.length]?.url),
    { method, headers, agent: false },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    },
  );
  outgoing.on("error", (error) => {
    if ("code" in error && error.code === "ECONNREFUSED" && attempts > 1)
      pass(incoming, body, answer, attempts - 1);
    else answer.destroy();
  });
  outgoing.end(body);
}

beforeAll(async () => {
  database = await createDatabase();
  services = await startServices({ databaseUrl: database.url });
  opened = openDatabase({
    url: database.url,
    applicationName: "test",
    maxConnections: 4,
    onError: () => {},
  });
  await once(balancer.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  for (const one of running) {
    one.child.kill("SIGKILL");
    await one.gone;
  }
  balancer.close();
  await opened.close();
  await services.close();
  await database.drop();
});

async function start(role: "bot" | "worker"): Promise<Bot> {
  const one = await startMain({ ...services.env, ROLE: role, LOG_LEVEL: "info" });
  running.add(one);
  return one;
}

/** As a rolling restart does it: the old one is told to stop when the new one runs, and is gone in good order. */
async function leave(old: AppProcess): Promise<void> {
  old.child.kill("SIGTERM");
  expect(await old.ended()).toEqual({ code: 0, signal: null });
  running.delete(old);
}

test("invariant 1: two bots and two workers replaced one after the other under load lose nothing and do nothing twice", {
  timeout: 180_000,
}, async () => {
  const [firstBot, secondBot, ...workers] = await Promise.all([
    start("bot"),
    start("bot"),
    start("worker"),
    start("worker"),
  ]);
  bots = [firstBot, secondBot];
  const { port } = balancer.address() as AddressInfo;
  services.slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);

  let replaced = false;
  let sold = 0;
  const load = ["admin.agent", "admin.agent.2"].map(async (who) => {
    const agent = visit(services.slack, who);
    let bought = 0;
    for (; !replaced; bought += 1) {
      await agent.buys("sql server 2022 standard");
      sold += 1;
    }
    return { agent, bought };
  });
  /** Until somebody has bought something with those that run now, however long that takes here. */
  const oneMore = async () => {
    const before = sold;
    await until("something is bought", async () => sold > before);
  };
  const replace = async () => {
    try {
      for (const old of [...bots]) {
        const fresh = await start("bot");
        bots = bots.map((one) => (one === old ? fresh : one));
        await leave(old);
        await oneMore();
      }
      for (const old of workers) {
        await start("worker");
        await leave(old);
        await oneMore();
      }
    } finally {
      replaced = true;
    }
  };
  const [agents] = await Promise.all([Promise.all(load), replace()]);

  const bought = agents.reduce((sum, { bought: one }) => sum + one, 0);
  expect(bought).toBeGreaterThanOrEqual(4);
  const rows = await opened.db.selectFrom("purchases").select(["id", "status"]).execute();
  expect(rows.map(({ status }) => status)).toEqual(Array(bought).fill("ordered"));
  const orders = services.partnerCenter.orders().flatMap(({ lines }) => lines.map((one) => one.friendlyName));
  for (const { id } of rows) expect(orders.filter((name) => name === id)).toHaveLength(1);
  for (const { agent, bought: one } of agents)
    expect(agent.person.dm().filter(({ text }) => text.includes("Ordered."))).toHaveLength(one);
});
