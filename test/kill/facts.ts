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
      case "support_request":
        expect(row.status, row.id).toBe("filed");
        expect(filed.filter(({ description }) => description.includes(row.id))).toHaveLength(1);
        break;
      default:
        throw new Error(`Nothing is known of a ${kind} here`);
    }
    expect(writesOf(world, row.correlation_id).size, `MS-RequestIds of ${row.id}`).toBe(1);
  }
  await expectOneMessageEach(world, requests);
  expect(await verifyChain(desk.db, world.agent.workspaceId)).toMatchObject({ intact: true });
}

async function readRequests({ desk }: World): Promise<RequestRow[]> {
  const [purchases, cancellations, supportRequests] = await Promise.all([
    desk.db.selectFrom("purchases").selectAll().execute(),
    desk.db.selectFrom("cancellations").selectAll().execute(),
    desk.db.selectFrom("support_requests").selectAll().execute(),
  ]);
  return [
    ...purchases.map((row) => ({ kind: "purchase" as const, row })),
    ...cancellations.map((row) => ({ kind: "cancellation" as const, row })),
    ...supportRequests.map((row) => ({ kind: "support_request" as const, row })),
  ];
}

/** The MS-RequestIds under which the act of one request was sent, tries with and without an answer alike. */
function writesOf({ partnerCenter }: World, correlationId: string): Set<string> {
  return new Set(
    partnerCenter
      .requests()
      .filter((request) => request.correlationId === correlationId)
      .filter(({ method, path }) => method !== "GET" && !path.endsWith("/carts"))
      .map(({ requestId }) => requestId),
  );
}

async function expectOneMessageEach(world: World, requests: RequestRow[]): Promise<void> {
  const { desk, agent, slack } = world;
  const drawn = requests.map(
    (request) =>
      desk.drawMessage(request, {
        slackUserId: agent.slackUserId,
        locale: agent.locale,
        timeZone: agent.timeZone,
      }).text,
  );
  expect(messagesIn(slack).toSorted()).toEqual(drawn.toSorted());
  for (const { row } of requests) {
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
