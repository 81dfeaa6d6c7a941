import { expect } from "vitest";
import type { RequestKind } from "#src/db/rows.ts";
import { findBreaches, readRequests } from "../ground/whole.ts";
import type { World } from "./world.ts";

/** What must hold when all is quiet, whatever happened on the way. */
export async function expectWhole(world: World, outputs: readonly string[] = []): Promise<void> {
  expect(await findBreaches(world, outputs)).toEqual([]);
}

const done: Record<RequestKind, string> = {
  purchase: "ordered",
  cancellation: "visible",
  cancellation_batch: "ended",
  key_request: "shown",
  support_request: "filed",
};

/** The same, and that everything was done as it was asked: nothing was refused or left to a person, and one id sufficed for each. */
export async function expectDoneOnce(world: World): Promise<void> {
  await expectWhole(world);
  for (const { kind, row } of await readRequests(world)) {
    expect(row.status, row.id).toBe(done[kind]);
    if (kind === "cancellation" && row.batch_id !== null) continue;
    if (kind !== "cancellation_batch") {
      expect(writesOf(world, row.correlation_id).size, `MS-RequestIds of ${row.id}`).toBe(1);
      continue;
    }
    expect(row.refused_items, row.id).toHaveLength(row.items.length - 1);
    // Its lines leave in one call, or one by one where a worker died with one of them in its hands.
    const ids = row.items.flatMap((item) => [...writesOf(world, item.correlation_id)]);
    expect(ids.length, `MS-RequestIds of ${row.id}`).toBeGreaterThan(0);
    expect(ids.length, `MS-RequestIds of ${row.id}`).toBeLessThanOrEqual(row.items.length);
  }
  const updates = await world.desk.db
    .selectFrom("support_updates")
    .select(["id", "status", "correlation_id"])
    .execute();
  for (const { id, status, correlation_id } of updates) {
    expect(status, id).toBe("sent");
    expect(writesOf(world, correlation_id).size, `MS-RequestIds of ${id}`).toBe(1);
  }
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

/** The texts of all messages of the bot that stand in the workspace. */
export function messagesIn(slack: World["slack"]): string[] {
  return slack
    .state()
    .channels.flatMap(({ messages }) =>
      messages.filter(({ bot_id, deleted }) => bot_id && !deleted).map(({ text }) => String(text)),
    );
}
