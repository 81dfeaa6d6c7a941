import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reminderJob } from "#jobs/reminder.ts";
import { sweepOnce } from "#jobs/sweeper.ts";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import { requestExport } from "#src/activity/export.ts";
import { readActivity } from "#src/activity/read-activity.ts";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { transact } from "#src/db/database.ts";
import type { MessageKind } from "#src/db/rows.ts";
import { BrokenRow, checkStored, isWhole, storedColumns } from "#src/db/stored.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import { openHome, refreshHome } from "#src/home/refresh.ts";
import { deliverMessage } from "#src/messages/deliver.ts";
import { subjectTables } from "#src/messages/subjects.ts";
import { wantMessage } from "#src/messages/want.ts";
import { acceptChange } from "#src/purchases/confirm.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import { placePurchase } from "#src/purchases/place.ts";
import { readRest } from "#src/purchases/retry.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { createDrawHome } from "#src/slack/home/home.ts";
import { fileSupportRequest } from "#src/support-requests/file.ts";
import { keepFiles } from "#src/support-requests/keep-files.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import fc from "../ground/fast-check.ts";
import { buy } from "../ground/purchase.ts";
import { runDue, takeDue } from "../ground/run-due.ts";
import { day, minute, readRow } from "../requests/acts.ts";
import { brokenLimits } from "../slack/slack-limits.ts";
import { fileByApi, toFile } from "../support-requests/cases.ts";
import { bounded, patience, Tally, within } from "./bounded.ts";
import { changed, changes } from "./hostile.ts";

/**
 * JSON in the database as a broken or another version could have left it. Nobody who reads a bad row falls over it, and nobody who
 * reads others notices.
 */

const portalUrl = "https://portal.example/dashboard";
const tally = new Tally();

let under: DeskUnderTest;
let desk: Desk;
let agent: Agent;
let places: Place[];
/** A message of another row, which must always be drawn. */
let bystander: string;

interface Place {
  kind: MessageKind;
  id: string;
  column: string;
  value: unknown;
}

beforeAll(async () => {
  under = await openDesk({
    override: () => ({
      drawMessage: createDrawMessage({ portalUrl, agentsSignIn: false }),
      drawHome: createDrawHome({ portalUrl }),
    }),
  });
  ({ desk } = under);
  agent = await under.agent();
  await openHome(desk, agent);
  places = await plant();
  under.logged.length = 0;
}, 240_000);

afterAll(async () => {
  await under.close();
  tally.print("Fuzzing stored JSON");
});

test(
  "invariant 3: changed JSON in a row is drawn, told or left to a person, and takes nothing else along",
  patience,
  async () => {
    const present = new Set(places.map(({ column }) => column));
    expect(Object.keys(storedColumns).filter((column) => !present.has(column))).toEqual([]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        changes,
        within(14, async (which, list) => {
          const place = places[which % places.length];
          if (!place) throw new Error("nothing was planted");
          await withStored(place, changed(place.value, list), () => everybodyLooks(place));
        }),
      ),
      bounded(150),
    );
  },
);

test("invariant 4: a purchase whose content can't be read is neither sent nor offered, and a person is told", async () => {
  const purchaseId = await buy(desk, agent, { customer: 0 });
  await sql`update purchases set lines = '{"0": "?"}' where id = ${purchaseId}`.execute(desk.db);
  const before = under.simulator.orders().length;
  await runDue(desk);
  expect(await readRow(desk, "purchase", purchaseId)).toMatchObject({ status: "needs_person", lines: [] });
  expect(under.simulator.orders()).toHaveLength(before);
  await sql`update purchases set lines = '7', status = 'refused' where id = ${purchaseId}`.execute(desk.db);
  await expect(readRest(desk, agent, { purchaseId })).rejects.toBeInstanceOf(BrokenRow);
  await sql`delete from messages where request_id = ${purchaseId}`.execute(desk.db);
});

test("invariant 4: what is in no doubt is left as it is, and what stands instead is what it has to be", async () => {
  for (const [name, { shape, instead }] of Object.entries(storedColumns)) {
    expect(shape.safeParse(instead).success, name).toBe(true);
    const whole = places.find(({ column }) => column === name);
    const rows: Record<string, unknown>[] = [
      { [name]: whole?.value, other: 1 },
      { [name]: "?", other: 2 },
    ];
    await checkStored.transformResult({ queryId: { queryId: "1" }, result: { rows } });
    expect(rows).toEqual([
      { [name]: whole?.value, other: 1 },
      { [name]: instead, other: 2 },
    ]);
    expect(rows.map(isWhole)).toEqual([true, storedColumns[name]?.needed !== true]);
  }
});

test("A3 details of any shape in the activity do not keep its readers from the rest", async () => {
  const auditor = await under.agent("U0ACCOUNT");
  for (const details of ["7", '"text"', "null", "[]", '{"reason": {"a": 1}, "before": 7, "orderId": []}']) {
    await sql`
      insert into activity (workspace_id, sequence, at, person_id, roles, act, outcome, details, previous_hash, hash)
      select workspace_id, max(sequence) + 1, ${desk.clock.now()}, ${agent.personId}, '{}', 'roles.changed', 'done',
        ${details}::jsonb, '', ${randomUUID()} from activity where workspace_id = ${agent.workspaceId} group by workspace_id
    `.execute(desk.db);
    tally.add("details");
  }
  const question = {
    from: "2026-11-20",
    to: desk.clock.now().toISOString().slice(0, 10),
    slackUserId: null,
    customerId: null,
    kind: null,
  };
  const page = await readActivity(desk, auditor, { question, turn: null });
  expect(page.entries.length).toBeGreaterThan(5);
  const { exportId } = await requestExport(desk, auditor, {
    formToken: randomUUID(),
    question,
    format: "csv",
  });
  await openHome(desk, auditor);
  await runDue(desk);
  const row = await desk.db
    .selectFrom("activity_exports")
    .select(["status", "row_count"])
    .where("id", "=", exportId)
    .executeTakeFirstOrThrow();
  expect(row.status).toBe("sent");
  expect(row.row_count).toBeGreaterThan(5);
});

/** The JSON stands in the row while `look` runs; what the database refuses by itself is refused well. */
async function withStored(place: Place, value: unknown, look: () => Promise<void>): Promise<void> {
  const put = (json: unknown) =>
    sql`update ${sql.table(subjectTables[place.kind])} set ${sql.ref(place.column)} = ${JSON.stringify(json) ?? "null"}::jsonb where id = ${place.id}`.execute(
      desk.db,
    );
  const refused = await put(value).then(
    () => false,
    () => true,
  );
  tally.add(refused ? "refused by the database" : place.column);
  if (refused) return;
  try {
    await look();
  } finally {
    await put(place.value);
  }
}

async function everybodyLooks(place: Place): Promise<void> {
  const told = JSON.stringify(place.column);
  // Whoever reads others.
  await sweepOnce(desk);
  under.clock.advance(2 * minute);
  agent = await under.agent();
  const homes = under.chat.homes.length;
  await refreshHome(desk, { subjectId: agent.personId, dueAt: desk.clock.now() });
  expect(under.chat.homes.length, told).toBeGreaterThan(homes);
  await listSoftware(desk, agent, { act: "cancel", customerId: seedOrders.recentPerpetual.customerId });
  await redraw("support_request", bystander);
  // Whoever reads this one.
  await redraw(place.kind, place.id);
  for (const { message } of under.chat.posted) expect(brokenLimits(message.blocks), told).toEqual([]);
  if (place.kind === "purchase") {
    await inWords(readRest(desk, agent, { purchaseId: place.id }));
    await inWords(acceptChange(desk, agent, { purchaseId: place.id, hash: "0" }));
    await placePurchase(desk, { purchaseId: place.id });
  }
  if (place.kind === "cancellation") await advanceCancellation(desk, { cancellationId: place.id });
  if (place.kind === "support_request") {
    await keepFiles(desk, { subjectId: place.id, dueAt: desk.clock.now() });
    await fileSupportRequest(desk, { supportRequestId: place.id });
  }
  // And whatever is due, as a worker does it: a job that fails comes back, but not at once.
  expect(await failuresOfWorkers(), told).toEqual([]);
}

/** Has the message of this row drawn anew; it must have been. */
async function redraw(kind: MessageKind, id: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update messages set wanted_version = drawn_version + 1, undeliverable = null, lease = null, leased_until = null,
      due_at = ${desk.clock.now()}
    where request_kind = ${kind} and request_id = ${id} and person_id = ${agent.personId} returning id`.execute(
    desk.db,
  );
  const [message] = rows;
  if (!message) throw new Error(`${kind} ${id} has no message`);
  await deliverMessage(desk, { messageId: message.id });
  const { rows: after } = await sql<{ drawn: boolean }>`
    select lease is null and undeliverable is null as drawn from messages where id = ${message.id}`.execute(
    desk.db,
  );
  expect(after).toEqual([{ drawn: true }]);
}

/** A refusal, or a row that can't be acted on, and no other fault. */
async function inWords(verb: Promise<unknown>): Promise<void> {
  const error = await verb.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const fits = error === null || error instanceof DeskError || error instanceof BrokenRow;
  expect(fits ? "" : error instanceof Error ? error.stack : String(error)).toBe("");
}

const verbs: Record<string, (id: string) => Promise<unknown>> = {
  purchase: (purchaseId) => placePurchase(desk, { purchaseId }),
  cancellation: (cancellationId) => advanceCancellation(desk, { cancellationId }),
  support_request: (supportRequestId) => fileSupportRequest(desk, { supportRequestId }),
  message: (messageId) => deliverMessage(desk, { messageId }),
  reminder: (id) => reminderJob.handle(desk, id),
};

/** Does what is due as a worker does; what was thrown, and what never came to rest. */
async function failuresOfWorkers(): Promise<string[]> {
  const failures: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const due = await takeDue(desk);
    if (due.length === 0) return failures;
    for (const { topic, subjectId } of due) {
      await verbs[topic]?.(subjectId).catch((error: unknown) =>
        failures.push(`${topic} ${subjectId}: ${error instanceof Error ? error.stack : String(error)}`),
      );
    }
  }
  return [...failures, "there is always more to do"];
}

/** One row of every kind that has a message, and all of its JSON as it really is, or as it can be. */
async function plant(): Promise<Place[]> {
  const ordered = await buy(desk, agent, { customer: 0 });
  const toChange = await buy(desk, agent, { customer: 0, query: "sql standard" });
  const [line] = (await readRow(desk, "purchase", toChange)).lines;
  if (line) under.simulator.setPrice({ productId: line.productId, skuId: line.skuId, unitPrice: 7_000 });
  await runDue(desk);
  expect((await readRow(desk, "purchase", toChange)).status).toBe("changed");
  const { customerId, id: orderId } = seedOrders.recentPerpetual;
  const { batchId } = await requestCancellations(desk, agent, {
    formToken: randomUUID(),
    customerId,
    lines: [
      { orderId, lineItemNumber: 0 },
      { orderId, lineItemNumber: 9 },
    ],
  });
  await runDue(desk);
  const { id: cancellationId } = await desk.db
    .selectFrom("cancellations")
    .select("id")
    .where("batch_id", "=", batchId)
    .executeTakeFirstOrThrow();
  const filed = await fileByApi(under, agent, { fileIds: ["F1"] });
  await sql`update support_requests set last_update = ${JSON.stringify({ updateId: "upd_1", kind: "note", status: "refused", text: "A note" })} where id = ${filed.id}`.execute(
    desk.db,
  );
  bystander = await toFile(under, agent);
  const now = desk.clock.now();
  await desk.db
    .insertInto("digests")
    .values({
      id: "dig_1",
      workspace_id: agent.workspaceId,
      person_id: agent.personId,
      day: "2026-11-23",
      items: JSON.stringify([
        {
          windowId: "win_1",
          customerId,
          customerName: "Contoso",
          orderId,
          lineItemNumber: 0,
          productTitle: "SQL Server",
          quantity: 2,
          deadlineAt: new Date(now.getTime() + day).toISOString(),
          creditAmount: "10.00",
          creditCurrency: "EUR",
          state: "open",
          by: null,
        },
      ]),
      created_at: now,
      updated_at: now,
    })
    .execute();
  const filter = {
    from: now.toISOString(),
    until: now.toISOString(),
    personId: null,
    userPrincipalName: null,
    customerId: null,
    kind: null,
  };
  await desk.db
    .insertInto("activity_exports")
    .values({
      id: "exp_1",
      workspace_id: agent.workspaceId,
      person_id: agent.personId,
      form_token: randomUUID(),
      format: "csv",
      filter: JSON.stringify(filter),
      status: "requested",
      row_count: null,
      file_id: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await transact(desk.db, async (trx) => {
    for (const request of [
      { kind: "digest" as const, id: "dig_1" },
      { kind: "activity_export" as const, id: "exp_1" },
      { kind: "cancellation" as const, id: cancellationId },
    ])
      await wantMessage(trx, desk, {
        workspaceId: agent.workspaceId,
        personId: agent.personId,
        request,
        version: 1,
      });
  });
  await runDue(desk);
  const failure = {
    kind: "refused",
    status: 400,
    code: 800061,
    description: "No",
    operation: "cancelOrderLines",
    requestId: randomUUID(),
    correlationId: randomUUID(),
  };
  const ticket = {
    trouble: "other",
    otherTitle: "Another one",
    confirmed: false,
    notes: [{ text: "A note", by: "Support", at: now.toISOString() }],
    noteCount: 1,
    newNotes: 1,
    changedAt: now.toISOString(),
    endedAt: null,
  };
  const usual: Record<string, unknown> = { failure, ticket };
  const columns: [MessageKind, string, string[]][] = [
    ["purchase", ordered, ["lines", "orders", "order_errors", "failure"]],
    ["purchase", toChange, ["lines", "offered", "failure"]],
    ["cancellation", cancellationId, ["failure", "duties"]],
    ["cancellation_batch", batchId, ["refused_items", "failure"]],
    ["support_request", filed.id, ["files", "ticket", "last_update", "failure"]],
    ["digest", "dig_1", ["items"]],
    ["activity_export", "exp_1", ["filter"]],
  ];
  const planted: Place[] = [];
  for (const [kind, id, names] of columns) {
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from ${sql.table(subjectTables[kind])} where id = ${id}`.execute(desk.db);
    for (const column of names) {
      const value = rows[0]?.[column] ?? usual[column];
      planted.push({ kind, id, column, value });
    }
  }
  return planted;
}
