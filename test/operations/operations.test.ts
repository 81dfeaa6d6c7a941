import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FULFILMENT_TOKEN, seedCustomers } from "#sandbox/partner-center/seed.ts";
import { environmentOf } from "#sandbox/start.ts";
import { loadConfig } from "#src/config/config.ts";
import { startApp } from "#src/context.ts";
import { type Flow, openFlow } from "../flows/flow.ts";
import { visit } from "../flows/visitor.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { runScript } from "../ground/run-script.ts";
import { until } from "../ground/until.ts";
// Loaded before the file is watched for what it leaves open: a library below it opens the standard streams.
import "#src/operations/tracing.ts";
import { type Collector, startCollector } from "./collector.ts";

const password = "correct horse battery";
const signedIn = { authorization: `Basic ${Buffer.from(`desk:${password}`).toString("base64")}` };

describeOnBackends("operations", (queue) => {
  let flow: Flow;
  let collector: Collector;
  const ask = (path: string, init?: RequestInit) => fetch(`${flow.app.operationsUrl}${path}`, init);
  const statusOf = async (url: string, init?: RequestInit) => {
    const answer = await fetch(url, init);
    // Read to its end, or the connection stays.
    await answer.arrayBuffer();
    return answer.status;
  };
  const metrics = async () => (await ask("/metrics")).text();
  /** The value of the one series that begins like this. */
  const valueIn = (text: string, series: string) => {
    const line = text.split("\n").find((one) => one.startsWith(series));
    return line === undefined ? null : Number(line.slice(line.lastIndexOf(" ") + 1));
  };

  beforeAll(async () => {
    collector = await startCollector();
    flow = await openFlow({
      redisUrl: queue.redisUrl(),
      env: {
        BULL_BOARD_PASSWORD: password,
        DRAIN_SECONDS: "3",
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      },
    });
    await visit(flow.slack, "admin.agent").buys("sql enterprise");
  });
  afterAll(async () => {
    await flow.close();
    await collector.close();
  });

  test("health touches nothing, readiness says each part and what it took", async () => {
    expect(await (await ask("/healthz")).text()).toBe("ok\n");
    const ready = await ask("/readyz");
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      status: "ready",
      parts: {
        database: { ok: true, ms: expect.any(Number) },
        migrations: { ok: true, ms: expect.any(Number) },
        queue: { ok: true, ms: expect.any(Number), note: queue.name },
        partner_center: { ok: true, ms: expect.any(Number) },
      },
    });
  });

  test("where Slack reaches us there are two words and nothing of the rest", async () => {
    expect(await (await fetch(`${flow.app.url}/readyz`)).text()).toBe("ready\n");
    for (const path of ["/metrics", "/queues", "/queues/api/queues"])
      expect(await statusOf(`${flow.app.url}${path}`, { headers: signedIn })).toBe(404);
  });

  test("a purchase shows in the numbers: Slack's requests, calls, jobs, queues, and the budget", async () => {
    // A job ends after what it did is seen.
    const text = await until("the job has ended", async () => {
      const now = await metrics();
      return valueIn(now, 'csp_desk_job_seconds_count{queue="purchase",result="ok"}') === null ? null : now;
    });
    expect(valueIn(text, 'csp_desk_slack_answer_seconds_count{kind="command"}')).toBeGreaterThan(0);
    expect(valueIn(text, 'csp_desk_slack_answer_seconds_count{kind="submission"}')).toBeGreaterThan(0);
    expect(valueIn(text, 'csp_desk_partner_center_calls_total{operation="checkoutCart",result="ok"}')).toBe(
      1,
    );
    expect(
      valueIn(text, 'csp_desk_slack_calls_total{method="chat.postMessage",result="ok"}'),
    ).toBeGreaterThan(0);
    expect(valueIn(text, 'csp_desk_job_seconds_count{queue="purchase",result="ok"}')).toBeGreaterThan(0);
    expect(valueIn(text, 'csp_desk_queue_jobs{queue="purchase",state="failed"}')).toBe(0);
    expect(valueIn(text, "csp_desk_call_budget_left")).toBeGreaterThan(0);
    expect(valueIn(text, "csp_desk_readings_ok")).toBe(1);
    expect(valueIn(text, "nodejs_eventloop_lag_p99_seconds")).not.toBeNull();
    expect(text).toMatch(/csp_desk_build_info\{version="[^"]+",role="all"\} 1/);
  });

  test("the queues are shown to who gives the password, to look at, with everything from here", async () => {
    expect(await statusOf(`${flow.app.operationsUrl}/queues`)).toBe(401);
    const page = await ask("/queues", { headers: signedIn });
    const html = await page.text();
    expect(page.status).toBe(200);
    // What lies elsewhere the browser does not fetch.
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    const own = [...html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => path);
    expect(own.length).toBeGreaterThan(3);
    for (const path of own)
      expect(await statusOf(`${flow.app.operationsUrl}/queues/${path}`, { headers: signedIn })).toBe(200);

    // A job ends after what it did is seen; in PostgreSQL, one that is done goes at once.
    const ended = queue.name === "redis" ? 1 : 0;
    const purchase = await until("the job has ended", async () => {
      const listed = await ask("/queues/api/queues?activeQueue=purchase&status=completed", {
        headers: signedIn,
      });
      const { queues } = (await listed.json()) as {
        queues: { name: string; readOnlyMode: boolean; jobs: { data: object }[] }[];
      };
      return queues.find(({ name, jobs }) => name === "purchase" && jobs.length === ended);
    });
    expect(purchase.readOnlyMode).toBe(true);
    expect(purchase.jobs.map(({ data }) => Object.keys(data).sort())).toEqual(Array(ended).fill(["id", "v"]));
    const change = `${flow.app.operationsUrl}/queues/api/queues/purchase/clean/completed`;
    expect(await statusOf(change, { method: "PUT", headers: signedIn })).toBe(405);
  });

  describe("once everything was sent", () => {
    const steps = [
      "slack submission",
      "outbox purchase",
      "process purchase",
      "partner center checkoutCart",
      "outbox message",
      "process message",
      "slack api chat.postMessage",
    ];
    const traceOfPurchase = () => {
      const checkout = collector.spans.find(({ name }) => name === "partner center checkoutCart");
      return collector.spans.filter(({ traceId }) => traceId === checkout?.traceId);
    };
    /** Those whose parent is not here: spans leave when they end, the outer ones after those within. */
    const orphansOf = (trace: Collector["spans"]) => {
      const ids = new Set(["", ...trace.map(({ spanId }) => spanId)]);
      return trace.filter(({ parentSpanId }) => !ids.has(parentSpanId));
    };
    beforeAll(async () => {
      await until(
        "the purchase is traced",
        async () =>
          steps.every((step) => traceOfPurchase().some(({ name }) => name === step)) &&
          orphansOf(traceOfPurchase()).length === 0,
      );
    });

    test("a request is one trace from Slack over outbox and job to Partner Center and the message", async () => {
      const trace = traceOfPurchase();
      // Everything hangs together: one beginning, and no span whose parent is somewhere else.
      expect(trace.filter(({ parentSpanId }) => parentSpanId === "").map(({ name }) => name)).toEqual([
        "slack submission",
      ]);
      expect(orphansOf(trace)).toEqual([]);
      const { correlation_id } = await flow.app.desk.db
        .selectFrom("purchases")
        .select("correlation_id")
        .where("status", "=", "ordered")
        .executeTakeFirstOrThrow();
      expect(trace.find(({ name }) => name === "process purchase")?.texts).toContain(correlation_id);
    });

    test("spans begin with something that happened, and hold no names and no secrets", () => {
      const roots = collector.spans.filter(({ parentSpanId }) => parentSpanId === "");
      expect(roots.filter(({ name }) => !/^(slack|process) /.test(name))).toEqual([]);
      const sent = collector.bytes();
      for (const { companyName, domain } of seedCustomers) {
        expect(sent.includes(companyName)).toBe(false);
        expect(sent.includes(domain)).toBe(false);
      }
      for (const secret of [FULFILMENT_TOKEN, password, flow.slack.botToken, "SQL Server"])
        expect(sent.includes(secret)).toBe(false);
    });
  });

  test("the doctor finds nothing wrong with what works, and says what is with what does not", async () => {
    const env = environmentOf({ ...flow, databaseUrl: flow.databaseUrl, redisUrl: queue.redisUrl() });
    const examined = await runScript("doctor", env);
    expect(examined.said).toContain("ok    slack's scopes: all that manifest.yml asks for");
    expect(examined.said).toContain("ok    partner center's roles:");
    expect(examined.said).toContain("ok    migrations: up to date");
    expect(examined.said.includes("ok    redis: throws nothing away")).toBe(queue.name === "redis");
    expect(examined.code).toBe(0);
    if (queue.name === "redis") return;
    const wrong = await runScript("doctor", {
      ...env,
      SLACK_BOT_TOKEN: "xoxb-of-somebody-else",
      REDIS_URL: "redis://127.0.0.1:1",
    });
    expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining("WRONG slack: does not take") });
    expect(wrong.said).toContain("WRONG redis: ECONNREFUSED");
  });

  test("G1 a process that is set up for another partner tenant does not start on this database", async () => {
    const { config, secrets } = loadConfig({
      ...environmentOf({ ...flow, databaseUrl: flow.databaseUrl, redisUrl: queue.redisUrl() }),
      PARTNER_TENANT_ID: "99999999-2222-4333-8444-555555555555",
    });
    await expect(startApp(config, secrets)).rejects.toThrow("This database belongs to partner tenant");
  });

  test("a bot that is told to stop says so to balancers while it still answers, and only then closes", async () => {
    const { url, operationsUrl } = flow.app;
    const stopped = flow.app.stop();
    const [bot, all, health, events] = await Promise.all([
      fetch(`${url}/readyz`),
      fetch(`${operationsUrl}/readyz`),
      statusOf(`${url}/healthz`),
      statusOf(`${url}/slack/events`, { method: "POST" }),
    ]);
    expect([bot.status, await bot.text()]).toEqual([503, "stopping\n"]);
    expect([all.status, await all.json()]).toEqual([503, expect.objectContaining({ status: "stopping" })]);
    expect([health, events]).toEqual([200, 401]);
    await stopped;
    await expect(fetch(`${url}/readyz`)).rejects.toThrow();
    await expect(fetch(`${operationsUrl}/healthz`)).rejects.toThrow();
  });
});
