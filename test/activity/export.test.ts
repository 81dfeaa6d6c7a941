import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { csvLine } from "#src/activity/csv.ts";
import { requestExport, sendExport } from "#src/activity/export.ts";
import { lastDays } from "#src/activity/filter.ts";
import { recordActivity } from "#src/activity/record.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { writeExport } from "#src/activity/write-export.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { ChatFailure } from "#src/messages/port.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { minute, pass, refusalOf } from "../requests/acts.ts";

let under: DeskUnderTest;
let auditor: Agent;
let folder: string;
beforeEach(async () => {
  // Of this test alone: others export at the same time.
  folder = await mkdtemp(join(tmpdir(), "export-test-"));
  vi.stubEnv("TMPDIR", folder);
  under = await openDesk();
  auditor = await under.agent("U0ACCOUNT");
});
afterEach(async () => {
  await under.close();
  await rm(folder, { recursive: true });
});

const question = {
  ...lastDays(new Date("2026-11-23T09:00:00Z"), "UTC"),
  slackUserId: null,
  customerId: null,
  kind: null,
};

const record = (details: Record<string, unknown>, workspaceId = auditor.workspaceId) =>
  transact(under.desk.db, (trx) =>
    recordActivity(trx, {
      workspaceId,
      at: new Date(under.clock.now().getTime() - minute),
      actor: auditor,
      act: "key_request.requested",
      outcome: "done",
      request: null,
      customerId: "c1",
      details,
      correlationId: null,
    }),
  );

async function exported(format: "csv" | "json", desk: Desk = under.desk) {
  const { exportId } = await requestExport(desk, auditor, { formToken: randomUUID(), question, format });
  return exportId;
}
const rowOf = (id: string) =>
  under.desk.db.selectFrom("activity_exports").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
const shared = () => [...under.chat.uploads.values()].filter(({ channels }) => channels.length > 0);
const acts = async (act: string) =>
  (await under.desk.db.selectFrom("activity").select("details").where("act", "=", act).execute()).map(
    ({ details }) => details,
  );
const leftovers = () => readdir(folder);

/** Reads a CSV file as RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, bare, end] of text.matchAll(cells)) {
    rows.at(-1)?.push(quoted === undefined ? (bare ?? "") : quoted.replaceAll('""', '"'));
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("A3 a CSV file", () => {
  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])(
    "A3 %j is text, and no formula",
    (text) => {
      const [cells] = parseCsv(csvLine([text, "b"]));
      expect(cells).toEqual([`'${text}`, "b"]);
    },
  );

  test.each(['say "no"', "a,b", "a;b", "a\r\nb", "", "ordinary", "ñandú"])(
    "A3 %j comes back as it was",
    (text) => {
      expect(parseCsv(csvLine([text, text]))).toEqual([[text, text]]);
    },
  );

  test("A3 an export begins with a byte order mark and a header, has ids and no names, and nothing runs", async () => {
    await record({ orderId: "=cmd()", reason: '=HYPERLINK("https://elsewhere.example","x")' });
    const id = await exported("csv");
    await runDue(under.desk);
    const [file] = shared();
    const text = file?.bytes.toString() ?? "";
    expect([...(file?.bytes.subarray(0, 3) ?? [])]).toEqual([0xef, 0xbb, 0xbf]);
    const [header = [], ...rows] = parseCsv(text.slice(1));
    const at = (name: string) => rows.map((row) => row[header.indexOf(name)]);
    expect(rows).toHaveLength((await rowOf(id)).row_count ?? 0);
    expect(at("order_id")).toContain("'=cmd()");
    expect(at("person_id")).toContain(auditor.personId);
    expect(at("slack_user_id")).toContain("U0ACCOUNT");
    expect(at("hash").every((hash) => /^[0-9a-f]{64}$/.test(hash ?? ""))).toBe(true);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    expect(file?.name).toBe("activity-2026-11-17-2026-11-23.csv");
  });
});

describe("A3 an export", () => {
  test("A3 as JSON has every entry once, newest first", async () => {
    for (let index = 0; index < 3; index += 1) await record({ index });
    await exported("json");
    await runDue(under.desk);
    const entries = JSON.parse(shared()[0]?.bytes.toString() ?? "") as { details: { index?: number } }[];
    expect(entries.map(({ details }) => details.index)).toEqual([2, 1, 0]);
  });

  test("A3 with nothing in it is still a file", async () => {
    for (const format of ["csv", "json"] as const) {
      const written = await writeExport(under.desk.db, {
        workspaceId: "T0EMPTY",
        format,
        filter: {
          from: new Date(0),
          until: new Date(1),
          personId: null,
          userPrincipalName: null,
          customerId: null,
          kind: null,
        },
      });
      const text = await readFile(written.path, "utf8");
      expect(written.rows).toBe(0);
      if (format === "json") expect(JSON.parse(text)).toEqual([]);
      else expect(parseCsv(text.slice(1))).toHaveLength(1);
      await written.remove();
    }
  });

  test("A3 is recorded when it is asked for, and with filter and row count before it is shown", async () => {
    await record({});
    const before: unknown[] = [];
    const desk: Desk = {
      ...under.desk,
      chat: {
        ...under.chat,
        async shareFile(input) {
          before.push(...(await acts("activity.exported")));
          return under.chat.shareFile(input);
        },
      },
    };
    const id = await exported("csv", desk);
    expect(await acts("activity.export_requested")).toMatchObject([{ exportId: id, format: "csv" }]);
    await runDue(desk);
    expect(before).toMatchObject([{ exportId: id, rows: 1, filter: { kind: null } }]);
    expect(await acts("activity.exported")).toHaveLength(1);
    expect(await leftovers()).toEqual([]);
    expect(await verifyChain(desk.db, auditor.workspaceId)).toMatchObject({ intact: true });
  });

  test("A3 goes to the agent's own conversation, and its message says when it is there", async () => {
    const id = await exported("csv");
    await runDue(under.desk);
    expect(shared().map(({ channels }) => channels)).toEqual([["D-U0ACCOUNT"]]);
    expect(await rowOf(id)).toMatchObject({ status: "sent", version: 2 });
    expect(under.chat.posted.at(-1)?.message.text).toContain(`activity_export ${id} sent`);
  });

  test("A3 the same form gives one file, whoever clicks twice", async () => {
    const formToken = randomUUID();
    const ask = (format: "csv" | "json") =>
      requestExport(under.desk, auditor, { formToken, question, format });
    const [one, again, other] = await Promise.all([ask("csv"), ask("csv"), ask("json")]);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    await runDue(under.desk);
    expect(shared()).toHaveLength(2);
  });

  test("A3 a lost answer leads to no second file", async () => {
    const id = await exported("csv");
    under.chat.loseNextShareAnswer();
    await runDue(under.desk);
    expect(await rowOf(id)).toMatchObject({ status: "requested" });
    await pass(under, 5 * minute);
    expect(await rowOf(id)).toMatchObject({ status: "sent" });
    expect(shared().map(({ channels }) => channels)).toEqual([["D-U0ACCOUNT"]]);
    expect(under.chat.uploads.size).toBe(1);
  });

  test("A3 without looking first the lost answer would lead to two", async () => {
    const desk: Desk = { ...under.desk, chat: { ...under.chat, isShared: async () => false } };
    const id = await exported("csv", desk);
    under.chat.loseNextShareAnswer();
    await expect(sendExport(desk, { subjectId: id })).rejects.toThrow(ChatFailure);
    await sendExport(desk, { subjectId: id });
    expect(shared().flatMap(({ channels }) => channels)).toHaveLength(2);
  });

  test("A3 cut off after the upload it goes on with that file; when Slack has lost it, with another", async () => {
    let broken = true;
    const desk: Desk = {
      ...under.desk,
      chat: {
        ...under.chat,
        async shareFile(input) {
          if (broken) throw new ChatFailure("unknown", "the process ended here");
          return under.chat.shareFile(input);
        },
      },
    };
    const id = await exported("csv", desk);
    await expect(sendExport(desk, { subjectId: id })).rejects.toThrow(ChatFailure);
    const first = (await rowOf(id)).file_id;
    under.chat.uploads.delete(first ?? "");
    broken = false;
    await sendExport(desk, { subjectId: id });
    expect(await rowOf(id)).toMatchObject({ status: "sent" });
    expect(shared()).toHaveLength(1);
    await sendExport(desk, { subjectId: id });
    expect(shared()[0]?.channels).toHaveLength(1);
  });

  test("A3 with no room for the file it ends at once, an operator reads why, and asked for again it works", async () => {
    await record({});
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const desk: Desk = {
      ...under.desk,
      chat: { ...under.chat, uploadFile: () => Promise.reject(full) },
    };
    const id = await exported("csv", desk);
    await runDue(desk);
    expect(await rowOf(id)).toMatchObject({ status: "failed", file_id: null });
    expect(under.logged.join("\n")).toContain("an export can't be written here");
    expect(shared()).toEqual([]);
    const again = await exported("csv");
    await runDue(under.desk);
    expect(await rowOf(again)).toMatchObject({ status: "sent" });
  });

  test("A3 what never succeeds is given up after a day, and its reader told", async () => {
    const desk: Desk = {
      ...under.desk,
      chat: { ...under.chat, uploadFile: () => Promise.reject(new ChatFailure("unknown", "no answer")) },
    };
    const id = await exported("csv", desk);
    for (let passed = 0; passed < 25; passed += 1) await pass(under, 120 * minute, desk);
    expect(await rowOf(id)).toMatchObject({ status: "failed" });
    expect(under.chat.posted.at(-1)?.message.text).toContain("failed");
  });

  test("A1 whoever lost the role meanwhile gets nothing, and is told", async () => {
    const id = await exported("csv");
    await under.desk.db
      .updateTable("partner_users")
      .set({ roles: ["admin_agent"] })
      .execute();
    await runDue(under.desk);
    expect(under.chat.uploads.size).toBe(0);
    expect(await rowOf(id)).toMatchObject({ status: "refused" });
    expect(under.chat.posted.at(-1)?.message.text).toContain(`activity_export ${id} refused`);
    expect(await acts("activity.export_ended")).toHaveLength(1);
  });

  test("A1 an admin agent can't ask for one", async () => {
    const by = await under.agent();
    const refusal = await refusalOf(
      requestExport(under.desk, by, { formToken: randomUUID(), question, format: "csv" }),
    );
    expect(refusal.code).toBe("not_allowed");
  });

  test("A1 of another workspace nothing is in it", async () => {
    await record({ mark: "ELSEWHERE" }, "T0OTHER");
    await record({ mark: "HERE" });
    await exported("json");
    await runDue(under.desk);
    const text = shared()[0]?.bytes.toString() ?? "";
    expect(text).toContain("HERE");
    expect(text).not.toContain("ELSEWHERE");
  });

  test("A3 what Slack does not take ends in a message, not in silence", async () => {
    const desk: Desk = {
      ...under.desk,
      chat: {
        ...under.chat,
        uploadFile: async () => {
          throw new ChatFailure("refused", "file_uploads_disabled");
        },
      },
    };
    const id = await exported("csv", desk);
    await runDue(desk);
    expect(await rowOf(id)).toMatchObject({ status: "failed", version: 2 });
    expect(await leftovers()).toEqual([]);
  });
});

describe("A3 a long export", () => {
  const rows = 100_000;
  const fill = () =>
    sql`
      insert into activity (workspace_id, sequence, at, person_id, roles, act, outcome, customer_id, details, previous_hash, hash)
      select 'T0LONG', n, timestamptz '2026-06-01 00:00:00Z' + n * interval '20 seconds', ${auditor.personId}, '{admin_agent}',
        (array['key_request.shown','purchase.ordered','cancellation.visible'])[n % 3 + 1], 'done', 'c' || n % 13,
        jsonb_build_object('reason', repeat('x', 100)), repeat('0', 64), repeat('0', 64)
      from generate_series(1, ${rows}) n`.execute(under.desk.db);
  /** In a process whose heap may hold 64 MB: it ends in the middle where that does not suffice. */
  const exportWith = (how: "paged" | "at_once") =>
    promisify(execFile)(
      process.execPath,
      ["--max-old-space-size=64", "test/activity/export-process.ts", under.databaseUrl, "T0LONG", how],
      { env: { PATH: process.env.PATH } },
    );

  test("A3 100,000 rows do not grow the process by what they weigh", { timeout: 240_000 }, async () => {
    await fill();
    await sql`analyze activity`.execute(under.desk.db);
    const { stdout } = await exportWith("paged");
    const done = JSON.parse(stdout) as { rows: number; length: number; most: number };
    expect(done.rows).toBe(rows);
    expect(done.length).toBeGreaterThan(30_000_000);
    expect(done.most).toBeLessThan(300_000_000);
    // (twin) Read at once they do not fit into the same process.
    await expect(exportWith("at_once")).rejects.toThrow(/heap out of memory|heap limit/);
  });

  test("A3 more than a file may hold is refused before anything is made", { timeout: 240_000 }, async () => {
    await sql`
      insert into audit_records (workspace_id, id, at, operation_type, resource_type, status, mirrored_at)
      select ${auditor.workspaceId}, 'r' || n, timestamptz '2026-11-20 00:00:00Z' + n * interval '1 second', 'x', 'order', 'succeeded', now()
      from generate_series(1, 250001) n`.execute(under.desk.db);
    const refusal = await refusalOf(
      requestExport(under.desk, auditor, { formToken: randomUUID(), question, format: "csv" }),
    );
    expect(refusal).toMatchObject({ code: "export_too_large", values: { most: 250_000 } });
  });
});
