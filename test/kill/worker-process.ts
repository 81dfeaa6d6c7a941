import { randomUUID } from "node:crypto";
import { loadConfig } from "#src/config/config.ts";
import { startApp } from "#src/context.ts";
import { systemClock } from "#src/desk/clock.ts";
import type { Desk } from "#src/desk/context.ts";
import { createPartnerCenter } from "#src/partner-center/client.ts";
import { createChat } from "#src/slack/chat.ts";
import { tokensBy } from "../ground/grants.ts";

/**
 * A worker of its own that its parent can kill at a named point: the parent sends the point and the process sends it
 * back; from then on, whoever reaches the point first takes the whole process down. SIGTERM stops it in good order.
 */
let armed: string | null = null;
const { config, secrets } = loadConfig(process.env);

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
      ...createChat({ token: secrets.slackBotToken, slackApiUrl: config.slack.apiUrl }),
      findPosted: async () => null,
    },
  }),
};

const app = await startApp(config, secrets, {
  ...mistakes[process.env.MISTAKE ?? "none"]?.(),
  failpoint: async (point) => {
    if (point === armed) process.kill(process.pid, "SIGKILL");
  },
});

process.on("message", (point) => {
  armed = String(point);
  process.send?.(point);
});
process.on("SIGTERM", () => void app.stop().then(() => process.exit(0)));
process.send?.("running");
// A parent that was killed leaves no worker behind.
process.on("disconnect", () => process.exit(1));
