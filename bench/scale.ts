import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { type DeskQueue, topics } from "#jobs/queues.ts";
import { type Queues, relayOnce } from "#jobs/relay.ts";
import { sweepOnce } from "#jobs/sweeper.ts";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import type { Place } from "#src/activity/entries.ts";
import type { ActivityQuestion } from "#src/activity/filter.ts";
import { readActivity } from "#src/activity/read-activity.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import { findOrder } from "#src/cancellations/find-order.ts";
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
import { type Bench, median, quantile } from "./figures.ts";
import { openGround, readerSlackId, slackUserId, workspaceId } from "./ground.ts";
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
/** Orders of one customer who buys more than others. */
const busyOrders = 300;
/** As many as are due at once, of each kind, and as many as are handed over. */
const batch = 100;

/**
 * What takes longer with a million order lines, a million entries of the activity and a hundred thousand cancellations in flight than
 * with a thousand of each: the p99 of each act against the p99 of the same on the small ground. Small and large take every other turn,
 * so that what else the machine does meets both.
 */
export const measureScale: Bench = async function* ({ quick }) {
  const counts = quick ? { rounds: 1, times: 20, ms: 1_000 } : { rounds: 5, times: 1_000, ms: 4_000 };
  const sizes = { small, large: quick ? { lines: 50_000, activity: 50_000, moving: 5_000 } : large };
  await using little = await openScale(sizes.small);
  await using much = await openScale(sizes.large);
  for (const act of Object.keys(little.acts) as (keyof typeof little.acts)[]) {
    const round = async (times: number) => {
      const took = { little: [] as number[], much: [] as number[] };
      const end = performance.now() + counts.ms;
      for (let n = 0; n < times && (n < times / 3 || performance.now() < end); n += 1) {
        took.little.push(await timed(little.acts[act]));
        took.much.push(await timed(much.acts[act]));
      }
      return took;
    };
    await round(counts.times / 5);
    const rounds: Awaited<ReturnType<typeof round>>[] = [];
    for (let n = 0; n < counts.rounds; n += 1) rounds.push(await round(counts.times));
    const of = (at: "little" | "much", part: number) => median(rounds.map((one) => quantile(one[at], part)));
    yield {
      bench: "scale",
      what: act,
      measured: median(rounds.map((one) => quantile(one.much, 0.99) / quantile(one.little, 0.99))),
      target: { most: 2 },
      figures: `p99 ${of("much", 0.99).toFixed(1)} ms against ${of("little", 0.99).toFixed(1)} ms; p50 ${of("much", 0.5).toFixed(1)} against ${of("little", 0.5).toFixed(1)}`,
    };
  }
};

/** Prepares one turn of an act, and returns what is timed. */
type Act = () => Promise<() => unknown>;

async function timed(act: Act): Promise<number> {
  const turn = await act();
  const started = performance.now();
  await turn();
  return performance.now() - started;
}

interface Scale {
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
  const [busy = "", ...customers] = await readCustomers(bench.desk, 21);
  for (let n = 0; n < busyOrders; n += 1) await placeOrder(bench.desk, busy);
  const filled = await fill(bench, databaseUrl, customers, size);
  const reader = await recognise(bench.desk, { workspaceId, slackUserId: readerSlackId });
  const order = await bench.desk.partnerCenter.getOrder(filled.line);
  return {
    acts: actsAt({ bench, reader, customers, busy, order, size, ...filled }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** A part of so many days, in SQL: the `n`th of `of` rows, the first of them now. */
const ago = (days: number, of: number) =>
  `now() - make_interval(secs => ${days * 86_400} * n::float8 / ${of})`;

/** The same for each line of a purchase, in SQL. */
const ofLines = (line: (number: number) => string) =>
  Array.from({ length: linesOfPurchase }, (_, number) => line(number)).join(", ");

/** The rows that the desk itself made, of which all others are copies: their ids with `-` and a number behind. */
interface Filled {
  line: { customerId: string; orderId: string; lineItemNumber: number };
  cancellationId: string;
  messageId: string;
  reminderId: string;
}

/** One row of each kind by the desk itself, and then as many like it as there shall be, over two years. */
async function fill(bench: BenchDesk, databaseUrl: string, customers: string[], size: Size): Promise<Filled> {
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
  const idOf = async (table: "cancellations" | "messages" | "reminders") =>
    (await db.selectFrom(table).select("id").executeTakeFirstOrThrow()).id;
  const [cancellationId, messageId, reminderId] = [
    await idOf("cancellations"),
    await idOf("messages"),
    await idOf("reminders"),
  ];

  await multiply(db, "people", agents - 1, {
    id: "one.id || '-' || n",
    slack_user_id: "one.slack_user_id || n",
    email: "'agent' || n || '@partner.example'",
  });
  const people = `'${agent.personId}' || case n % ${agents} when 0 then '' else '-' || n % ${agents} end`;
  const customerCount = Math.max(customers.length, size.lines / linesEach);
  const known = `(array[${customers.map((id) => `'${id}'`).join(", ")}])[1 + n % ${customerCount}]`;
  const whose = {
    person_id: people,
    customer_id: `coalesce(${known}, md5((n % ${customerCount})::text)::uuid::text)`,
  };
  const another = { id: "one.id || '-' || n" };
  const purchases = size.lines / linesOfPurchase;
  const ended = size.lines / 10;
  const tables = [
    "purchases",
    "cancellations",
    "messages",
    "reminders",
    "activity",
    "audit_records",
    "audit_findings",
    "outbox",
    "windows",
  ] as const;
  await withoutIndexes(db, tables, async () => {
    const bought = { created_at: ago(730, purchases), updated_at: ago(730, purchases) };
    await multiply(
      db,
      "purchases",
      purchases,
      {
        ...another,
        ...whose,
        ...bought,
        form_token: "one.form_token || '-' || n",
        lines: `jsonb_build_array(${ofLines(() => "one.lines->0")})`,
        orders: `jsonb_build_array(one.orders->0 || jsonb_build_object(
          'orderId', (one.orders->0->>'orderId') || '-' || n,
          'lines', jsonb_build_array(${ofLines((number) => `one.orders#>'{0,lines,0}' || '{"lineItemNumber": ${number}}'`)})))`,
      },
      sql`status = 'ordered'`,
    );
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
    await multiply(
      db,
      "cancellations",
      size.moving,
      {
        ...cancellation,
        id: "one.id || '-moving-' || n",
        order_id: "one.order_id || '-moving-' || n",
        status: "'accepted'",
        accepted_at: "now()",
        next_look_at: later,
        due_at: later,
      },
      sql`id = ${cancellationId}`,
    );
    await multiply(
      db,
      "messages",
      size.lines,
      {
        ...another,
        person_id: people,
        request_id: "one.request_id || '-' || n",
        drawn_version: "one.wanted_version",
        due_at: "null",
      },
      sql`id = ${messageId}`,
    );
    await multiply(
      db,
      "reminders",
      size.lines,
      {
        ...another,
        kind: "'link_dies'",
        subject_id: "one.subject_id || '-' || n",
        due_at: later,
      },
      sql`id = ${reminderId}`,
    );
    const act = "abs(hashint4(n)) % 10";
    const ofPurchase = `${act} < 5`;
    const ofCancellation = `${act} < 9`;
    await multiply(db, "activity", size.activity, {
      ...whose,
      sequence: "1000 + n",
      at: `now() - make_interval(secs => 30 * (${size.activity} - n))`,
      act: `case when ${ofPurchase} then 'purchase.ordered' when ${ofCancellation} then 'cancellation.visible' else 'role.changed' end`,
      request_kind: `case when ${ofPurchase} then 'purchase' when ${ofCancellation} then 'cancellation' end`,
      request_id: `case when ${ofPurchase} then '${purchaseId}-' || 1 + n % ${purchases}
        when ${ofCancellation} then '${cancellationId}-' || 1 + n % ${ended} end`,
      previous_hash: "md5((n - 1)::text) || md5((n - 1)::text)",
      hash: "md5(n::text) || md5(n::text)",
    });
    await sql`
      insert into audit_records (workspace_id, id, at, operation_type, resource_type, status, user_principal_name,
        customer_id, customer_name, mirrored_at)
      select ${workspaceId}, n::text, now() - make_interval(secs => 150 * n),
        case when n % 3 = 0 then 'get_software_key' else 'update_order' end, 'order', 'succeeded',
        'agent' || n % ${sql.lit(agents)} || '@partner.example', ${sql.raw(whose.customer_id)}, 'Contoso', now()
      from generate_series(1, ${sql.lit(size.activity / 5)}) as n`.execute(db);
    await sql`
      insert into audit_findings (record_number, workspace_id, at, found_at, alert_id)
      select number, workspace_id, at, now(), 'told' from audit_records where kind = 'keys'`.execute(db);
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
  await sql`checkpoint`.execute(db);
  return { line, cancellationId, messageId, reminderId };
}

const quiet: DeskQueue = { addBulk: async () => {}, close: async () => {} };
const quietQueues = Object.fromEntries(topics.map((topic) => [topic, quiet])) as Queues;

function actsAt(
  at: Filled & {
    bench: BenchDesk;
    reader: Agent;
    customers: string[];
    busy: string;
    order: Order;
    size: Size;
  },
) {
  const { reader, customers, line, order, size } = at;
  const { desk, agent } = at.bench;
  const { db } = desk;
  const texts = createTexts("en", "UTC");
  const any = (count: number) => Math.floor(Math.random() * count);
  const anyCustomer = () => customers[any(customers.length)] ?? "";
  /** A hundred neighbours among the copies of a row. */
  const someOf = (id: string, count: number) => {
    const first = 1 + any(count - batch + 1);
    return Array.from({ length: batch }, (_, n) => `${id}-${first + n}`);
  };

  const showSoftware = async (customerId: string) => {
    const lines = await listSoftware(desk, agent, { act: "keys", customerId });
    const customer = { value: customerId, text: customerId };
    softwarePage(texts, { listToken: randomUUID(), customer, lines, query: "", page: 0 });
  };

  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const everything = { from: day(360), to: day(0), slackUserId: null, customerId: null, kind: null };
  const anyPlace = async (): Promise<Place> => {
    const { rows } = await sql<{ at: Date; number: string }>`
      select at, sequence as number from activity where workspace_id = ${workspaceId} and sequence >= (
        select (1000 + floor(random() * (max(sequence) - 1000)))::bigint from activity where workspace_id = ${workspaceId}
      ) order by sequence limit 1`.execute(db);
    return { source: "desk", at: rows[0]?.at ?? new Date(), number: rows[0]?.number ?? "1" };
  };
  /** A page from anywhere in the activity on, of what the filter lets pass. */
  const deepIn = (filter: () => Partial<ActivityQuestion>) => async () => {
    const question = { ...everything, ...filter() };
    const place = await anyPlace();
    return () => readActivity(desk, reader, { question, turn: { direction: "older", place } });
  };
  const theirs = () => {
    const n = any(customers.length);
    return { slackUserId: `${slackUserId}${n || ""}`, customerId: customers[n] ?? "" };
  };

  const nothingUnsent = () => sql`update outbox set sent_at = now() where sent_at is null`.execute(db);
  const nothingDue = async () => {
    const soon = sql`due_at < now() + interval '1 hour'`;
    await sql`update cancellations set due_at = now() + interval '1 day' where ${soon}`.execute(db);
    await sql`update reminders set due_at = now() + interval '1 day' where ${soon}`.execute(db);
    await sql`update messages set due_at = null, drawn_version = wanted_version where ${soon}`.execute(db);
    await nothingUnsent();
  };
  // Nothing shows yet, and Partner Center answers at once.
  const following: Desk = {
    ...desk,
    partnerCenter: { ...desk.partnerCenter, getOrder: async () => order, listOrders: async () => [order] },
  };
  const late = sql`due_at = now() - interval '1 second'`;

  return {
    "a customer's software page": async () => {
      const customerId = anyCustomer();
      return () => showSoftware(customerId);
    },
    "the software page of a customer with 300 orders": async () => () => showSoftware(at.busy),
    "an order by its number alone": async () => () => findOrder(desk, agent, { orderId: line.orderId }),
    "whether a line can be cancelled": async () => {
      const lines = await listSoftware(desk, agent, { act: "keys", customerId: anyCustomer() });
      // Of a subscription its deadline is read at Partner Center, which is not what is measured.
      const perpetual = lines.filter(({ kind, cancelled }) => kind === "perpetual" && !cancelled);
      const one = perpetual[any(perpetual.length)];
      return () => one && assessLine(desk, agent, { line: one });
    },
    "a Home tab": async () => async () => {
      desk.drawHome(await readHome(desk, agent), agent);
    },
    "the activity's first page": async () => () =>
      readActivity(desk, reader, { question: everything, turn: null }),
    "a page deep in the activity": deepIn(() => ({})),
    "a page deep in one person's activity": deepIn(() => ({ slackUserId: theirs().slackUserId })),
    "a page deep in one customer's activity": deepIn(() => ({ customerId: theirs().customerId })),
    "a page deep in one kind of activity": deepIn(() => ({ kind: "cancellations" })),
    "a page deep in one person's, customer's and kind's": deepIn(() => ({
      ...theirs(),
      kind: "cancellations",
    })),
    "a page deep in what was accessed elsewhere": deepIn(() => ({ kind: "outside" })),
    "a page deep in that of one person and customer": deepIn(() => ({ ...theirs(), kind: "outside" })),
    "a sweep that finds nothing": async () => {
      await nothingDue();
      return () => sweepOnce(desk);
    },
    "a sweep that finds a hundred of each": async () => {
      await nothingDue();
      const moving = someOf(`${at.cancellationId}-moving`, size.moving);
      await sql`update cancellations set ${late} where id = any(${moving})`.execute(db);
      await sql`update reminders set ${late} where id = any(${someOf(at.reminderId, size.lines)})`.execute(
        db,
      );
      await sql`
        update messages set ${late}, wanted_version = drawn_version + 1
        where id = any(${someOf(at.messageId, size.lines)})`.execute(db);
      await sql`
        insert into outbox (topic, subject_id, run_at, created_at, sent_at)
        select 'message', 'old-' || n, now(), now(), now() - interval '8 days'
        from generate_series(1, ${sql.lit(batch)}) as n`.execute(db);
      return () => sweepOnce(desk);
    },
    "a relay's batch of a hundred": async () => {
      await nothingUnsent();
      await sql`
        insert into outbox (topic, subject_id, run_at, created_at)
        select 'message', 'bench-' || n, now(), now() from generate_series(1, ${sql.lit(batch)}) as n`.execute(
        db,
      );
      return () => relayOnce(desk, quietQueues);
    },
    "a look for a cancellation": async () => {
      const cancellationId = `${at.cancellationId}-moving-${1 + any(size.moving)}`;
      await sql`
        update cancellations set due_at = now(), next_look_at = now(), accepted_at = now(), looks = 0, attempts = 0
        where id = ${cancellationId}`.execute(db);
      return () => followCancellation(following, { cancellationId });
    },
  } satisfies Record<string, Act>;
}
