import type { AddressInfo } from "node:net";
import { App, HTTPReceiver } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import pg from "pg";

/** The least that a Bolt app can do: for a command the two calls of a modal, for a submission three inserts in one transaction. */
const { DATABASE_URL = "", SLACK_API_URL = "", SLACK_SIGNING_SECRET = "" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
await pool.query(`
  create table bare_requests (id bigint generated always as identity primary key, person text not null, status text not null,
    content jsonb not null, created_at timestamptz not null);
  create table bare_activity (id bigint generated always as identity primary key, person text not null, act text not null,
    details jsonb not null, at timestamptz not null);
  create table bare_outbox (id bigint generated always as identity primary key, topic text not null, subject_id text not null,
    sent_at timestamptz, created_at timestamptz not null)`);

const receiver = new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET, port: 0 });
const app = new App({ receiver, authorize: async () => ({ botToken: "xoxb-bench" }), convoStore: false });
const client = new WebClient("xoxb-bench", { slackApiUrl: SLACK_API_URL, retryConfig: { retries: 0 } });
const view = { type: "modal" as const, title: { type: "plain_text" as const, text: "Bare" }, blocks: [] };

app.command("/csp", async ({ ack, command }) => {
  await ack();
  const opened = await client.views.open({ trigger_id: command.trigger_id, view });
  await client.views.update({ view_id: opened.view?.id ?? "", view });
});

app.view(/.*/, async ({ ack, body }) => {
  const person = body.user.id;
  const now = new Date();
  const connection = await pool.connect();
  try {
    await connection.query("begin");
    const { rows } = await connection.query<{ id: string }>(
      "insert into bare_requests (person, status, content, created_at) values ($1, 'requested', $2, $3) returning id",
      [person, JSON.stringify(body.view.state.values), now],
    );
    const id = rows[0]?.id;
    await connection.query(
      "insert into bare_activity (person, act, details, at) values ($1, 'requested', $2, $3)",
      [person, JSON.stringify({ id }), now],
    );
    await connection.query(
      "insert into bare_outbox (topic, subject_id, created_at) values ('request', $1, $2)",
      [id, now],
    );
    await connection.query("commit");
  } finally {
    connection.release();
  }
  await ack({ response_action: "update", view });
});

const server = await receiver.start(0);
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
