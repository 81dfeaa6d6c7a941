import { randomUUID } from "node:crypto";
import { flushCompileCache } from "node:module";
import { loadConfig } from "#src/config/config.ts";
import { Secret } from "#src/config/secret.ts";
import { startApp } from "#src/context.ts";
import { systemClock } from "#src/desk/clock.ts";
import type { Desk } from "#src/desk/context.ts";
import { createLog } from "#src/desk/log.ts";
import { createPartnerCenter } from "#src/partner-center/client.ts";
import { createChat } from "#src/slack/chat.ts";
import { oneWorkspace } from "#src/slack/one-workspace.ts";
import { giveUpAfter } from "../ground/give-up-after.ts";
import { tokensBy } from "../ground/grants.ts";

/** What the parent may say. Everything is said back when it is so. */
export type Order = { dieAt: string } | { aheadMs: number };

/**
 * The app in a process of its own, that its parent can kill at a named point (from then on, whoever reaches the point first
 * takes the whole process down) and whose clock its parent can set. SIGTERM stops it in good order.
 */
let armed: string | null = null;
let aheadMs = Number(process.env.AHEAD_MS ?? 0);
if (process.env.PATIENCE_MS) giveUpAfter(Number(process.env.PATIENCE_MS));
const { config, secrets } = loadConfig(process.env);
const { apiUrl: slackApiUrl } = config.slack;

/** Mistakes that the tests must be able to see. */
const mistakes: Record<string, () => Partial<Desk>> = {
  none: () => ({}),
  "a new request id for every try": () => {
    const partnerCenter = createPartnerCenter({
      baseUrl: config.partnerCenter.url,
      tokens: tokensBy(
        {
          authority: config.partnerCenter.authority,
          tenantId: config.partnerCenter.tenantId,
          clientId: config.partnerCenter.clientId,
          clientSecret: secrets.partnerCenterClientSecret,
          clock: systemClock,
        },
        secrets.partnerCenterRefreshToken,
      ),
      clock: systemClock,
    });
    return {
      partnerCenter: {
        ...partnerCenter,
        checkoutCart: (input, call) =>
          partnerCenter.checkoutCart(input, { ...call, requestId: randomUUID() }),
      },
    };
  },
  "no look for an earlier post": () => ({
    chat: {
      ...createChat({
        workspaces: oneWorkspace({
          token: secrets.slackBotToken ?? new Secret("none"),
          slackApiUrl,
          log: createLog("warn"),
        }),
        slackApiUrl,
      }),
      findPosted: async () => null,
    },
  }),
};

const app = await startApp(config, secrets, {
  ...mistakes[process.env.MISTAKE ?? "none"]?.(),
  clock: { now: () => new Date(Date.now() + aheadMs) },
  failpoint: async (point) => {
    if (point === armed) process.kill(process.pid, "SIGKILL");
  },
});

process.on("message", (order: Order) => {
  if ("dieAt" in order) armed = order.dieAt;
  else aheadMs = order.aheadMs;
  process.send?.(order);
});
process.on("SIGTERM", () => void app.stop().then(() => process.exit(0)));
// Who is killed writes nothing at its end.
flushCompileCache();
process.send?.({ runningAt: app.url });
// A parent that was killed leaves no process behind.
process.on("disconnect", () => process.exit(1));
