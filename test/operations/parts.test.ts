import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Secret } from "#src/config/secret.ts";
import type { Database } from "#src/db/database.ts";
import { measure } from "#src/desk/measure.ts";
import { listenForOperators, type OperationsListener, type Page } from "#src/operations/listener.ts";
import { createMetrics } from "#src/operations/metrics.ts";
import { withPassword } from "#src/operations/password.ts";
import { createReadings, type Readings } from "#src/operations/readings.ts";
import {
  createReadiness,
  databasePart,
  migrationsPart,
  type Part,
  partnerCenterPart,
} from "#src/operations/ready.ts";
import { atMostEvery, NotInTime, within } from "#src/operations/within.ts";
import { TokenFailure } from "#src/partner-center/auth.ts";
import { allowance } from "#src/partner-center/budget.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(() => under.close());

const metricsOf = (readings: () => Promise<Readings>) =>
  createMetrics({ role: "worker", version: "1.2.3", callsPerMinute: 500, readings });
const noReadings = () => Promise.reject(new Error("away"));

async function withListener<T>(
  queues: Page | null,
  parts: Part[],
  work: (listener: OperationsListener, stopping: () => void) => Promise<T>,
): Promise<T> {
  const readiness = createReadiness(parts);
  const metrics = metricsOf(noReadings);
  const listener = await listenForOperators({ host: "127.0.0.1", port: 0, readiness, metrics, queues });
  try {
    return await work(listener, readiness.stop);
  } finally {
    await listener.stop();
    metrics.stop();
  }
}

describe("readiness", () => {
  const fine: Part = { name: "database", check: async () => null, todo: "", serves: true };

  test("a part that fails is named with what to do, and no word of the error behind it", async () => {
    const away = Object.assign(new Error("connect ECONNREFUSED to postgres://desk:pa55word@db"), {
      code: "ECONNREFUSED",
    });
    const token = partnerCenterPart(async () => {
      throw new TokenFailure("refused", "invalid_client (AADSTS7000215)");
    });
    await withListener(
      null,
      [{ ...fine, check: () => Promise.reject(away), todo: "look" }, token],
      async ({ url }) => {
        const answer = await fetch(`${url}/readyz`);
        expect(answer.status).toBe(503);
        const text = await answer.text();
        expect(JSON.parse(text)).toMatchObject({
          status: "not ready",
          parts: {
            database: { ok: false, problem: "ECONNREFUSED", todo: "look" },
            partner_center: { ok: false, problem: "TokenFailure: invalid_client (AADSTS7000215)" },
          },
        });
        expect(text).not.toContain("pa55word");
      },
    );
    // One without a code is told by its name.
    const refused = new TypeError("postgres://desk:pa55word@db is no address");
    const readiness = createReadiness([{ ...fine, check: () => Promise.reject(refused) }]);
    expect((await readiness.all()).parts.database?.problem).toBe("TypeError");
  });

  test("what all processes share and people are told of does not send Slack's requests elsewhere", async () => {
    const token = partnerCenterPart(() => Promise.reject(new Error("no token")));
    const readiness = createReadiness([fine, token]);
    expect((await readiness.all()).status).toBe("not ready");
    expect(await readiness.serving()).toBe("ready");
    readiness.stop();
    expect((await readiness.all()).status).toBe("stopping");
    expect(await readiness.serving()).toBe("stopping");
  });

  test("a migration that is missing is not ready; one of a newer version is, until it takes something away", async () => {
    const { db } = under.desk;
    const check = async () => {
      const { parts } = await createReadiness([databasePart(db), migrationsPart(db)]).all();
      return parts.migrations;
    };
    const [taken] = (
      await sql<{ name: string; timestamp: string }>`
        delete from kysely_migration where name = (select max(name) from kysely_migration) returning name, timestamp`.execute(
        db,
      )
    ).rows;
    expect(await check()).toMatchObject({ ok: false, problem: `MigrationsWrong: missing: ${taken?.name}` });
    await sql`insert into kysely_migration values (${taken?.name}, ${taken?.timestamp})`.execute(db);
    await sql`insert into kysely_migration values ('29990101T000000-newer', ${taken?.timestamp})`.execute(db);
    expect(await check()).toMatchObject({ ok: true, note: expect.stringContaining("29990101T000000-newer") });
    await sql`
      update kysely_migration set name = '29990101T000000-newer-contract-since-29980101T000000'
      where name like '2999%'`.execute(db);
    expect(await check()).toMatchObject({
      ok: false,
      problem: expect.stringContaining("replace this process"),
    });
    await sql`delete from kysely_migration where name like '2999%'`.execute(db);
  });

  test("nobody waits for a part that does not answer, and many who ask cost one look", async () => {
    await expect(within(20, new Promise(() => {}))).rejects.toThrow(NotInTime);
    let looks = 0;
    const look = atMostEvery(60_000, async () => {
      looks += 1;
    });
    await Promise.all(Array.from({ length: 20 }, look));
    await look();
    expect(looks).toBe(1);
  });
});

describe("the port for operators", () => {
  test("says in words what is not there, and that a port is taken", async () => {
    await withListener(null, [], async ({ url }) => {
      expect(await (await fetch(`${url}/queues/`)).text()).toContain("BULL_BOARD_PASSWORD");
      expect((await fetch(`${url}/secrets`)).status).toBe(404);
      expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(405);
      const metrics = metricsOf(noReadings);
      const { port } = new URL(url);
      const readiness = createReadiness([]);
      await expect(
        listenForOperators({ host: "127.0.0.1", port: Number(port), readiness, metrics, queues: null }),
      ).rejects.toThrow("OPERATIONS_PORT");
      metrics.stop();
    });
  });

  test("the page of the queues opens for the password alone, and five wrong ones close it for a minute", async () => {
    let now = 0;
    const page: Page = (_request, response) => response.end("queues");
    const guarded = withPassword(new Secret("correct horse battery"), page, () => now);
    await withListener(guarded, [], async ({ url }) => {
      const ask = async (password: string | null) => {
        const headers: Record<string, string> =
          password === null
            ? {}
            : { authorization: `Basic ${Buffer.from(`x:${password}`).toString("base64")}` };
        const answer = await fetch(`${url}/queues`, { headers });
        await answer.arrayBuffer();
        return answer.status;
      };
      expect(await ask(null)).toBe(401);
      expect(await ask("correct horse battery")).toBe(200);
      expect([await ask("correct horse"), await ask(""), await ask("correct horse battery ")]).toEqual([
        401, 401, 401,
      ]);
      expect(await ask("correct horse battery")).toBe(200);
      for (let tries = 0; tries < 5; tries += 1) expect(await ask("guess")).toBe(401);
      expect(await ask("correct horse battery")).toBe(429);
      now += 60_000;
      expect(await ask("correct horse battery")).toBe(200);
    });
  });
});

describe("numbers", () => {
  const readings = (callsPerMinute = 500) =>
    createReadings({
      db: under.desk.db,
      clock: under.clock,
      partnerTenantId: "tenant",
      allowance: allowance(callsPerMinute),
      queues: null,
    });

  test("what waits, is unknown, was left to a person, is late or overdue is read from the rows", async () => {
    const quiet = await readings()();
    expect(quiet.outbox).toEqual({ unsent: 0, oldest: 0 });
    expect(quiet.budget).toEqual({ left: 125, blocked: 0 });
    const agent = await under.agent();
    const [unknown, failed] = [await buy(under.desk, agent), await buy(under.desk, agent)];
    const { db } = under.desk;
    await db
      .updateTable("purchases")
      .set({
        status: "unknown",
        ms_request_id: "4b3a1c52-8c1c-4d0f-9a51-6f2f8c6f0001",
        sent_at: under.clock.now(),
      })
      .where("id", "=", unknown)
      .execute();
    await db
      .updateTable("purchases")
      .set({ status: "needs_person", due_at: null })
      .where("id", "=", failed)
      .execute();
    await db
      .insertInto("call_budget")
      .values({
        partner_tenant_id: "tenant",
        tokens: 0,
        refilled_at: under.clock.now(),
        promised_until: under.clock.now(),
        blocked_until: new Date(under.clock.now().getTime() + 70_000),
      })
      .execute();
    under.clock.advance(10_000);
    const seen = await readings()();
    expect(seen.requests.purchase).toEqual({ unknown: 1, needsPerson: 1 });
    expect(seen.outbox.unsent).toBeGreaterThanOrEqual(2);
    expect(seen.outbox.oldest).toBeCloseTo(10);
    expect(seen.budget.blocked).toBeCloseTo(60);
    expect(seen.budget.left).toBeCloseTo((10 * 375) / 63);
    expect(seen.messages.overdue).toBe(0);
    await requestCancellation(under.desk, agent, seededLine("recentPerpetual"));
    const confirmations = async (minutesAgo: number) => {
      const accepted_at = new Date(under.clock.now().getTime() - minutesAgo * 60_000);
      await db
        .updateTable("cancellations")
        .set({ status: "accepted", ms_request_id: randomUUID(), sent_at: accepted_at, accepted_at })
        .execute();
      return (await readings()()).confirmations;
    };
    expect(await confirmations(16)).toEqual({ awaited: 1, late: 1, latest: 960 });
    expect(await confirmations(14)).toEqual({ awaited: 1, late: 0, latest: 0 });
    under.clock.advance(8 * 24 * 60 * 60_000);
    const later = await readings()();
    // Last week's is no news; what waits for its message still is.
    expect(later.requests.purchase).toEqual({ unknown: 1, needsPerson: 0 });
    expect(later.messages.overdue).toBeGreaterThan(0);
    // What was given up is not late, and is counted apart for as long as it is news.
    const given = { undeliverable: "channel_not_found", updated_at: under.clock.now() };
    await db.updateTable("messages").set(given).execute();
    const { messages } = await readings()();
    expect(messages).toEqual({ overdue: 0, oldest: 0, givenUp: later.messages.overdue });
    under.clock.advance(8 * 24 * 60 * 60_000);
    expect((await readings()()).messages).toEqual({ overdue: 0, oldest: 0, givenUp: 0 });
  });

  test("each number is read by an index, however long the tables grow", async () => {
    const pool = new pg.Pool({ connectionString: under.databaseUrl, max: 1 });
    const one: Database = new Kysely({ dialect: new PostgresDialect({ pool }) });
    // An index that fits is taken, also for tables as short as these.
    await sql`set enable_seqscan = off`.execute(one);
    const scans = async () => {
      await sql`select pg_stat_force_next_flush()`.execute(one);
      const { rows } = await sql<{ relname: string; seq_scan: string; idx_scan: string }>`
        select relname, seq_scan, idx_scan from pg_stat_user_tables
        where relname in ('outbox', 'purchases', 'cancellations', 'support_requests', 'reminders', 'messages')
        order by relname`.execute(one);
      return rows;
    };
    const before = await scans();
    await createReadings({
      db: one,
      clock: under.clock,
      partnerTenantId: "tenant",
      allowance: allowance(500),
      queues: null,
    })();
    const after = await scans();
    await one.destroy();
    expect(after).toHaveLength(6);
    for (const [index, table] of after.entries()) {
      expect([table.relname, table.seq_scan]).toEqual([before[index]?.relname, before[index]?.seq_scan]);
      expect(Number(table.idx_scan)).toBeGreaterThan(Number(before[index]?.idx_scan));
    }
  });

  test("no label takes what nobody foresaw: values are names of ours, and there are only so many", async () => {
    const metrics = metricsOf(readings());
    for (let number = 0; number < 500; number += 1) {
      const name = [...String(number)].map((digit) => "abcdefghij"[Number(digit)]).join("");
      measure("slackCall", { method: `chat.${name}`, result: "ok", seconds: 0.1 });
      measure("partnerCenterCall", { operation: `Contoso ${number}`, result: "ok", seconds: 0.1 });
    }
    const { text } = await metrics.expose();
    const series = (name: string) => text.split("\n").filter((line) => line.startsWith(`${name}{`));
    expect(series("csp_desk_slack_calls_total").length).toBeLessThanOrEqual(81);
    expect(series("csp_desk_partner_center_calls_total")).toEqual([
      'csp_desk_partner_center_calls_total{operation="other",result="ok"} 500',
    ]);
    expect(text).not.toContain("Contoso");
    expect(
      new Set(metrics.describe().flatMap(({ name, labels }) => (name.startsWith("csp_desk_") ? labels : []))),
    ).toEqual(new Set(["version", "role", "kind", "queue", "state", "operation", "result", "method"]));
    metrics.stop();
  });

  test("a stand-by answer is counted from zero on, so that the first one rings", async () => {
    const metrics = metricsOf(noReadings);
    const counted = async (kind: string) =>
      (await metrics.expose()).text.match(new RegExp(`stood_by_total\\{kind="${kind}"\\} (\\d+)`))?.[1];
    expect([await counted("command"), await counted("submission")]).toEqual(["0", "0"]);
    measure("slackStoodBy", { kind: "command" });
    expect(await counted("command")).toBe("1");
    metrics.stop();
  });

  test("a database that does not answer leaves no old numbers behind", async () => {
    const metrics = metricsOf(noReadings);
    const { text } = await metrics.expose();
    expect(text).toContain("csp_desk_readings_ok 0");
    expect(text).toMatch(/csp_desk_outbox_unsent_rows Nan/i);
    metrics.stop();
  });
});
