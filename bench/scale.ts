import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { type DeskQueue, topics } from "#jobs/queues.ts";
import { type Queues, relayOnce } from "#jobs/relay.ts";
import { sweepOnce } from "#jobs/sweeper.ts";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { readActivity } from "#src/activity/read-activity.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import { followCancellation } from "#src/cancellations/follow.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import type { Desk } from "#src/desk/context.ts";
import { readHome } from "#src/home/read.ts";
import type { Order } from "#src/partner-center/port.ts";
import { confirmPurchase } from "#src/purchases/confirm.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import { placePurchase } from "#src/purchases/place.ts";
import { softwarePage } from "#src/slack/keys/software.ts";
import { createTexts } from "#src/slack/locales/texts.ts";
import { watchPurchases } from "#src/windows/watch.ts";
import { type BenchDesk, openBenchDesk, placeOrder, quoteOne, readCustomers } from "./desk.ts";
import { type Bench, interleaved, median, quantile } from "./figures.ts";
import { openGround, readerSlackId, workspaceId } from "./ground.ts";
import { multiply, openFiller, withoutIndexes } from "./multiply.ts";

/** How much there is. Lines are of orders at Partner Center and of our own purchases alike, fifty for each customer. */
interface Size {
  lines: number;
  activity: number;
  moving: number;
}

const small: Size = { lines: 1_000, activity: 1_000, moving: 100 };
const large: Size = { lines: 1_000_000, activity: 1_000_000, moving: 100_000 };
const linesEach = 50;
const linesOfPurchase = 5;
const agents = 20;

/**
 * What takes longer with a million order lines, a million entries of the activity and a hundred thousand cancellations in flight than
 * with a thousand of each: the p99 of each against the p99 of the same on the small ground.
 */
export const measureScale: Bench = async function* ({ quick }) {
  const counts = quick ? { rounds: 1, times: 20 } : { rounds: 5, times: 100 };
  const sizes = { small, large: quick ? { lines: 50_000, activity: 50_000, moving: 5_000 } : large };
  await using little = await openScale(sizes.small);
  await using much = await openScale(sizes.large);
  for (const act of Object.keys(little.acts) as (keyof typeof little.acts)[]) {
    const time = (at: Scale) => async () => {
      const took: number[] = [];
      for (let n = 0; n < counts.times; n += 1) {
        const turn = await at.acts[act]();
        const started = performance.now();
        await turn();
        took.push(performance.now() - started);
      }
      return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
    };
    await time(little)();
    await time(much)();
    const results = await interleaved(counts.rounds, { little: time(little), much: time(much) });
    const of = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick));
    yield {
      bench: "scale",
      what: act,
      measured: of((one) => one.much.p99 / one.little.p99),
      target: { most: 2 },
      figures: `p99 ${of((one) => one.much.p99).toFixed(1)} ms against ${of((one) => one.little.p99).toFixed(1)} ms; p50 ${of((one) => one.much.p50).toFixed(1)} against ${of((one) => one.little.p50).toFixed(1)}`,
    };
  }
};

interface Scale {
  /** Each prepares one turn of an act, which is then timed. */
  acts: ReturnType<typeof actsAt>;
  [Symbol.asyncDispose](): Promise<void>;
}

async function openScale(size: Size): Promise<Scale> {
  const open = new AsyncDisposableStack();
  const customerCount = Math.max(500, size.lines / linesEach);
  // Each of them has as much at Partner Center, however many there are.
  const population = { customers: customerCount, orderLines: customerCount * linesEach };
  const ground = open.use(await openGround({ generate: population }));
  const databaseUrl = await ground.createDatabase();
  const bench = open.use(await openBenchDesk(ground, databaseUrl));
  const customers = await readCustomers(bench.desk, 20);
  const movingId = await fill(bench, databaseUrl, customers, size);
  const reader = await recognise(bench.desk, { workspaceId, slackUserId: readerSlackId });
  const [customerId = ""] = customers;
  const { orderId } = await placeOrder(bench.desk, customerId);
  const order = await bench.desk.partnerCenter.getOrder({ customerId, orderId });
  const moving = { id: movingId, count: size.moving };
  return {
    acts: actsAt(bench, reader, customers, order, moving),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** A part of so many days, in SQL: the `n`th of `of` rows, the first of them now. */
const ago = (days: number, of: number) =>
  `now() - make_interval(secs => ${days * 86_400} * n::float8 / ${of})`;

/**
 * One row of each kind by the desk itself, and then as many like it as there shall be, over two years. Returns how the ids of
 * the cancellations in flight begin; they are counted from 1.
 */
async function fill(bench: BenchDesk, databaseUrl: string, customers: string[], size: Size): Promise<string> {
  const { desk, agent } = bench;
  await using filler = await openFiller(databaseUrl);
  const { db } = filler;
  const [customerId = ""] = customers;
  const { purchaseId, hash } = await quoteOne(bench, customerId);
  await confirmPurchase(desk, agent, { purchaseId, hash });
  await placePurchase(desk, { purchaseId });
  await watchPurchases(desk, agent, agent.personId);
  const line = await placeOrder(desk, customerId);
  await requestCancellations(desk, agent, { formToken: randomUUID(), customerId, lines: [line] });
  await sql`update outbox set sent_at = now()`.execute(db);
  const { id: cancellationId } = await db.selectFrom("cancellations").select("id").executeTakeFirstOrThrow();

  await multiply(db, "people", agents - 1, {
    id: "one.id || '-' || n",
    slack_user_id: "one.slack_user_id || n",
    email: "'agent' || n || '@partner.example'",
  });
  const people = `${agent.personId.replace(/.*/, "'$&'")} || case n % ${agents} when 0 then '' else '-' || n % ${agents} end`;
  const customerCount = Math.max(customers.length, size.lines / linesEach);
  const known = `(array[${customers.map((id) => `'${id}'`).join(", ")}])[1 + n % ${customerCount}]`;
  const whose = {
    person_id: people,
    customer_id: `coalesce(${known}, md5((n % ${customerCount})::text)::uuid::text)`,
  };
  const another = { id: "one.id || '-' || n" };
  const purchases = size.lines / linesOfPurchase;
  const ended = size.lines / 10;
  const tables = ["purchases", "cancellations", "messages", "activity", "outbox", "windows"] as const;
  await withoutIndexes(db, tables, async () => {
    const bought = { created_at: ago(730, purchases), updated_at: ago(730, purchases) };
    await multiply(db, "purchases", purchases, {
      ...another,
      ...whose,
      ...bought,
      form_token: "one.form_token || '-' || n",
    });
    const cancellation = {
      ...whose,
      batch_id: "null",
      ms_request_id: "md5(n::text)::uuid",
      sent_at: ago(700, ended),
      accepted_at: ago(700, ended),
      created_at: ago(700, ended),
      updated_at: ago(700, ended),
    };
    await multiply(db, "cancellations", ended, {
      ...cancellation,
      ...another,
      order_id: "one.order_id || '-' || n",
      status: "'visible'",
      visible_at: ago(700, ended),
      due_at: "null",
      credit_status: "'seen'",
      credit_seen: "1",
      credit_invoice_id: "'D0001'",
    });
    const later = "now() + interval '1 day' + make_interval(secs => n)";
    await multiply(db, "cancellations", size.moving, {
      ...cancellation,
      id: "one.id || '-moving-' || n",
      order_id: "one.order_id || '-moving-' || n",
      status: "'accepted'",
      accepted_at: "now()",
      next_look_at: later,
      due_at: later,
    });
    await multiply(db, "messages", size.lines / 5, {
      ...another,
      person_id: people,
      request_id: "one.request_id || '-' || n",
      drawn_version: "one.wanted_version",
      due_at: "null",
    });
    await multiply(db, "activity", size.activity, {
      ...whose,
      sequence: "1000 + n",
      at: `now() - make_interval(secs => 30 * (${size.activity} - n))`,
      previous_hash: "md5((n - 1)::text) || md5((n - 1)::text)",
      hash: "md5(n::text) || md5(n::text)",
    });
    await multiply(db, "outbox", size.lines, {
      subject_id: "one.subject_id || '-' || n",
      sent_at: "now() - make_interval(secs => n % 500000)",
    });
    const closing = (730 - 60) / 730;
    await multiply(db, "windows", purchases, {
      ...another,
      person_id: people,
      order_id: "one.order_id || '-' || n",
      deadline_at: `now() + make_interval(days => 60) - (now() - ${ago(730, purchases)})`,
      closed_at: `case when n > ${purchases * (1 - closing)} then now() end`,
    });
  });
  await sql`vacuum analyze`.execute(db);
  return `${cancellationId}-moving-`;
}

const quiet: DeskQueue = { addBulk: async () => {}, close: async () => {} };
const quietQueues = Object.fromEntries(topics.map((topic) => [topic, quiet])) as Queues;

/** Every act, as one function that prepares a turn and returns it. */
function actsAt(
  bench: BenchDesk,
  reader: Agent,
  customers: string[],
  order: Order,
  moving: { id: string; count: number },
) {
  const { desk, agent } = bench;
  const { db } = desk;
  const texts = createTexts("en", "UTC");
  const any = <T>(of: readonly T[]) => of[Math.floor(Math.random() * of.length)] as T;
  // Nothing shows yet, and Partner Center answers at once.
  const following: Desk = {
    ...desk,
    partnerCenter: { ...desk.partnerCenter, getOrder: async () => order, listOrders: async () => [order] },
  };
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const question = { from: day(360), to: day(0), slackUserId: null, customerId: null, kind: null };
  const nothingUnsent = () => sql`update outbox set sent_at = now() where sent_at is null`.execute(db);
  const nothingDue = () =>
    sql`update cancellations set due_at = now() + interval '1 day' where due_at < now() + interval '1 hour'`.execute(
      db,
    );
  return {
    "a customer's software page": async () => {
      const customerId = any(customers);
      return async () => {
        const lines = await listSoftware(desk, agent, { act: "keys", customerId });
        const customer = { value: customerId, text: customerId };
        softwarePage(texts, { listToken: randomUUID(), customer, lines, query: "", page: 0 });
      };
    },
    "whether a line can be cancelled": async () => {
      const lines = await listSoftware(desk, agent, { act: "keys", customerId: any(customers) });
      // Of a subscription its deadline is read at Partner Center, which is not what is measured.
      const line = lines.find(({ kind, cancelled }) => kind === "perpetual" && !cancelled);
      return () => line && assessLine(desk, agent, { line });
    },
    "a Home tab": async () => async () => {
      desk.drawHome(await readHome(desk, agent), agent);
    },
    "the activity's first page": async () => () => readActivity(desk, reader, { question, turn: null }),
    "a page deep in the activity": async () => {
      const { rows } = await sql<{ at: Date; number: string }>`
        select at, sequence as number from activity where workspace_id = ${workspaceId} and sequence >= (
          select 1000 + floor(random() * (max(sequence) - 1000)) from activity where workspace_id = ${workspaceId}
        ) order by sequence limit 1`.execute(db);
      const place = {
        source: "desk" as const,
        at: rows[0]?.at ?? new Date(),
        number: rows[0]?.number ?? "1",
      };
      return () => readActivity(desk, reader, { question, turn: { direction: "older", place } });
    },
    "a sweep that finds nothing": async () => {
      await nothingDue();
      return () => sweepOnce(desk);
    },
    "a sweep that finds a hundred": async () => {
      await nothingDue();
      await sql`
        update cancellations set due_at = now() - interval '1 second' where id in (
          select id from cancellations where due_at is not null order by due_at desc limit 100)`.execute(db);
      return () => sweepOnce(desk);
    },
    "a relay's batch of a hundred": async () => {
      await nothingUnsent();
      await sql`
        insert into outbox (topic, subject_id, run_at, created_at)
        select 'message', 'bench-' || n, now(), now() from generate_series(1, 100) as n`.execute(db);
      return () => relayOnce(desk, quietQueues);
    },
    "a look for a cancellation": async () => {
      const cancellationId = `${moving.id}${1 + Math.floor(Math.random() * moving.count)}`;
      await sql`
        update cancellations set due_at = now(), next_look_at = now(), accepted_at = now(), looks = 0, attempts = 0
        where id = ${cancellationId}`.execute(db);
      return () => followCancellation(following, { cancellationId });
    },
  } satisfies Record<string, () => Promise<() => unknown>>;
}
