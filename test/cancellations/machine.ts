import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { seedCustomers } from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { takeBack } from "#src/cancellations/take-back.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import type { Failpoint } from "#src/desk/failpoints.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { type PartnerCenter, PartnerCenterFailure } from "#src/partner-center/port.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import fc from "../ground/fast-check.ts";
import { placeOrder, type StockLine } from "./stock.ts";
import { work } from "./work.ts";

/**
 * The cancellation machine on the real code, database, client and HTTP. Agents ask for lines, alone, at once and in batches, and
 * take them back; answers get lost; Partner Center refuses, waits and lags; workers crash at every failpoint; time passes up to
 * the deadline and beyond. After every step `misdeed` says what is wrong, and when all has come to rest, what did not end well.
 */

export type Row = RequestRows["cancellation"];
type Change = (desk: Desk) => Desk;

/** What really went to Partner Center, as it was answered there. */
interface Call {
  at: Date;
  lines: string[];
  requestId: string;
  answer: "ok" | "none" | "not_now" | "no";
  code: number;
}

const minute = 60_000;
const ended = ["visible", "refused", "taken_back", "needs_person"];
const keyOf = (line: { orderId: string; lineItemNumber: number }) => `${line.orderId}#${line.lineItemNumber}`;
const rowKey = (row: Row) => `${row.order_id}#${row.line_item_number}`;
class Crash extends Error {}

export class World {
  readonly under: DeskUnderTest;
  desk: Desk;
  agents: Agent[] = [];
  lines: StockLine[] = [];
  readonly asked = new Set<string>();
  readonly batches: { batchId: string; wanted: Set<string> }[] = [];
  calls: Call[] = [];
  reads: { at: Date; orderId: string | null; calls: number }[] = [];
  unexpected: string[] = [];
  #crashAt: Failpoint | null = null;
  readonly #finals = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  constructor(under: DeskUnderTest, change: Change) {
    this.under = under;
    const recorded: Desk = {
      ...under.desk,
      partnerCenter: this.#record(under.desk.partnerCenter),
      timings: { ...under.desk.timings },
      limits: { ...under.desk.limits, revealsPerHour: 1_000_000 },
      failpoint: async (point) => {
        if (this.#crashAt !== point) return;
        this.#crashAt = null;
        throw new Crash(point);
      },
    };
    this.desk = change(recorded);
  }

  #record(partnerCenter: PartnerCenter): PartnerCenter {
    const noted = async <T>(lines: string[], requestId: string, call: () => Promise<T>): Promise<T> => {
      const at = this.under.clock.now();
      const note = (answer: Call["answer"], code = 0) =>
        this.calls.push({ at, lines, requestId, answer, code });
      try {
        const result = await call();
        note("ok");
        return result;
      } catch (error) {
        if (!(error instanceof PartnerCenterFailure)) throw error;
        const unknown = error.kind === "retry_same_id" || error.kind === "unreadable";
        note(unknown ? "none" : error.kind === "refused" ? "no" : "not_now", error.code);
        throw error;
      }
    };
    const read = async <T>(orderId: string | null, call: () => Promise<T>): Promise<T> => {
      const result = await call();
      this.reads.push({ at: this.under.clock.now(), orderId, calls: this.calls.length });
      return result;
    };
    return {
      ...partnerCenter,
      getOrder: (input) => read(input.orderId, () => partnerCenter.getOrder(input)),
      listOrders: (input) => read(null, () => partnerCenter.listOrders(input)),
      cancelOrderLines: (input, call) =>
        noted(
          input.lines.map(({ lineItemNumber }) => keyOf({ orderId: input.orderId, lineItemNumber })),
          call.requestId,
          () => partnerCenter.cancelOrderLines(input, call),
        ),
      cancelSubscription: (input, call) =>
        noted([this.#lineOfSubscription(input.subscription.id)], call.requestId, () =>
          partnerCenter.cancelSubscription(input, call),
        ),
    };
  }

  #lineOfSubscription(id: string): string {
    for (const order of this.under.simulator.orders()) {
      const line = order.lines.find(({ subscriptionId }) => subscriptionId === id);
      if (line) return keyOf({ orderId: order.id, lineItemNumber: line.lineItemNumber });
    }
    throw new Error(`no subscription ${id}`);
  }

  /** A fresh pair of orders, the first of two lines; the agents as they are now. */
  async begin(): Promise<void> {
    const { simulator } = this.under;
    simulator.clearFaults();
    simulator.configure({ cancellationLagMs: 0 });
    this.desk.timings.graceSeconds = 0;
    await this.meet();
    const customerId = seedCustomers[0]?.id ?? "";
    this.lines = [
      ...(await placeOrder(this.under.desk, customerId, { kind: "perpetual", lines: 2 })),
      ...(await placeOrder(this.under.desk, customerId, { kind: "subscription", lines: 1 })),
      ...(await placeOrder(this.under.desk, customerId, { kind: "perpetual", lines: 1 })),
    ];
    this.calls = [];
    this.reads = [];
    this.asked.clear();
    this.batches.length = 0;
    this.unexpected = [];
    this.#finals.clear();
    this.#keys.clear();
    this.#crashAt = null;
  }

  async meet(): Promise<void> {
    this.agents = [await this.under.agent("U0AGENT"), await this.under.agent("U0AGENT2")];
  }

  async ask(lines: number[], agents: number[]): Promise<void> {
    await Promise.all(
      agents.flatMap((by) =>
        lines.map((index) => this.#askFor(randomUUID(), [this.#line(index)], this.#agent(by))),
      ),
    );
  }

  async askMany(lines: number[], by: number, twice: boolean): Promise<void> {
    const formToken = randomUUID();
    const wanted = [...lines.map((index) => this.#line(index)), { ...this.#line(0), lineItemNumber: 7 }];
    const ask = () => this.#askFor(formToken, wanted, this.#agent(by));
    await Promise.all(Array.from({ length: twice ? 2 : 1 }, ask));
  }

  async #askFor(formToken: string, lines: StockLine[], agent: Agent): Promise<void> {
    const wanted = new Set(lines.map(keyOf));
    for (const key of wanted) this.asked.add(key);
    await this.#try(async () => {
      const { batchId } = await requestCancellations(this.desk, agent, {
        formToken,
        customerId: lines[0]?.customerId ?? "",
        lines,
      });
      if (!this.batches.some((batch) => batch.batchId === batchId)) this.batches.push({ batchId, wanted });
    });
  }

  async reveal(index: number): Promise<void> {
    await this.#try(async () => {
      const { keyRequestId } = await revealKey(this.desk, this.#agent(0), {
        formToken: randomUUID(),
        ...this.#line(index),
        choice: { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" },
        reason: "A new server",
      });
      this.#keys.set(keyRequestId, keyOf(this.#line(index)));
    });
  }

  async takeBack(index: number, by: number, whileWorking: boolean): Promise<void> {
    const rows = await this.rows();
    const row = rows[index % Math.max(1, rows.length)];
    if (!row) return;
    const back = () =>
      this.#try(async () => takeBack(this.desk, this.#agent(by), { cancellationId: row.id }));
    await Promise.all([back(), ...(whileWorking ? [this.work(2)] : [])]);
  }

  async work(workers: number): Promise<void> {
    await work(this.desk, {
      workers,
      onError: (error) => {
        if (!(error instanceof Crash)) this.unexpected.push(String(error));
      },
    });
  }

  async pass(ms: number, workers: number): Promise<void> {
    this.under.clock.advance(ms);
    await this.meet();
    await ringOverdue(this.desk);
    await this.work(workers);
  }

  /** To this long before (negative) or after the deadline of a line, if that is still to come. */
  async toDeadline(index: number, ms: number): Promise<void> {
    const deadline = this.#deadlines().get(keyOf(this.#line(index))) ?? 0;
    this.under.clock.advance(Math.max(0, deadline + ms - this.under.clock.now().getTime()));
    await this.meet();
  }

  crashAt(point: Failpoint): void {
    this.#crashAt = point;
  }

  #deadlines(): Map<string, number> {
    const mine = new Set(this.lines.map(({ orderId }) => orderId));
    return new Map(
      this.under.simulator
        .orders()
        .filter(({ id }) => mine.has(id))
        .flatMap((order) =>
          order.lines.map(
            (line) =>
              [
                keyOf({ orderId: order.id, lineItemNumber: line.lineItemNumber }),
                Date.parse(line.deadline),
              ] as const,
          ),
        ),
    );
  }

  #line(index: number): StockLine {
    const line = this.lines[index % this.lines.length];
    if (!line) throw new Error("nothing was bought");
    return line;
  }

  #agent(by: number): Agent {
    const agent = this.agents[by % this.agents.length];
    if (!agent) throw new Error("nobody is there");
    return agent;
  }

  /** An agent hears a refusal in words; anything else is a fault of ours. */
  async #try(verb: () => Promise<void>): Promise<void> {
    try {
      await verb();
    } catch (error) {
      if (!(error instanceof DeskError)) this.unexpected.push(String(error));
    }
  }

  rows(): Promise<Row[]> {
    return this.desk.db
      .selectFrom("cancellations")
      .selectAll()
      .where(
        "order_id",
        "in",
        this.lines.map(({ orderId }) => orderId),
      )
      .orderBy("id")
      .execute();
  }

  /** Everything comes to rest: faults end, and as much time passes as the slowest of them needs. What is wrong on the way, or null. */
  async settle(): Promise<string | null> {
    this.under.simulator.clearFaults();
    this.#crashAt = null;
    for (let passed = 0; passed < 24; passed += 1) {
      await this.pass(passed < 4 ? 90_000 : 6 * minute, 1);
      const found = await this.misdeed();
      if (found) return found;
      if (passed > 1 && (await this.rows()).every((row) => ended.includes(row.status))) break;
    }
    await this.pass(minute, 1);
    return (await this.misdeed()) ?? (await this.#leftOver());
  }

  /** What must not be, at any moment; null when all is well. */
  async misdeed(): Promise<string | null> {
    if (this.unexpected.length > 0) return `unexpected: ${this.unexpected[0]}`;
    const rows = await this.rows();
    return (
      this.#wrongCall(rows) ??
      this.#wrongRow(rows) ??
      (await this.#wrongKey(rows)) ??
      (await this.#wrongMessage(rows)) ??
      (await this.#wrongBatch(rows))
    );
  }

  /** What is sent, and how often. */
  #wrongCall(rows: Row[]): string | null {
    const deadlines = this.#deadlines();
    for (const [index, call] of this.calls.entries()) {
      for (const line of call.lines) {
        if (!this.asked.has(line)) return `${line} was sent and nobody asked for it`;
        if (call.at.getTime() > (deadlines.get(line) ?? 0)) return `${line} was sent after its deadline`;
        const before = this.calls.slice(0, index).findLastIndex((one) => one.lines.includes(line));
        const lost = this.calls[before];
        if (lost?.answer !== "none") continue;
        if (lost.requestId !== call.requestId) return `${line} was sent anew after a lost answer`;
        const late = call.at.getTime() - lost.at.getTime() > 11 * minute;
        const orderId = line.split("#")[0] ?? null;
        const looked = this.reads.some(
          (read) => read.calls > before && read.calls <= index && (read.orderId ?? orderId) === orderId,
        );
        if (late && !looked) return `${line} was sent again late, without a look`;
      }
      const stale = this.calls.filter((one) => one.code === 2055 && one.lines[0] === call.lines[0]);
      const asks = rows.filter((row) => rowKey(row) === call.lines[0]).length;
      if (stale.length > 2 * asks) return `${call.lines[0]} met a stale etag ${stale.length} times`;
    }
    return null;
  }

  /** What a row says, against what Partner Center holds. */
  #wrongRow(rows: Row[]): string | null {
    const truth = new Map(
      this.under.simulator
        .orders()
        .flatMap((order) =>
          order.lines.map(
            (line) => [keyOf({ orderId: order.id, lineItemNumber: line.lineItemNumber }), line] as const,
          ),
        ),
    );
    for (const line of this.lines) {
      if (truth.get(keyOf(line))?.cancellation !== "none" && !this.asked.has(keyOf(line)))
        return `${keyOf(line)} is cancelled and nobody asked for it`;
      const holding = rows.filter(
        (row) =>
          rowKey(row) === keyOf(line) && !["refused", "taken_back", "needs_person"].includes(row.status),
      );
      if (holding.length > 1) return `${keyOf(line)} is being cancelled ${holding.length} times`;
    }
    for (const row of rows) {
      const { cancellation } = truth.get(rowKey(row)) ?? { cancellation: "none" };
      const final = this.#finals.get(row.id);
      if (final && final !== row.status) return `${row.id} was ${final} and is ${row.status}`;
      if (ended.includes(row.status)) this.#finals.set(row.id, row.status);
      if (ended.includes(row.status) !== (row.due_at === null)) return `${row.id} is ${row.status} and due`;
      if (row.status === "visible" && cancellation !== "visible") return `${row.id} shows and does not`;
      const taken = row.status === "accepted" || row.status === "overdue";
      if (taken && cancellation === "none") return `${row.id} is ${row.status} and nobody took it`;
      const only = !rows.some(
        (other) =>
          other !== row && rowKey(other) === rowKey(row) && !["refused", "taken_back"].includes(other.status),
      );
      if (only && row.status === "refused" && cancellation !== "none")
        return `${row.id} is refused and cancelled`;
      if (row.status === "taken_back" && row.sent_at) return `${row.id} was taken back and sent`;
      if (only && row.status === "taken_back" && cancellation !== "none")
        return `${row.id} was taken back and cancelled`;
      const age = this.under.clock.now().getTime() - (row.accepted_at?.getTime() ?? Number.POSITIVE_INFINITY);
      if (
        row.status === "accepted" &&
        row.looks > 0 &&
        age > 17 * minute &&
        row.updated_at.getTime() - (row.accepted_at?.getTime() ?? 0) >= 17 * minute
      )
        return `${row.id} is late and nobody was told`;
    }
    return null;
  }

  /** C10: keys are revoked when the cancellation shows, and not before. */
  async #wrongKey(rows: Row[]): Promise<string | null> {
    if (this.#keys.size === 0) return null;
    const keys = await this.desk.db
      .selectFrom("key_requests")
      .select(["id", "revoked_at"])
      .where("id", "in", [...this.#keys.keys()])
      .execute();
    for (const key of keys) {
      const shows = rows.some((row) => rowKey(row) === this.#keys.get(key.id) && row.status === "visible");
      if (shows !== (key.revoked_at !== null))
        return `${key.id} is ${shows ? "not revoked though its cancellation shows" : "revoked before its cancellation shows"}`;
    }
    return null;
  }

  async #wrongMessage(rows: Row[]): Promise<string | null> {
    const ids = [...rows.map((row) => row.id), ...this.batches.map(({ batchId }) => batchId)];
    if (ids.length === 0) return null;
    const messages = await this.desk.db
      .selectFrom("messages")
      .select(["id", "request_id"])
      .where("request_id", "in", ids)
      .execute();
    for (const id of ids) {
      const own = messages.filter((message) => message.request_id === id).length;
      const expected = rows.find((row) => row.id === id)?.batch_id ? 0 : 1;
      if (own !== expected) return `${id} has ${own} messages`;
    }
    for (const message of messages) {
      const posts = this.under.chat.posted.filter(({ messageId }) => messageId === message.id).length;
      if (posts > 1) return `${message.request_id} was posted ${posts} times`;
    }
    return null;
  }

  /** C7: every line of a batch is one of its items, or refused by name. */
  async #wrongBatch(rows: Row[]): Promise<string | null> {
    for (const { batchId, wanted } of this.batches) {
      const batch = await this.desk.db
        .selectFrom("cancellation_batches")
        .select(["status", "refused_items"])
        .where("id", "=", batchId)
        .executeTakeFirstOrThrow();
      const items = rows.filter((row) => row.batch_id === batchId);
      const named = [...items.map(rowKey), ...batch.refused_items.map(keyOf)].sort();
      if (named.join() !== [...wanted].sort().join()) return `${batchId} does not account for every line`;
      const over = items.every((row) => ended.includes(row.status));
      if ((batch.status === "ended") !== over) return `${batchId} is ${batch.status}`;
    }
    return null;
  }

  /** What did not end well, once all is at rest. */
  async #leftOver(): Promise<string | null> {
    for (const row of await this.rows()) {
      if (!ended.includes(row.status)) return `${row.id} rests in ${row.status}`;
    }
    const undrawn = await sql<{ id: string }>`
      select id from messages where drawn_version < wanted_version and undeliverable is null limit 1`.execute(
      this.desk.db,
    );
    return undrawn.rows[0] ? `${undrawn.rows[0].id} was not drawn` : null;
  }
}

class Step implements fc.AsyncCommand<object, World> {
  readonly #name: string;
  readonly #run: (world: World) => Promise<void> | void;

  constructor(name: string, run: (world: World) => Promise<void> | void) {
    this.#name = name;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, world: World): Promise<void> {
    await this.#run(world);
    const found = await world.misdeed();
    if (found) throw new Error(found);
  }

  toString(): string {
    return this.#name;
  }
}

const line = fc.nat({ max: 3 });
const some = fc.uniqueArray(line, { minLength: 1, maxLength: 4 });
const workers = fc.constantFrom(1, 2);
const patch = { method: "PATCH", path: "/customers/" };
const refusals: [number, number, string][] = [
  [400, 800061, "The order cannot be cancelled."],
  [400, 800063, "Use the subscription."],
  [400, 800096, "The status cannot be changed."],
  [404, 20003, "The subscription was not found."],
  [400, 2055, "The etag is not the current one."],
  [400, 2055, "The etag is not the current one."],
  [409, 800014, "An adjustment is pending."],
  [409, 900278, "An operation is pending."],
  [400, 900117, "The 30-day cancellation window has passed."],
  [403, 900150, "The role may not."],
];
const crashes: Failpoint[] = [
  "cancellation.claimed",
  "cancellation.request_id_saved",
  "cancellation.answered",
  "cancellation.recorded",
  "cancellation.looked",
  "message.claimed",
  "message.posted",
  "message.recorded",
];

const step = (name: string, run: (world: World) => Promise<void> | void) => new Step(name, run);

const asking = [
  fc
    .tuple(some, fc.constantFrom([0], [1], [0, 1], [0, 1]))
    .map(([lines, agents]) => step(`ask ${lines} by ${agents}`, (world) => world.ask(lines, [...agents]))),
  fc
    .tuple(some, fc.nat({ max: 1 }), fc.boolean())
    .map(([lines, by, twice]) =>
      step(`ask together ${lines}${twice ? " twice" : ""}`, (world) => world.askMany(lines, by, twice)),
    ),
];

const passing = [
  fc
    .tuple(fc.constantFrom(10_000, 25_000, minute, 4 * minute, 13 * minute, 19 * minute), workers)
    .map(([ms, count]) => step(`pass ${ms / 1_000} s, ${count}`, (world) => world.pass(ms, count))),
];

const refusing = [
  fc
    .tuple(fc.constantFrom(...refusals), fc.constantFrom(1, 2, 5, 5))
    .map(([[status, code, description], times]) =>
      step(`refuse ${code} x${times}`, (world) =>
        world.under.simulator.addFault({
          ...patch,
          fault: "answer",
          times,
          answer: { status, code, description },
        }),
      ),
    ),
];

/** All that can happen: most of all, agents ask, time passes and Partner Center says no. */
const happenings = [
  ...asking,
  ...asking,
  workers.map((count) => step(`work ${count}`, (world) => world.work(count))),
  ...passing,
  ...passing,
  fc
    .constantFrom("reset-before" as const, "reset-after-commit" as const, "invalid-json" as const)
    .map((fault) =>
      step(`lose ${fault}`, (world) => world.under.simulator.addFault({ ...patch, fault, times: 1 })),
    ),
  ...refusing,
  ...refusing,
  fc
    .constantFrom("429" as const, "503" as const)
    .map((fault) =>
      step(`trouble ${fault}`, (world) =>
        world.under.simulator.addFault({ path: "/orders/", fault, times: 2, retryAfterSeconds: 20 }),
      ),
    ),
  fc
    .constantFrom(0, 5, 14, 20, 20)
    .map((minutes) =>
      step(`lag ${minutes} min`, (world) =>
        world.under.simulator.configure({ cancellationLagMs: minutes * minute }),
      ),
    ),
  fc.constantFrom(...crashes).map((point) => step(`crash at ${point}`, (world) => world.crashAt(point))),
  fc.constantFrom(0, 60).map((seconds) =>
    step(`grace ${seconds}`, (world) => {
      world.desk.timings.graceSeconds = seconds;
    }),
  ),
  fc
    .tuple(fc.nat({ max: 5 }), fc.nat({ max: 1 }), fc.boolean())
    .map(([index, by, busy]) =>
      step(`take back ${index}${busy ? " while working" : ""}`, (world) => world.takeBack(index, by, busy)),
    ),
  line.map((index) => step(`reveal ${index}`, (world) => world.reveal(index))),
  fc
    .tuple(line, fc.constantFrom(-20_000, 20_000))
    .map(([index, ms]) =>
      step(`to ${ms / 1_000} s past the deadline of ${index}`, (world) => world.toDeadline(index, ms)),
    ),
];

/** A chain of steps that breaks nothing: for every run, and what each mutant is caught by. */
export const machine = (world: () => World) =>
  fc.asyncProperty(fc.commands(happenings, { maxCommands: 14, size: "max" }), async (commands) => {
    const real = world();
    await fc.asyncModelRun(async () => {
      await real.begin();
      return { model: {}, real };
    }, commands);
    await finish(real);
  });

/** The same with the steps given. */
export async function play(
  world: World,
  steps: readonly ((world: World) => Promise<void> | void)[],
): Promise<void> {
  await world.begin();
  for (const one of steps) await step("", one).run({}, world);
  await finish(world);
}

async function finish(world: World): Promise<void> {
  const found = await world.settle();
  if (found) throw new Error(found);
}

/** A world of 30 and 7 days on both sides; `change` plants a mistake. */
export async function openWorld(change: Change = (desk) => desk): Promise<World> {
  const under = await openDesk({
    simulator: { edition: "2022-07" },
    override: () => ({ policyEdition: "2022-07" }),
  });
  return new World(under, change);
}
