import { WebAPIRateLimitedError, WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";

const start = (rateLimits = true) =>
  startSlackStandIn({ rateLimits, clock: { now: () => new Date("2019-12-01T00:00:00Z") } });

/** A client that leaves waiting to its caller, as a worker does. */
const worker = (slack: SlackStandIn) =>
  new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
  });

/** How many calls go through before Slack says wait, and how long. */
async function untilLimited(call: () => Promise<unknown>, most: number): Promise<[number, number | null]> {
  for (let count = 0; count < most; count += 1) {
    try {
      await call();
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError) return [count, error.retryAfter];
      throw error;
    }
  }
  return [most, null];
}

test("chat.update is limited by the minute; after Retry-After it goes through again", async () => {
  await using slack = await start();
  const { chat, users } = worker(slack);
  const user = slack.as("admin.agent").id;
  const { channel = "", ts = "" } = await chat.postMessage({ channel: user, text: "0" });
  let count = 0;
  const update = () => {
    count += 1;
    return chat.update({ channel, ts, text: String(count) });
  };
  expect(await untilLimited(update, 200)).toEqual([150, 2]);
  expect(slack.as("admin.agent").dm()[0]?.text).toBe("150");
  expect(slack.calls.at(-1)).toMatchObject({ method: "chat.update", error: "ratelimited", status: 429 });
  expect((await users.info({ user })).ok).toBe(true);
  await slack.advance(2_000);
  expect((await update()).ok).toBe(true);
  await slack.advance(60_000);
  expect(await untilLimited(update, 200)).toEqual([50, 1]);
});

test("one message a second into one channel, after a burst; other channels are not held up", async () => {
  await using slack = await start();
  const { chat } = worker(slack);
  const user = slack.as("admin.agent").id;
  const dm = (await chat.postMessage({ channel: user, text: "first" })).channel ?? "";
  const post = (channel: string) => () => chat.postMessage({ channel, text: "x" });
  expect(await untilLimited(post(dm), 90)).toEqual([59, 1]);
  expect(await untilLimited(post(user), 60)).toEqual([0, 1]);
  expect(await untilLimited(post("C0CSP"), 90)).toEqual([60, 1]);
  await slack.advance(3_000);
  expect(await untilLimited(post(dm), 60)).toEqual([3, 1]);
});

test("without limits nothing is held up", async () => {
  await using slack = await start(false);
  const { chat } = worker(slack);
  const post = () => chat.postMessage({ channel: "C0CSP", text: "x" });
  expect(await untilLimited(post, 120)).toEqual([120, null]);
});
