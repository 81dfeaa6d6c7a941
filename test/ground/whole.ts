import { sql } from "kysely";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { listChains, verifyChain } from "#src/activity/verify.ts";
import { endedStatuses } from "#src/cancellations/statuses.ts";
import type { RequestKind } from "#src/db/rows.ts";
import type { RequestRow } from "#src/requests/tables.ts";
import type { World } from "../kill/world.ts";
import { hits, readDatabase, readRedis } from "./canary.ts";

/** How long, in ms, what is due may wait for a worker that runs. */
const patienceMs = 10_000;

type Subject = Pick<World, "desk" | "slack" | "partnerCenter" | "databaseUrl" | "redisUrl">;

/**
 * What of the invariants does not hold although all is quiet: one line for each breach, none when everything is whole. Every
 * request is at its end or with a person, has the effect of one at Partner Center, its people were told, once and what is so;
 * the activity holds it and is intact; nothing is left lying, and no secret lies open. `outputs`: what the processes said.
 */
export async function findBreaches(world: Subject, outputs: readonly string[] = []): Promise<string[]> {
  const requests = await readRequests(world);
  return [
    ...findUnended(requests),
    ...findEffects(world, requests),
    ...(await findTickets(world, requests)),
    ...(await findUntold(world, requests)),
    ...(await findUnrecorded(world, requests)),
    ...(await findLeft(world)),
    ...(await findOpenSecrets(world, outputs)),
  ];
}

/** Every request, a batch with its items. */
export async function readRequests({ desk }: Pick<World, "desk">): Promise<RequestRow[]> {
  const [purchases, cancellations, batches, keyRequests, links, supportRequests] = await Promise.all([
    desk.db.selectFrom("purchases").selectAll().execute(),
    desk.db.selectFrom("cancellations").selectAll().orderBy("order_id").orderBy("line_item_number").execute(),
    desk.db.selectFrom("cancellation_batches").selectAll().execute(),
    desk.db.selectFrom("key_requests").selectAll().execute(),
    desk.db.selectFrom("links").selectAll().execute(),
    desk.db.selectFrom("support_requests").selectAll().execute(),
  ]);
  return [
    ...purchases.map((row) => ({ kind: "purchase" as const, row })),
    ...cancellations.map((row) => ({ kind: "cancellation" as const, row })),
    ...batches.map((row) => ({
      kind: "cancellation_batch" as const,
      row: { ...row, items: cancellations.filter((item) => item.batch_id === row.id) },
    })),
    ...keyRequests.map((row) => ({
      kind: "key_request" as const,
      row: { ...row, link: links.find(({ id }) => id === row.link_id) ?? null },
    })),
    ...supportRequests.map((row) => ({ kind: "support_request" as const, row })),
  ];
}

/** At its end, with a person, or where only a person's answer is waited for. */
const atRest: Record<RequestKind, readonly string[]> = {
  purchase: [
    "quoted",
    "lapsed",
    "awaiting_approval",
    "declined",
    "expired",
    "withdrawn",
    "changed",
    "ordered",
    "partly_ordered",
    "refused",
    "needs_person",
  ],
  cancellation: endedStatuses,
  cancellation_batch: ["ended"],
  key_request: ["shown", "sent_to_portal", "refused", "interrupted"],
  support_request: ["to_file", "filed", "attention_needed", "closed", "refused", "needs_person"],
};

function findUnended(requests: RequestRow[]): string[] {
  return requests
    .filter(({ kind, row }) => !atRest[kind].includes(row.status))
    .map(({ row }) => `${row.id} is still ${row.status}`);
}

/** Of what was confirmed, sent and answered, and may have been answered without our hearing of it. */
function findEffects({ partnerCenter }: Subject, requests: RequestRow[]): string[] {
  const breaches: string[] = [];
  const lines = partnerCenter.orders().flatMap((order) => order.lines.map((line) => ({ order, line })));
  const known = new Set(requests.map(({ row }) => row.id));
  for (const { order, line } of lines) {
    const name = line.friendlyName ?? "";
    if (name.startsWith("pur_") && !known.has(name))
      breaches.push(`the order ${order.id} is of ${name}, which nobody asked for`);
  }
  const cancelled = new Map<string, string>();
  for (const { kind, row } of requests) {
    if (kind === "purchase") {
      const bought = lines.filter(({ line }) => line.friendlyName === row.id).length;
      const [least, most] = boundsOf(row.status, row.lines.length);
      if (bought < least || bought > most)
        breaches.push(
          `${row.id} is ${row.status} with ${row.lines.length} lines, and ${bought} were ordered`,
        );
    }
    if (kind === "cancellation") {
      const place = `${row.order_id}#${row.line_item_number}`;
      const state = lines.find(
        ({ order, line }) => order.id === row.order_id && line.lineItemNumber === row.line_item_number,
      )?.line.cancellation;
      if (row.status === "visible") {
        if (state !== "visible") breaches.push(`${row.id} shows, and ${place} is ${state} there`);
        const other = cancelled.get(place);
        if (other !== undefined) breaches.push(`${place} was cancelled by ${other} and by ${row.id}`);
        cancelled.set(place, row.id);
      }
      if (row.status === "needs_person") cancelled.set(place, row.id);
    }
  }
  for (const { order, line } of lines) {
    const place = `${order.id}#${line.lineItemNumber}`;
    if (line.cancellation !== "none" && !seeded.has(order.id) && !cancelled.has(place))
      breaches.push(`${place} was cancelled there, and nobody here knows`);
  }
  const answered = Map.groupBy(
    partnerCenter
      .requests()
      .filter(({ method, status }) => method !== "GET" && status >= 200 && status < 300)
      .filter(({ path }) => /\/checkout$|\/servicerequests\/|\/orders\//.test(path)),
    ({ correlationId }) => correlationId,
  );
  for (const { kind, row } of requests) {
    if (kind === "cancellation_batch" || kind === "key_request") continue;
    const ids = new Set((answered.get(row.correlation_id) ?? []).map(({ requestId }) => requestId));
    if (ids.size > 1) breaches.push(`${row.id} was done under ${ids.size} MS-RequestIds`);
  }
  return breaches;
}

/** What was done to these was done before. */
const seeded = new Set<string>(Object.values(seedOrders).map(({ id }) => id));

function boundsOf(status: string, lines: number): [number, number] {
  if (status === "ordered") return [lines, lines];
  if (status === "partly_ordered") return [1, lines - 1];
  return status === "needs_person" ? [0, lines] : [0, 0];
}

/** Each case is one ticket, each note stands on it once. */
async function findTickets({ desk, partnerCenter }: Subject, requests: RequestRow[]): Promise<string[]> {
  const breaches: string[] = [];
  if (partnerCenter.faults().length > 0) throw new Error("faults are still in force");
  const filed = await desk.partnerCenter.listServiceRequests({});
  for (const { kind, row } of requests) {
    if (kind !== "support_request") continue;
    const tickets = filed.filter(({ description }) => description.includes(row.id)).length;
    const is = row.status;
    const least = is === "filed" || is === "attention_needed" || is === "closed" ? 1 : 0;
    const most = is === "needs_person" ? 1 : least;
    if (tickets < least || tickets > most) breaches.push(`${row.id} is ${is}, and ${tickets} were filed`);
  }
  const updates = await desk.db
    .selectFrom("support_updates as update")
    .innerJoin("support_requests as request", "request.id", "update.support_request_id")
    .select(["update.id", "update.status", "request.ticket_number"])
    .where("kind", "=", "note")
    .execute();
  for (const { id, status, ticket_number } of updates) {
    const { notes } = await desk.partnerCenter.getServiceRequest({ id: ticket_number ?? "" });
    const there = notes.filter(({ text }) => text.endsWith(id)).length;
    if (status === "requested" || status === "sending") breaches.push(`${id} is still ${status}`);
    else if (there > 1 || (status === "sent" && there === 0) || (status === "refused" && there > 0))
      breaches.push(`${id} is ${status}, and stands on its ticket ${there} times`);
  }
  return breaches;
}

/** Whether Slack shows everybody the one message that the row would be drawn as now. */
async function findUntold({ desk, slack }: Subject, requests: RequestRow[]): Promise<string[]> {
  const breaches: string[] = [];
  const rows = await desk.db
    .selectFrom("messages")
    .innerJoin("people", "people.id", "messages.person_id")
    .selectAll("messages")
    .select(["slack_user_id", "time_zone", sql<string>`coalesce(locale_override, locale)`.as("read_in")])
    .execute();
  const shown = Map.groupBy(postsIn(slack), ({ messageId }) => messageId);
  for (const message of rows) {
    const { id, request_id: about, wanted_version: wanted, drawn_version: drawn } = message;
    if (message.undeliverable !== null) breaches.push(`${about}: untold, because ${message.undeliverable}`);
    else if (drawn < wanted) breaches.push(`${about}: told version ${drawn} of ${wanted}`);
    const posts = shown.get(id) ?? [];
    shown.delete(id);
    if (posts.length !== 1) breaches.push(`${about}: ${posts.length} messages of ${id} in Slack`);
    const request = requests.find(({ kind, row }) => kind === message.request_kind && row.id === about);
    if (!request) continue;
    const reader = {
      personId: message.person_id,
      slackUserId: message.slack_user_id,
      locale: message.read_in,
      timeZone: message.time_zone,
    };
    const text = desk.drawMessage(request, reader).text;
    for (const post of posts)
      if (post.text !== text) breaches.push(`${about}: Slack shows “${post.text}” instead of “${text}”`);
  }
  shown.delete(null);
  for (const [id, posts] of shown)
    breaches.push(`Slack shows ${posts.length} messages of ${id}, unknown here`);
  for (const { kind, row } of requests) {
    // Told by the batch's report, or on the screen where it was asked.
    if (kind === "cancellation" && row.batch_id !== null) continue;
    if (kind === "purchase" && (row.status === "quoted" || row.status === "lapsed")) continue;
    const told = rows.some((one) => one.request_id === row.id && one.person_id === row.person_id);
    if (!told) breaches.push(`${row.id}: ${row.status}, and nobody was told`);
  }
  return breaches;
}

function postsIn(slack: Subject["slack"]): { messageId: string | null; text: string }[] {
  return slack.state().channels.flatMap(({ messages }) =>
    messages
      .filter(({ bot_id, deleted }) => bot_id && !deleted)
      .map(({ text, metadata }) => {
        const { event_payload: payload } = (metadata ?? {}) as { event_payload?: { message_id?: string } };
        return { messageId: payload?.message_id ?? null, text: String(text) };
      }),
  );
}

/** No act without its activity, and the chain intact. */
async function findUnrecorded({ desk }: Subject, requests: RequestRow[]): Promise<string[]> {
  const breaches: string[] = [];
  const recorded = await desk.db
    .selectFrom("activity")
    .select(["request_id", "act"])
    .where("request_id", "is not", null)
    .execute();
  const acts = new Set(recorded.map(({ request_id, act }) => `${request_id} ${act}`));
  for (const { kind, row } of requests) {
    // A batch ends with the last of its items, whose act it is.
    const act = kind === "cancellation_batch" ? `${kind}.requested` : `${kind}.${row.status}`;
    if (!acts.has(`${row.id} ${act}`)) breaches.push(`${row.id}: no activity tells of ${act}`);
  }
  for (const workspaceId of await listChains(desk.db)) {
    const verdict = await verifyChain(desk.db, workspaceId);
    if (!verdict.intact)
      breaches.push(`the chain of ${workspaceId} breaks at ${verdict.firstBadSequence}: ${verdict.reason}`);
  }
  return breaches;
}

/** Nothing waits for a worker, and no worker holds anything. */
async function findLeft({ desk }: Subject): Promise<string[]> {
  const before = new Date(desk.clock.now().getTime() - patienceMs);
  const { rows } = await sql<{ what: string }>`
    select format('the outbox row %s (%s %s) was never handed over', id, topic, subject_id) as what
    from outbox where sent_at is null and greatest(run_at, created_at) <= ${before}
    union all select format('%s is held by nobody and still leased', id) from (
      select id, lease from purchases union all select id, lease from cancellations
      union all select id, lease from support_requests union all select id, lease from key_requests
      union all select id, lease from support_updates union all select id, lease from messages
      union all select id, lease from reminders
    ) held where lease is not null
    union all select format('%s was due %s and nobody looked', id, due_at) from (
      select id, due_at from purchases union all select id, due_at from cancellations
      union all select id, due_at from support_requests union all select id, due_at from key_requests
      union all select id, due_at from messages where undeliverable is null union all select id, due_at from reminders
    ) due where due_at <= ${before}`.execute(desk.db);
  return rows.map(({ what }) => what);
}

const mostTokens = 5;

async function findOpenSecrets(world: Subject, outputs: readonly string[]): Promise<string[]> {
  const { slack, partnerCenter, databaseUrl, redisUrl } = world;
  const places = {
    slack: slack.everythingStored(),
    database: await readDatabase(databaseUrl),
    ...(redisUrl ? { redis: await readRedis(redisUrl) } : {}),
    output: outputs.join("\n"),
  };
  const secrets = [...partnerCenter.keys().values(), ...partnerCenter.issuedTokens().slice(-mostTokens)];
  return secrets.flatMap((secret) => hits(places, secret).map((where) => `a secret lies open in ${where}`));
}
