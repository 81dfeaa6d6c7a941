import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { App, HTTPReceiver } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { startPostgres } from "#sandbox/postgres/start.ts";
import { startSandbox } from "#sandbox/start.ts";

/**
 * How fast a signed slash command is answered, against a bare Bolt app that makes the same two Slack calls in the same
 * run. Both talk to the same trivial Slack. Prints the ratios of throughput (higher is better) and p99 (lower is better),
 * medians of several interleaved rounds. The load generator shares the machine's cores with both.
 */
const rounds = 5;
const requestsARound = 400;
const concurrencies = [1, 16, 64];
const signingSecret = "bench-signing-secret";

interface Measure {
  perSecond: number;
  p99: number;
}

/** Answers every Web API call at once, as a Slack that costs nothing would. */
async function startTrivialSlack() {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const method = request.url?.split("/").at(-1);
      const answers: Record<string, object> = {
        "auth.test": { team_id: "T0BENCH", user_id: "U0BOT", bot_id: "B0BOT" },
        "views.open": { view: { id: "V0BENCH", hash: "h" } },
        "users.info": {
          user: {
            id: "U0BENCH",
            name: "bench",
            locale: "en-US",
            tz: "UTC",
            profile: { email: "admin.agent@partner.example" },
          },
        },
      };
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ ok: true, ...answers[method ?? ""] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    close: () => server.close(),
  };
}

async function startBareBolt(slackApiUrl: string) {
  const receiver = new HTTPReceiver({ signingSecret, port: 0 });
  const app = new App({ receiver, authorize: async () => ({ botToken: "xoxb-bench" }), convoStore: false });
  const client = new WebClient("xoxb-bench", { slackApiUrl, retryConfig: { retries: 0 } });
  const view = { type: "modal", title: { type: "plain_text", text: "Bare" }, blocks: [] } as const;
  app.command("/csp", async ({ ack, command }) => {
    await ack();
    const opened = await client.views.open({ trigger_id: command.trigger_id, view: { ...view, blocks: [] } });
    await client.views.update({ view_id: opened.view?.id ?? "", view: { ...view, blocks: [] } });
  });
  const server = await receiver.start(0);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/slack/events`, stop: () => receiver.stop() };
}

async function send(url: string, serial: number): Promise<number> {
  const body = new URLSearchParams({
    command: "/csp",
    text: "",
    team_id: "T0BENCH",
    user_id: "U0BENCH",
    channel_id: "D0BENCH",
    trigger_id: `trigger-${serial}`,
    response_url: "http://127.0.0.1:9/none",
    api_app_id: "A0BENCH",
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = `v0=${createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  const started = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signature,
    },
    body,
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return performance.now() - started;
}

let serial = 0;

async function measure(url: string, concurrency: number): Promise<Measure> {
  const latencies: number[] = [];
  let left = requestsARound;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left > 0) {
        left -= 1;
        serial += 1;
        latencies.push(await send(url, serial));
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  return { perSecond: requestsARound / seconds, p99: latencies[Math.floor(latencies.length * 0.99)] ?? 0 };
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const slack = await startTrivialSlack();
const postgres = await startPostgres();
const sandbox = await startSandbox({
  databaseUrl: postgres.url,
  env: { SLACK_API_URL: slack.url, SLACK_SIGNING_SECRET: signingSecret },
});
const bare = await startBareBolt(slack.url);
const desk = `${sandbox.app.url}/slack/events`;
try {
  await measure(desk, 16);
  await measure(bare.url, 16);
  process.stdout.write("concurrency   throughput of bare   p99 of bare   (desk, bare: requests/s; p99 ms)\n");
  for (const concurrency of concurrencies) {
    const results: { desk: Measure; bare: Measure }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      results.push({ desk: await measure(desk, concurrency), bare: await measure(bare.url, concurrency) });
    }
    const of = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick));
    process.stdout.write(
      `${[
        String(concurrency).padStart(11),
        of((result) => result.desk.perSecond / result.bare.perSecond)
          .toFixed(2)
          .padStart(20),
        of((result) => result.desk.p99 / result.bare.p99)
          .toFixed(2)
          .padStart(13),
        `   ${of((result) => result.desk.perSecond).toFixed(0)}, ${of((result) => result.bare.perSecond).toFixed(0)}; `,
        `${of((result) => result.desk.p99).toFixed(1)}, ${of((result) => result.bare.p99).toFixed(1)}`,
      ].join("")}\n`,
    );
  }
} finally {
  await sandbox.stop();
  await bare.stop();
  await postgres.stop();
  slack.close();
}
