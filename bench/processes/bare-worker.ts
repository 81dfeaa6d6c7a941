import { randomUUID } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import { createPostgresBackend, type PgPool, Queue, runMigrations, Worker, withBackend } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";

/** What jobs do that make the calls of cancellations and keep as many rows, by none of the desk's rules. */
export interface BareWork {
  orders: { customerId: string; orderId: string; lines: { lineItemNumber: number; offerId: string }[] }[];
  jobsEach: number;
  /** Rows written for each order. */
  rowsEach: number;
  /** How many of the orders are read after they were changed. */
  reads: number;
  /** What a message shows, as JSON. */
  blocks: string;
}

/**
 * BullMQ alone: adds as many jobs as it is told, a hundred at a time, runs them, and says how long that took, in ms.
 * They do nothing, or the plain work that it is told.
 */
const { DATABASE_URL, REDIS_URL, SLACK_API_URL = "", PARTNER_CENTER_URL = "" } = process.env;
/** As many at a time as is fastest for it. */
const options = { concurrency: REDIS_URL ? 24 : 8 };
// What the desk has its queues keep: a count on PostgreSQL sorts the queue for each job, and deadlocks.
const keep = { removeOnComplete: REDIS_URL ? { age: 3_600, count: 1_000 } : true };
const pool = new pg.Pool({
  connectionString: DATABASE_URL,
  max: 20,
  options: "-c search_path=public,bullmq",
});
/** Loaded when it is needed: what does nothing weighs nothing. */
let slack: WebClient | null = null;
let token: string | null = null;
let underWay: BareWork | null = null;
let done = 0;
let finished: (() => void) | null = null;
let wanted = 0;
const run = async ({ data }: { data: { id: string } }) => {
  if (underWay) await work(underWay, Number(data.id)).catch(giveUp);
  done += 1;
  if (done === wanted) finished?.();
};
/** Work that fails is not measured. */
const giveUp = (error: unknown) => {
  process.stderr.write(`${error}\n`);
  process.exit(1);
};
const queue = await connect();

async function connect(): Promise<{ addBulk: Queue["addBulk"] }> {
  if (REDIS_URL) {
    const connection = () => new Redis(REDIS_URL, { maxRetriesPerRequest: null });
    await new Worker("bare", run, { connection: connection(), prefix: "bare", ...options }).waitUntilReady();
    return new Queue("bare", { connection: connection(), prefix: "bare" });
  }
  const client = await pool.connect();
  await runMigrations(client);
  client.release();
  const OnPostgres = withBackend(createPostgresBackend);
  const connection = pool as unknown as PgPool;
  await new OnPostgres.Worker("bare", run, { connection, ...options }).waitUntilReady();
  return new OnPostgres.Queue("bare", { connection });
}

/** One of the jobs of an order: it is changed, read, told of in a message, and the message drawn anew. */
async function work({ orders, jobsEach, rowsEach, reads, blocks }: BareWork, index: number): Promise<void> {
  const place = Math.floor(index / jobsEach);
  const step = index % jobsEach;
  const order = orders[place];
  if (!order) throw new Error(`There are ${orders.length} orders, and no ${place}.`);
  const message = { channel: "D0BENCH", text: order.orderId, blocks: JSON.parse(blocks) };
  slack ??= await connectSlack();
  if (step === 0) await callPartnerCenter("PATCH", order);
  else if (step === 1) {
    if (place < reads) await callPartnerCenter("GET", order);
  } else if (step === 2) {
    await slack.conversations.open({ users: "U0BENCH" });
    await slack.chat.postMessage(message);
  } else await slack.chat.update({ ...message, ts: "1790000000.000001" });
  const client = await pool.connect();
  try {
    await client.query("begin");
    for (let row = step; row < rowsEach; row += jobsEach)
      await client.query("insert into bare_rows (order_id, step, at, details) values ($1, $2, $3, $4)", [
        order.orderId,
        row,
        new Date(),
        JSON.stringify(order),
      ]);
    await client.query("commit");
  } finally {
    client.release();
  }
}

async function connectSlack(): Promise<WebClient> {
  const { WebClient } = await import("@slack/web-api");
  return new WebClient("xoxb-bench", { slackApiUrl: SLACK_API_URL, retryConfig: { retries: 0 } });
}

async function callPartnerCenter(
  method: "PATCH" | "GET",
  { customerId, orderId, lines }: BareWork["orders"][number],
): Promise<void> {
  token ??= await signIn();
  const answer = await fetch(`${PARTNER_CENTER_URL}/v1/customers/${customerId}/orders/${orderId}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      "content-type": "application/json",
      "MS-RequestId": randomUUID(),
      "MS-CorrelationId": randomUUID(),
    },
    body: method === "PATCH" ? JSON.stringify({ id: orderId, status: "cancelled", lineItems: lines }) : null,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} of an order: ${answer.status} ${text}`);
  JSON.parse(text.replace(/^\uFEFF/, ""));
}

async function signIn(): Promise<string> {
  const {
    PARTNER_CENTER_AUTHORITY,
    PARTNER_TENANT_ID,
    PARTNER_CENTER_CLIENT_ID = "",
    PARTNER_CENTER_CLIENT_SECRET = "",
    PARTNER_CENTER_REFRESH_TOKEN = "",
  } = process.env;
  const answer = await fetch(`${PARTNER_CENTER_AUTHORITY}/${PARTNER_TENANT_ID}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: PARTNER_CENTER_CLIENT_ID,
      client_secret: PARTNER_CENTER_CLIENT_SECRET,
      refresh_token: PARTNER_CENTER_REFRESH_TOKEN,
      scope: "https://api.partnercenter.microsoft.com/user_impersonation",
    }),
  });
  const { access_token: granted } = (await answer.json()) as { access_token?: string };
  if (!granted) throw new Error(`no token: ${answer.status}`);
  return granted;
}

process.on("message", async ({ jobs, work: asked = null }: { jobs: number; work?: BareWork | null }) => {
  if (asked && !underWay)
    await pool.query(
      "create table if not exists bare_rows (id bigserial primary key, order_id text, step integer, at timestamptz, details jsonb)",
    );
  underWay = asked;
  done = 0;
  wanted = jobs;
  const started = performance.now();
  const all = new Promise<void>((resolve) => {
    finished = resolve;
  });
  for (let from = 0; from < jobs; from += 100) {
    const batch = Array.from({ length: Math.min(100, jobs - from) }, (_, index) => ({
      name: "bare",
      data: { id: String(from + index), v: 1 },
      opts: { attempts: 1, ...keep },
    }));
    await queue.addBulk(batch);
  }
  await all;
  process.send?.({ ms: performance.now() - started });
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
