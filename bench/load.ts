import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "./figures.ts";
import { type Ground, signingSecret, slackUserId, workspaceId } from "./ground.ts";

/** As many agents as ever wait at the same time. */
export const peopleCount = 64;

export interface Load {
  perSecond: number;
  p99: number;
}

/** What Slack posts: a form body, made anew for each delivery. */
export type Delivery = (serial: number) => URLSearchParams;

/** One of the agents, by turns: those who wait for each other in life are different people. */
export function slackUserOf(serial: number): string {
  return `${slackUserId}${serial % peopleCount}`;
}

export const command: Delivery = (serial) =>
  new URLSearchParams({
    command: "/csp",
    text: "",
    team_id: workspaceId,
    user_id: slackUserOf(serial),
    channel_id: "D0BENCH",
    trigger_id: `trigger-${serial}`,
    response_url: "http://127.0.0.1:9/none",
    api_app_id: "A0BENCH",
  });

/** The submission of a modal with this callback and this state. */
export function submission(callbackId: string, metadata: string, userId: string): URLSearchParams {
  const payload = {
    type: "view_submission",
    team: { id: workspaceId, domain: "bench" },
    user: { id: userId, team_id: workspaceId, name: "bench" },
    api_app_id: "A0BENCH",
    token: "none",
    trigger_id: "none",
    view: {
      id: "V0BENCH",
      type: "modal",
      callback_id: callbackId,
      private_metadata: metadata,
      hash: "h",
      title: { type: "plain_text", text: "Bench" },
      blocks: [],
      state: { values: {} },
    },
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) });
}

let serial = 0;

/**
 * Posts so many signed deliveries, `concurrency` at a time and by turns to each address, and waits until the `drawing` calls to Slack that
 * each of them leads to have arrived. The throughput counts that work; p99 is that of the answers, in ms.
 */
export async function post(
  ground: Ground,
  urls: readonly string[],
  of: { delivery: Delivery; count: number; concurrency: number; drawing: number },
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: of.concurrency });
  const latencies: number[] = [];
  const before = await drawn(ground);
  let left = of.count;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: of.concurrency }, async () => {
      while (left > 0) {
        left -= 1;
        serial += 1;
        const url = urls[serial % urls.length] ?? "";
        latencies.push((await postOne(agent, url, of.delivery(serial).toString())).ms);
      }
    }),
  );
  while ((await drawn(ground)) < before + of.count * of.drawing) await pause(2);
  const seconds = (performance.now() - started) / 1_000;
  agent.destroy();
  return { perSecond: of.count / seconds, p99: quantile(latencies, 0.99) };
}

/** How many calls to Slack drew something, and the first view of each kind of call as JSON. */
export async function readDrawn(ground: Ground): Promise<{ drawn: number; views: Record<string, string> }> {
  const answer = await fetch(`${ground.slack.url}count`);
  return (await answer.json()) as { drawn: number; views: Record<string, string> };
}

async function drawn(ground: Ground): Promise<number> {
  return (await readDrawn(ground)).drawn;
}

/** Posts one delivery and resolves with the answer and how long it took, in ms. */
export function postOne(agent: Agent, url: string, body: string): Promise<{ ms: number; text: string }> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = `v0=${createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/slack/events`,
      {
        agent,
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "content-length": Buffer.byteLength(body),
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": signature,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode !== 200)
            reject(new Error(`${url} answered ${response.statusCode}: ${text}`));
          else resolve({ ms: performance.now() - started, text });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
