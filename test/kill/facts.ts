import { expect } from "vitest";
import { verifyChain } from "#src/activity/verify.ts";
import type { RequestRow } from "#src/requests/tables.ts";
import type { World } from "./world.ts";

/** What must hold when all is done, whatever happened to the workers on the way. */
export async function expectDoneOnce(world: World): Promise<void> {
  const { desk, partnerCenter } = world;
  const requests = await readRequests(world);
  const orders = partnerCenter.orders();
  const filed = await desk.partnerCenter.listServiceRequests({});
  for (const { kind, row } of requests) {
    switch (kind) {
      case "purchase":
        expect(row.status, row.id).toBe("ordered");
        expect(orders.filter(({ lines }) => lines.some((line) => line.friendlyName === row.id))).toHaveLength(
          1,
        );
        break;
      case "cancellation": {
        expect(row.status, row.id).toBe("visible");
        const line = orders.find(({ id }) => id === row.order_id)?.lines[row.line_item_number];
        expect(line?.cancellation).toBe("visible");
        break;
      }
      case "cancellation_batch":
        expect(row.status, row.id).toBe("ended");
        expect(row.items, row.id).toHaveLength(2);
        expect(row.refused_items, row.id).toHaveLength(1);
        break;
      case "support_request":
        expect(row.status, row.id).toBe("filed");
        expect(filed.filter(({ description }) => description.includes(row.id))).toHaveLength(1);
        break;
      default:
        throw new Error(`Nothing is known of a ${kind} here`);
    }
    if (kind === "cancellation" && row.batch_id !== null) continue;
    if (kind === "cancellation_batch") {
      // Its lines leave in one call, or one by one where a worker died with one of them in its hands.
      const ids = row.items.flatMap((item) => [...writesOf(world, item.correlation_id)]);
      expect(ids.length, `MS-RequestIds of ${row.id}`).toBeGreaterThan(0);
      expect(ids.length, `MS-RequestIds of ${row.id}`).toBeLessThanOrEqual(row.items.length);
      continue;
    }
    expect(writesOf(world, row.correlation_id).size, `MS-RequestIds of ${row.id}`).toBe(1);
  }
  await expectUpdatedOnce(world);
  await expectOneMessageEach(world, requests);
  expect(await verifyChain(desk.db, world.agent.workspaceId)).toMatchObject({ intact: true });
}

/** Each note that was asked for stands on its ticket once. */
async function expectUpdatedOnce(world: World): Promise<void> {
  const { desk } = world;
  const updates = await desk.db
    .selectFrom("support_updates as update")
    .innerJoin("support_requests as request", "request.id", "update.support_request_id")
    .select(["update.id", "update.status", "update.correlation_id", "request.ticket_number"])
    .execute();
  for (const { id, status, correlation_id, ticket_number } of updates) {
    expect(status, id).toBe("sent");
    const { notes } = await desk.partnerCenter.getServiceRequest({ id: ticket_number ?? "" });
    expect(notes.filter(({ text }) => text.endsWith(id))).toHaveLength(1);
    expect(writesOf(world, correlation_id).size, `MS-RequestIds of ${id}`).toBe(1);
  }
}

async function readRequests({ desk }: World): Promise<RequestRow[]> {
  const [purchases, cancellations, batches, supportRequests] = await Promise.all([
    desk.db.selectFrom("purchases").selectAll().execute(),
    desk.db.selectFrom("cancellations").selectAll().orderBy("order_id").orderBy("line_item_number").execute(),
    desk.db.selectFrom("cancellation_batches").selectAll().execute(),
    desk.db.selectFrom("support_requests").selectAll().execute(),
  ]);
  return [
    ...purchases.map((row) => ({ kind: "purchase" as const, row })),
    ...cancellations.map((row) => ({ kind: "cancellation" as const, row })),
    ...batches.map((row) => ({
      kind: "cancellation_batch" as const,
      row: { ...row, items: cancellations.filter((item) => item.batch_id === row.id) },
    })),
    ...supportRequests.map((row) => ({ kind: "support_request" as const, row })),
  ];
}

/**
 * The MS-RequestIds under which the act of one request was sent, tries with and without an answer alike; not those of a "not now"
 * (409), after which it is another call.
 */
function writesOf({ partnerCenter }: World, correlationId: string): Set<string> {
  return new Set(
    partnerCenter
      .requests()
      .filter((request) => request.correlationId === correlationId)
      .filter(({ method, path, status }) => method !== "GET" && !path.endsWith("/carts") && status !== 409)
      .map(({ requestId }) => requestId),
  );
}

async function expectOneMessageEach(world: World, requests: RequestRow[]): Promise<void> {
  const { desk, agent, slack } = world;
  // The items of a batch have no message but its report.
  const told = requests.filter(({ kind, row }) => kind !== "cancellation" || row.batch_id === null);
  const drawn = told.map(
    (request) =>
      desk.drawMessage(request, {
        personId: agent.personId,
        slackUserId: agent.slackUserId,
        locale: agent.locale,
        timeZone: agent.timeZone,
      }).text,
  );
  expect(messagesIn(slack).toSorted()).toEqual(drawn.toSorted());
  for (const { row } of told) {
    const naming = slack
      .as("admin.agent")
      .dm()
      .filter(({ text }) => text.includes(row.id));
    expect(naming, row.id).toHaveLength(1);
  }
}

/** The texts of all messages of the bot that stand in the workspace. */
export function messagesIn(slack: World["slack"]): string[] {
  return slack
    .state()
    .channels.flatMap(({ messages }) =>
      messages.filter(({ bot_id, deleted }) => bot_id && !deleted).map(({ text }) => String(text)),
    );
}
