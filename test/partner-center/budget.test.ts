import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
  seedCustomers,
} from "#sandbox/partner-center/seed.ts";
import { type PartnerCenterSimulator, startPartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import { Secret } from "#src/config/secret.ts";
import { blockCalls, takeCall } from "#src/db/call-budget.ts";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import type { Clock } from "#src/desk/clock.ts";
import {
  allowance,
  BudgetSpent,
  type BudgetStore,
  type CallBudget,
  createCallBudget,
  type Priority,
} from "#src/partner-center/budget.ts";
import { createPartnerCenter } from "#src/partner-center/client.ts";
import { type PartnerCenter, PartnerCenterFailure } from "#src/partner-center/port.ts";
import { type ManualClock, manualClock, runningClock } from "../ground/clock.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import fc from "../ground/fast-check.ts";
import { tokensBy } from "../ground/grants.ts";
import { clientOf, failureOf, inTurn, json, startServer, writeCall } from "./server.ts";

const partnerTenantId = PARTNER_TENANT_ID;
const customerId = seedCustomers[0]?.id ?? "";
const found = json(200, { id: customerId, companyProfile: { companyName: "Contoso" } });
const never = new AbortController().signal;

let database: TestDatabase;
let processes: [OpenDatabase, OpenDatabase];
const open = (): OpenDatabase =>
  openDatabase({ url: database.url, applicationName: "test", maxConnections: 8, onError: () => {} });

beforeAll(async () => {
  database = await createDatabase();
  processes = [open(), open()];
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.close()));
  await database.drop();
});
beforeEach(() => processes[0].db.deleteFrom("call_budget").execute());

const storeOf = ({ db }: OpenDatabase, clock: Clock): BudgetStore => ({
  take: (asked) => takeCall(db, { ...asked, partnerTenantId, now: clock.now() }),
  block: (ms) => blockCalls(db, { partnerTenantId, until: new Date(clock.now().getTime() + ms) }),
});

/** A budget that never waits, as one process has it. */
const budgetOf = (
  clock: Clock,
  priority: Priority,
  {
    process = 0,
    callsPerMinute = 500,
    patienceMs = 0,
  }: { process?: 0 | 1; callsPerMinute?: number; patienceMs?: number } = {},
): CallBudget =>
  createCallBudget(storeOf(processes[process], clock), { callsPerMinute, priority, patienceMs });

/** Milliseconds to wait, 0 for a call that may leave. */
async function waitOf(budget: CallBudget): Promise<number> {
  try {
    await budget.take(never);
    return 0;
  } catch (error) {
    if (error instanceof BudgetSpent) return error.retryAfterMs;
    throw error;
  }
}

/** Takes until none is left, and says how many there were. */
async function drain(budget: CallBudget): Promise<number> {
  for (let taken = 0; ; taken += 1) if ((await waitOf(budget)) > 0) return taken;
}

const mostIn = (instants: readonly number[], windowMs: number): number => {
  let first = 0;
  let most = 0;
  for (const [last, at] of instants.entries()) {
    while ((instants[first] ?? at) <= at - windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
};

describe("the call budget", () => {
  test("a full bucket and what comes back in a minute fit into the limit, whatever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 100_000 }), (limit) => {
        const { burst, perSecond } = allowance(limit);
        expect(burst + perSecond * 60).toBeLessThanOrEqual(limit);
        expect(burst + perSecond * 60).toBeGreaterThan(limit * 0.9);
      }),
    );
    expect(allowance(500)).toEqual({ burst: 125, perSecond: 375 / 63, reserve: 50 });
  });

  test("two processes of two kinds of callers never exceed 500 calls in any minute, and use most of them", async () => {
    const clock = manualClock();
    const callers = ([0, 1] as const).flatMap((process) =>
      (["interactive", "background"] as const).map((priority) => budgetOf(clock, priority, { process })),
    );
    const sent: number[] = [];
    for (let step = 0; step < 240; step += 1) {
      const waits = await Promise.all(callers.flatMap((budget) => [waitOf(budget), waitOf(budget)]));
      sent.push(...waits.filter((wait) => wait === 0).map(() => clock.now().getTime()));
      clock.advance(1_000);
    }
    expect(mostIn(sent, 60_000)).toBeLessThanOrEqual(500);
    expect(sent.length).toBeGreaterThan(4 * 350);
  });

  test("calls that come at once get exactly a full bucket between them", async () => {
    const clock = manualClock();
    const waits = await Promise.all(
      Array.from({ length: 400 }, (_, count) =>
        waitOf(budgetOf(clock, "interactive", { process: count % 2 === 0 ? 0 : 1 })),
      ),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(125);
  });

  test("a tenth of the limit is left to those who wait in Slack; a job gets none of it", async () => {
    const clock = manualClock();
    expect(await drain(budgetOf(clock, "background"))).toBe(75);
    expect(await drain(budgetOf(clock, "interactive", { process: 1 }))).toBe(50);
    clock.advance(1_000);
    expect(await waitOf(budgetOf(clock, "background"))).toBeGreaterThan(0);
    expect(await waitOf(budgetOf(clock, "interactive"))).toBe(0);
  });

  test("jobs that get none are told times one after the other, at most a minute away; people are not put in line", async () => {
    const clock = manualClock();
    await drain(budgetOf(clock, "background"));
    const waits: number[] = [];
    for (let count = 0; count < 450; count += 1) waits.push(await waitOf(budgetOf(clock, "background")));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[100]).toBeGreaterThan(16_000);
    expect(waits.at(-1)).toBe(60_000);
    expect(new Set(waits.slice(0, 330)).size).toBe(330);
    await drain(budgetOf(clock, "interactive"));
    expect(await waitOf(budgetOf(clock, "interactive"))).toBeLessThan(200);
  });

  test("survives a restart of whatever asked", async () => {
    const clock = manualClock();
    await drain(budgetOf(clock, "interactive"));
    const restarted = open();
    onTestFinished(() => restarted.close());
    const budget = createCallBudget(storeOf(restarted, clock), {
      callsPerMinute: 500,
      priority: "interactive",
      patienceMs: 0,
    });
    expect(await waitOf(budget)).toBeGreaterThan(0);
    clock.advance(10_000);
    expect(await drain(budget)).toBe(59);
  });

  test("a clock that lags behind another fills nothing twice", async () => {
    const ahead = manualClock();
    const behind = manualClock(new Date(ahead.now().getTime() - 5_000));
    await drain(budgetOf(ahead, "interactive"));
    for (let count = 0; count < 5; count += 1) {
      expect(await waitOf(budgetOf(behind, "interactive", { process: 1 }))).toBeGreaterThan(0);
      expect(await waitOf(budgetOf(ahead, "interactive"))).toBeGreaterThan(0);
    }
  });

  test("whoever is patient gets a call without an error", async () => {
    const clock = runningClock();
    const patient = budgetOf(clock, "interactive", { callsPerMinute: 1_200, patienceMs: 60_000 });
    const waits = await Promise.all(Array.from({ length: 310 }, () => waitOf(patient)));
    expect(waits.every((wait) => wait === 0)).toBe(true);
  });
});

describe("a client with a budget", () => {
  test("that is spent sends nothing and says when to come back", async () => {
    const clock = manualClock();
    const server = await startServer(found);
    const budget = budgetOf(clock, "background");
    const client = clientOf(server.url, { clock, budget });
    await client.getCustomer({ customerId });
    await drain(budget);
    const cart = { customerId, lines: [] };
    for (const call of [
      () => client.getCustomer({ customerId }),
      () => client.createCart(cart, writeCall()),
    ]) {
      expect(await failureOf(call())).toMatchObject({
        kind: "wait",
        status: 0,
        retryAfterMs: expect.any(Number),
      });
    }
    expect(server.seen).toHaveLength(1);
  });

  test("takes one for each page and for the repeat under a new token", async () => {
    const clock = manualClock();
    const next = { uri: "/roles?page=2", headers: [] };
    const server = await startServer(
      inTurn(json(401, {}), json(200, { items: [], links: { next } }), json(200, { items: [] })),
    );
    const budget = budgetOf(clock, "interactive");
    await clientOf(server.url, { clock, budget }).listRoles();
    expect(server.seen).toHaveLength(3);
    expect(await drain(budget)).toBe(122);
  });

  test("a 429 holds everybody back until its end, in every process", async () => {
    const clock = manualClock();
    const server = await startServer(inTurn(json(429, {}, { "retry-after": "20" }), found));
    const first = clientOf(server.url, { clock, budget: budgetOf(clock, "background") });
    const other = clientOf(server.url, { clock, budget: budgetOf(clock, "interactive", { process: 1 }) });
    expect(await failureOf(first.getCustomer({ customerId }))).toMatchObject({
      status: 429,
      retryAfterMs: 20_000,
    });
    expect(await failureOf(other.getCustomer({ customerId }))).toMatchObject({
      kind: "wait",
      status: 0,
      retryAfterMs: 20_000,
    });
    clock.advance(19_999);
    await failureOf(other.getCustomer({ customerId }));
    expect(server.seen).toHaveLength(1);
    clock.advance(201);
    await other.getCustomer({ customerId });
    expect(server.seen).toHaveLength(2);
  });

  test("twin: without the budget the other process runs into the same 429", async () => {
    const clock = manualClock();
    const server = await startServer(json(429, {}, { "retry-after": "20" }));
    for (const client of [clientOf(server.url, { clock }), clientOf(server.url, { clock })]) {
      await failureOf(client.getCustomer({ customerId }));
    }
    expect(server.seen).toHaveLength(2);
  });
});

describe("two processes and a Partner Center that takes 60 calls a minute", () => {
  /** Each asks eight times a second for three minutes; what Partner Center said, and how many calls got through. */
  async function rush(budgets: [CallBudget, CallBudget] | null, clock: ManualClock) {
    const simulator = await startPartnerCenterSimulator({ clock, requestsPerMinute: 60 });
    onTestFinished(() => simulator.close());
    const clients = [0, 1].map((which) => clientFor(simulator, clock, budgets?.[which]));
    let through = 0;
    for (let second = 0; second < 180; second += 1) {
      const calls = clients.flatMap((client) =>
        Array.from({ length: 4 }, () => client.getCustomer({ customerId })),
      );
      through += (await Promise.allSettled(calls)).filter(({ status }) => status === "fulfilled").length;
      clock.advance(1_000);
    }
    const statuses = simulator.requests().map(({ status }) => status);
    return { through, throttled: statuses.filter((status) => status === 429).length };
  }

  test("hear no 429 and get most of what there is", async () => {
    const clock = manualClock();
    const { through, throttled } = await rush(
      [
        budgetOf(clock, "interactive", { callsPerMinute: 60 }),
        budgetOf(clock, "background", { process: 1, callsPerMinute: 60 }),
      ],
      clock,
    );
    expect(throttled).toBe(0);
    expect(through).toBeGreaterThan(135);
  });

  test("twin: without the budget they hear it again and again", async () => {
    expect((await rush(null, manualClock())).throttled).toBeGreaterThan(100);
  });
});

test("a thousand jobs of two calls each are through in six minutes, without a 429, and come back a few times each", async () => {
  const clock = manualClock();
  const start = clock.now().getTime();
  const simulator = await startPartnerCenterSimulator({ clock, requestsPerMinute: 500 });
  onTestFinished(() => simulator.close());
  const clients = ([0, 1] as const).map((process) =>
    clientFor(simulator, clock, budgetOf(clock, "background", { process })),
  );
  let jobs = Array.from({ length: 1_000 }, (_, id) => ({ id, dueAt: start, left: 2 }));
  let returned = 0;
  const work = async (job: { id: number; dueAt: number; left: number }) => {
    try {
      await clients[job.id % 2]?.getCustomer({ customerId });
      job.left -= 1;
    } catch (error) {
      if (!(error instanceof PartnerCenterFailure) || error.kind !== "wait") throw error;
      returned += 1;
      job.dueAt = clock.now().getTime() + (error.retryAfterMs ?? 0);
    }
  };
  while (jobs.length > 0) {
    const now = clock.now().getTime();
    const due = jobs.filter(({ dueAt }) => dueAt <= now);
    for (let next = 0; next < due.length; next += 20) await Promise.all(due.slice(next, next + 20).map(work));
    jobs = jobs.filter(({ left }) => left > 0);
    clock.advance(500);
  }
  expect(simulator.requests().filter(({ status }) => status === 429)).toEqual([]);
  expect(clock.now().getTime() - start).toBeLessThan(6 * 60_000);
  expect(returned).toBeLessThan(5_000);
}, 240_000);

function clientFor(simulator: PartnerCenterSimulator, clock: Clock, budget?: CallBudget): PartnerCenter {
  const tokens = tokensBy(
    {
      authority: simulator.url,
      tenantId: PARTNER_TENANT_ID,
      clientId: CLIENT_ID,
      clientSecret: new Secret(CLIENT_SECRET),
      clock,
    },
    new Secret(REFRESH_TOKEN),
  );
  return createPartnerCenter({ baseUrl: simulator.url, tokens, clock, ...(budget ? { budget } : {}) });
}
