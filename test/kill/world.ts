import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import type { PartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import type { SlackStandIn } from "#sandbox/slack/start.ts";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { loadConfig } from "#src/config/config.ts";
import { startApp } from "#src/context.ts";
import type { Desk } from "#src/desk/context.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { updateTicket } from "#src/support-requests/update-ticket.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { runningClock } from "../ground/clock.ts";
import { buy } from "../ground/purchase.ts";
import { until } from "../ground/until.ts";
import { startServices } from "./services.ts";

/** A database with a bot on it, Slack and Partner Center around it, and workers that come and go. */
export interface World {
  /** The bot's; no worker runs in this process. */
  desk: Desk;
  /** Who asks, unless said otherwise. */
  agent: Agent;
  agents: readonly Agent[];
  slack: SlackStandIn;
  partnerCenter: PartnerCenterSimulator;
  databaseUrl: string;
  redisUrl: string | null;
  /** For a worker. */
  env: Record<string, string>;
  /** Every clock of this world but the workers' moves on. */
  advance(ms: number): Promise<void>;
  /** How far, in ms, in all. */
  aheadMs(): number;
  /** The database stays. */
  close(): Promise<void>;
}

export async function openWorld(
  databaseUrl: string,
  redisUrl: string | null,
  options: { slackLimits?: boolean } = {},
): Promise<World> {
  const services = await startServices({
    databaseUrl,
    redisUrl,
    simulator: {
      checkoutIdempotency: "request-id-only",
      cancellationLagMs: 500,
      requestsPerMinute: null,
    },
    ...options,
  });
  const { config, secrets } = loadConfig({ ...services.env, ROLE: "bot" });
  const clock = runningClock();
  const bot = await startApp(config, secrets, { clock });
  const { slack, partnerCenter, env } = services;
  const workspaceId = slack.state().team.id;
  const agents: Agent[] = [];
  for (const who of ["admin.agent", "admin.agent.2", "admin.agent.es"])
    agents.push(await recognise(bot.desk, { workspaceId, slackUserId: slack.as(who).id }));
  const [agent] = agents;
  if (!agent) throw new Error("nobody is there to ask for anything");
  let aheadMs = 0;
  return {
    desk: bot.desk,
    agent,
    agents,
    slack,
    partnerCenter,
    databaseUrl,
    redisUrl,
    env,
    aheadMs: () => aheadMs,
    async advance(ms) {
      aheadMs += ms;
      clock.advance(ms);
      partnerCenter.advance(ms);
      await slack.advance(ms);
    },
    async close() {
      await bot.stop();
      await services.close();
    },
  };
}

/** Asks for something on behalf of this agent, or of the world's own. */
export type Ask = (world: World, agent?: Agent) => Promise<void>;

/** What an agent can ask for and a worker then does. Each is done when the request is written. */
export const asks = {
  purchase: async ({ desk, ...world }, agent = world.agent) => {
    await buy(desk, agent);
  },
  cancellation: async (world, agent = world.agent) => {
    await requestCancellation(world.desk, agent, { ...(await placeOrder(world, 1)), lineItemNumber: 0 });
  },
  /** Two lines of one order, which leave in one call, and a line that is refused. */
  cancellations: async (world, agent = world.agent) => {
    const { customerId, orderId } = await placeOrder(world, 2);
    await requestCancellations(world.desk, agent, {
      formToken: randomUUID(),
      customerId,
      lines: [0, 1, 7].map((lineItemNumber) => ({ orderId, lineItemNumber })),
    });
  },
  support_request: async (world, agent = world.agent) => {
    await openCase(world, agent);
  },
  support_update: async (world, agent = world.agent) => {
    const { desk } = world;
    const { supportRequestId } = await openCase(world, agent);
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
  /** A key and a link, which are shown and not kept. */
  key: async (world, agent = world.agent) => {
    const line = { ...(await placeOrder(world, 1)), lineItemNumber: 0 };
    const { packages } = await listPackages(world.desk, agent, line);
    const [choice] = packages ?? [];
    if (!choice) throw new Error("there is nothing to choose from");
    await revealKey(world.desk, agent, {
      ...line,
      formToken: randomUUID(),
      choice,
      reason: "Asked for by the customer",
    });
  },
} satisfies Record<string, Ask>;

function openCase({ desk }: World, agent: Agent): Promise<{ supportRequestId: string }> {
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
export async function placeOrder(
  { desk, partnerCenter }: World,
  lineCount: number,
  friendlyName = "portal",
): Promise<{ customerId: string; orderId: string }> {
  const like = partnerCenter.orders().find((order) => order.billingCycle === "one_time");
  const call = () => ({ requestId: randomUUID(), correlationId: randomUUID() });
  const customerId = like?.customerId ?? "";
  const lines = Array.from({ length: lineCount }, (_, id) => ({
    id,
    catalogItemId: like?.lines[id]?.catalogItemId ?? "",
    quantity: 1,
    billingCycle: "one_time",
    friendlyName,
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
      union all select id from reminders where kind = 'ticket' and (lease is not null or due_at <= ${desk.clock.now()})
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
