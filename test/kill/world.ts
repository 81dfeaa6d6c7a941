import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import type { PartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import type { SlackStandIn } from "#sandbox/slack/start.ts";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { requestCancellation } from "#src/cancellations/request.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { loadConfig } from "#src/config/config.ts";
import { startApp } from "#src/context.ts";
import type { Desk } from "#src/desk/context.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { updateTicket } from "#src/support-requests/update-ticket.ts";
import { createDatabase } from "../ground/database.ts";
import { buy } from "../ground/purchase.ts";
import { until } from "../ground/until.ts";
import { startServices } from "./services.ts";

/** A database with a bot on it, Slack and Partner Center around it, and workers that come and go. */
export interface World {
  /** The bot's; no worker runs in this process. */
  desk: Desk;
  agent: Agent;
  slack: SlackStandIn;
  partnerCenter: PartnerCenterSimulator;
  /** For a worker. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export async function openWorld(redisUrl: string | null): Promise<World> {
  const database = await createDatabase();
  const services = await startServices({
    databaseUrl: database.url,
    redisUrl,
    simulator: { checkoutIdempotency: "request-id-only", cancellationLagMs: 500 },
  });
  const { config, secrets } = loadConfig({ ...services.env, ROLE: "bot" });
  const bot = await startApp(config, secrets);
  const { slack, partnerCenter, env } = services;
  return {
    desk: bot.desk,
    agent: await recognise(bot.desk, {
      workspaceId: slack.state().team.id,
      slackUserId: slack.as("admin.agent").id,
    }),
    slack,
    partnerCenter,
    env,
    async close() {
      await bot.stop();
      await services.close();
      await database.drop();
    },
  };
}

/** What an agent can ask for and a worker then does. Each is done when the request is written. */
export const asks = {
  purchase: async ({ desk, agent }: World): Promise<void> => {
    await buy(desk, agent);
  },
  cancellation: async (world: World): Promise<void> => {
    const { desk, agent } = world;
    await requestCancellation(desk, agent, { ...(await placeOrder(world, 1)), lineItemNumber: 0 });
  },
  /** Two lines of one order, which leave in one call, and a line that is refused. */
  cancellations: async (world: World): Promise<void> => {
    const { desk, agent } = world;
    const { customerId, orderId } = await placeOrder(world, 2);
    await requestCancellations(desk, agent, {
      formToken: randomUUID(),
      customerId,
      lines: [0, 1, 7].map((lineItemNumber) => ({ orderId, lineItemNumber })),
    });
  },
  support_request: async (world: World): Promise<void> => {
    await openCase(world);
  },
  support_update: async (world: World): Promise<void> => {
    const { desk, agent } = world;
    const { supportRequestId } = await openCase(world);
    const isFiled = () =>
      desk.db
        .selectFrom("support_requests")
        .select("id")
        .where("id", "=", supportRequestId)
        .where("status", "=", "filed")
        .executeTakeFirst();
    await until("the case is filed", isFiled, 60_000);
    await updateTicket(desk, agent, { formToken: randomUUID(), supportRequestId, note: "Any news?" });
  },
};

function openCase({ desk, agent }: World): Promise<{ supportRequestId: string }> {
  const order = seedOrders.extendedSecurityUpdates;
  return requestSupport(desk, agent, {
    formToken: randomUUID(),
    customerId: order.customerId,
    impact: "moderate",
    title: "Refund of an order",
    orderOrSubscriptionId: order.id,
    reason: "Bought by mistake",
    amountRequested: "100.00 USD",
    contactName: agent.displayName,
    contactEmail: agent.email ?? "",
    contactPhone: "+1 555 0100",
  });
}

/** An order made in the portal, so to speak: nothing here knows of it. */
async function placeOrder(
  { desk, partnerCenter }: World,
  lineCount: number,
): Promise<{ customerId: string; orderId: string }> {
  const like = partnerCenter.orders().find((order) => order.billingCycle === "one_time");
  const call = () => ({ requestId: randomUUID(), correlationId: randomUUID() });
  const customerId = like?.customerId ?? "";
  const lines = Array.from({ length: lineCount }, (_, id) => ({
    id,
    catalogItemId: like?.lines[id]?.catalogItemId ?? "",
    quantity: 1,
    billingCycle: "one_time",
    friendlyName: "portal",
  }));
  const cart = await desk.partnerCenter.createCart({ customerId, lines }, call());
  const { orders } = await desk.partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call());
  return { customerId, orderId: orders[0]?.id ?? "" };
}

/** True when no request waits for a worker's next step, and every message shows what its request is. */
export async function settled({ desk }: World): Promise<boolean> {
  const open = await sql<{ count: string }>`
    select count(*) from (
      select id from purchases where status in ('requested', 'sending', 'unknown')
      union all select id from cancellations where status in ('requested', 'sending', 'unknown')
      union all select id from support_requests where status in ('requested', 'sending', 'unknown')
      union all select id from support_updates where status in ('requested', 'sending')
      union all select id from reminders where kind = 'ticket' and (lease is not null or due_at <= now())
      union all select id from messages where drawn_version < wanted_version
    ) open`.execute(desk.db);
  return open.rows[0]?.count === "0";
}

/** True when, besides, every accepted cancellation shows. */
export async function finished(world: World): Promise<boolean> {
  const followed = await world.desk.db
    .selectFrom("cancellations")
    .select("id")
    .where("status", "in", ["accepted", "overdue"])
    .execute();
  return followed.length === 0 && (await settled(world));
}
