import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { App, HTTPReceiver } from "@slack/bolt";
import { type ModalView, WebClient } from "@slack/web-api";
import pg from "pg";

/**
 * The least that a Bolt app can do: for a command the two calls of a modal, for a submission three inserts in one transaction, into tables
 * made like the desk's. What it shows and what it keeps are ready; before a message says what to show, it shows nothing.
 */
const { DATABASE_URL = "", SLACK_API_URL = "", SLACK_SIGNING_SECRET = "" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });

/** A row to write again and again, with what is told anew for each. */
interface Insert {
  text: string;
  values(told: Record<string, unknown>): unknown[];
}

const jsonb = 3802;

/** An insert into a copy of this table, of all columns of one of its rows. */
async function likeOneOf(table: "purchases" | "activity" | "outbox"): Promise<Insert> {
  await pool.query(`create table bare_${table} (like ${table} including all)`);
  const { rows, fields } = await pool.query(`select * from ${table} limit 1`);
  const made = await pool.query(
    "select column_name from information_schema.columns where table_name = $1 and (is_identity = 'YES' or is_generated = 'ALWAYS')",
    [table],
  );
  const columns = fields.filter(({ name }) => made.rows.every((one) => one.column_name !== name));
  const json = new Set(columns.filter(({ dataTypeID }) => dataTypeID === jsonb).map(({ name }) => name));
  const names = columns.map(({ name }) => name);
  return {
    text: `insert into bare_${table} (${names.join(", ")}) values (${names.map((_, index) => `$${index + 1}`).join(", ")})`,
    values: (told) =>
      names.map((name) => {
        const value = told[name] ?? rows[0]?.[name] ?? null;
        return json.has(name) && value !== null ? JSON.stringify(value) : value;
      }),
  };
}

const [purchase, activity, outbox] = [
  await likeOneOf("purchases"),
  await likeOneOf("activity"),
  await likeOneOf("outbox"),
];

const receiver = new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET, port: 0 });
const app = new App({ receiver, authorize: async () => ({ botToken: "xoxb-bench" }), convoStore: false });
const client = new WebClient("xoxb-bench", { slackApiUrl: SLACK_API_URL, retryConfig: { retries: 0 } });
const empty: ModalView = { type: "modal", title: { type: "plain_text", text: "Bare" }, blocks: [] };
let shown = { opened: empty, filled: empty, ordered: empty };
let last = 0;

app.command("/csp", async ({ ack, command }) => {
  await ack();
  const opened = await client.views.open({ trigger_id: command.trigger_id, view: shown.opened });
  await client.views.update({ view_id: opened.view?.id ?? "", view: shown.filled });
});

app.view(/.*/, async ({ ack }) => {
  const now = new Date();
  const id = randomUUID();
  last += 1;
  const sequence = last;
  const connection = await pool.connect();
  try {
    await connection.query("begin");
    await connection.query(purchase.text, purchase.values({ id, form_token: id, created_at: now }));
    await connection.query(
      activity.text,
      activity.values({ sequence, request_id: id, correlation_id: id, at: now }),
    );
    await connection.query(
      outbox.text,
      outbox.values({ topic: "purchase", subject_id: id, created_at: now, run_at: now }),
    );
    await connection.query("commit");
  } finally {
    connection.release();
  }
  await ack({ response_action: "update", view: shown.ordered });
});

process.on(
  "message",
  ({ opened, filled, ordered }: { opened: string; filled: string; ordered: ModalView }) => {
    shown = { opened: JSON.parse(opened), filled: JSON.parse(filled), ordered };
    process.send?.({ taught: true });
  },
);

const server = await receiver.start(0);
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
