import { type RawBuilder, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ActivityEntryRow,
  countEntries,
  entriesQuery,
  type Place,
  readEntries,
  type Turn,
} from "#src/activity/entries.ts";
import type { ActivityFilter } from "#src/activity/filter.ts";
import { activityKinds } from "#src/activity/kinds.ts";
import { type Database, type OpenDatabase, openDatabase } from "#src/db/database.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";

let database: TestDatabase;
let opened: OpenDatabase;
let db: Database;
beforeAll(async () => {
  database = await createDatabase();
  opened = openDatabase({ url: database.url, applicationName: "test", maxConnections: 5, onError: () => {} });
  db = opened.db;
  for (const [workspace, rows] of [
    ["T0SMALL", 1_000],
    ["T0LARGE", 200_000],
  ] as const)
    await fill(workspace, rows);
  await sql`analyze`.execute(db);
}, 240_000);
afterAll(async () => {
  await opened.close();
  await database.drop();
});

const customer = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
const people = 10;
const acts = [
  "key_request.shown",
  "purchase.ordered",
  "cancellation.visible",
  "support_request.filed",
  "role.changed",
  "activity.read",
  "else.entirely",
];

/** Rows of our own and half as many of Microsoft's, several a second; all acts, people and customers take turns. */
async function fill(workspace: string, rows: number): Promise<void> {
  await sql`
    insert into people (id, workspace_id, slack_user_id, display_name, email, locale, time_zone, is_member, profile_read_at, created_at)
    select ${workspace} || n, ${workspace}, 'U' || n, 'Person ' || n, 'person.' || n || '@Partner.example', 'en', 'UTC', true, now(), now()
    from generate_series(1, ${people}) n`.execute(db);
  // In slices: on a busy machine all at once takes longer than a statement may.
  for (let first = 1; first <= rows; first += 20_000) {
    const last = Math.min(rows, first + 19_999);
    await sql`
      insert into activity (workspace_id, sequence, at, person_id, roles, act, outcome, customer_id, details, previous_hash, hash)
      select ${workspace}, n, timestamptz '2026-06-01 00:00:00Z' + (n / 3) * interval '20 seconds', ${workspace} || (n % ${people} + 1), '{admin_agent}',
        (${sql.val(acts)}::text[])[n % 7 + 1], 'done', '00000000-0000-4000-8000-' || lpad((n % 3)::text, 12, '0'), '{}', '', ''
      from generate_series(${first}::int, ${last}::int) n`.execute(db);
    await sql`
      insert into audit_records (workspace_id, id, at, operation_type, resource_type, status, user_principal_name, customer_id, customer_name, mirrored_at)
      select ${workspace}, 'r' || n, timestamptz '2026-06-01 00:00:00Z' + (n / 3) * interval '40 seconds', (array['get_software_key','create_order','update_order','x'])[n % 4 + 1],
        'order', 'succeeded', 'person.' || (n % ${people} + 1) || '@partner.example', '00000000-0000-4000-8000-' || lpad((n % 3)::text, 12, '0'), 'Contoso', now()
      from generate_series(${first}::int, ${last}::int) n where n <= ${rows / 2}`.execute(db);
  }
}

const everything: ActivityFilter = {
  from: new Date("2026-06-01T00:00:00Z"),
  until: new Date("2026-12-01T00:00:00Z"),
  personId: null,
  userPrincipalName: null,
  customerId: null,
  kind: null,
};
const person = (workspace: string) => ({
  personId: `${workspace}3`,
  userPrincipalName: "person.3@partner.example",
});
const filters = (workspace: string): [string, ActivityFilter][] => {
  const parts: Partial<ActivityFilter>[] = [person(workspace), { customerId: customer(1) }, { kind: "keys" }];
  const names = ["a person", "a customer", "a kind"];
  return Array.from({ length: 8 }, (_, bits) => [
    names.filter((_name, index) => bits & (1 << index)).join(" and ") || "nothing",
    Object.assign({ ...everything }, ...parts.filter((_part, index) => bits & (1 << index))),
  ]);
};

const placeOf = ({ at, source, number }: ActivityEntryRow): Place => ({ at, source, number });
const nameOf = ({ source, number }: Place) => `${source} ${number}`;

async function walk(workspace: string, filter: ActivityFilter, limit: number): Promise<ActivityEntryRow[]> {
  const all: ActivityEntryRow[] = [];
  let turn: Turn | null = null;
  for (;;) {
    const entries: ActivityEntryRow[] = await readEntries(db, workspace, filter, { turn, limit });
    all.push(...entries);
    const last = entries.at(-1);
    if (!last || entries.length < limit) return all;
    turn = { direction: "older", place: placeOf(last) };
  }
}

describe("A2 A3 pages", () => {
  test("A3 both sources side by side, newest first, each entry once, whatever shares a moment", async () => {
    const all = await walk("T0SMALL", everything, 7);
    expect(all).toHaveLength(1_500);
    expect(new Set(all.map(nameOf)).size).toBe(1_500);
    const rank = (entry: ActivityEntryRow) => [
      -entry.at.getTime(),
      entry.source === "desk" ? 0 : 1,
      -Number(entry.number),
    ];
    const sorted = all.toSorted((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      return x.map((value, index) => value - (y[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
    });
    expect(all.map(nameOf)).toEqual(sorted.map(nameOf));
  });

  test("A3 back from any place leads to the page before it", async () => {
    const all = await walk("T0SMALL", everything, 100);
    for (const start of [10, 11, 12, 13, 500, 1_490]) {
      const from = all[start];
      if (!from) throw new Error("too few");
      const turn: Turn = { direction: "newer", place: placeOf(from) };
      const before = await readEntries(db, "T0SMALL", everything, { turn, limit: 10 });
      expect(before.map(nameOf)).toEqual(all.slice(start - 10, start).map(nameOf));
    }
  });

  test.each(filters("T0SMALL"))(
    "A2 filtered by %s, exactly what fits is shown and counted",
    async (_what, filter) => {
      const all = await walk("T0SMALL", everything, 100);
      const fits = all.filter(
        (entry) =>
          (filter.personId === null || entry.user_principal_name === filter.userPrincipalName) &&
          (filter.customerId === null || entry.customer_id === filter.customerId) &&
          (filter.kind === null || entry.kind === filter.kind),
      );
      expect(fits.length).toBeGreaterThan(0);
      expect((await walk("T0SMALL", filter, 9)).map(nameOf)).toEqual(fits.map(nameOf));
      expect(await countEntries(db, "T0SMALL", filter, 10_000)).toBe(fits.length);
      expect(await countEntries(db, "T0SMALL", filter, 3)).toBe(3);
    },
  );

  test("A2 the first moment of the range belongs to it, its end does not", async () => {
    const [newest] = await readEntries(db, "T0SMALL", everything, { turn: null, limit: 1 });
    if (!newest) throw new Error("nothing");
    const { at } = newest;
    const next = new Date(at.getTime() + 1);
    expect(await countEntries(db, "T0SMALL", { ...everything, from: at, until: next }, 10)).toBeGreaterThan(
      0,
    );
    expect(await countEntries(db, "T0SMALL", { ...everything, from: next }, 10)).toBe(0);
    const until = await readEntries(db, "T0SMALL", { ...everything, until: at }, { turn: null, limit: 1 });
    expect(until[0]?.at.getTime()).toBeLessThan(at.getTime());
  });

  test("A3 every act belongs to one kind, and one that nobody foresaw is shown as well", async () => {
    const all = await walk("T0SMALL", everything, 500);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(activityKinds));
  });

  test("A1 no workspace sees an entry of another, whatever is asked", async () => {
    for (const [, filter] of filters("T0SMALL")) {
      const foreign = await readEntries(db, "T0OTHER", filter, { turn: null, limit: 100 });
      expect(foreign).toEqual([]);
    }
    // The person of one workspace, asked for in the other.
    const other = await readEntries(
      db,
      "T0LARGE",
      { ...everything, ...person("T0SMALL"), userPrincipalName: "" },
      {
        turn: null,
        limit: 100,
      },
    );
    expect(other).toEqual([]);
  });
});

interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  Plans?: PlanNode[];
}

/** Eleven entries at eleven places, and the way down to each end of them. */
const mostBlocks = 60;

async function planOf(query: RawBuilder<unknown>): Promise<PlanNode[]> {
  const explained = await sql<{
    "QUERY PLAN": [{ Plan: PlanNode }];
  }>`explain (analyze, buffers, format json) ${query}`.execute(db);
  const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  return nodes(explained.rows[0]?.["QUERY PLAN"][0].Plan ?? ({} as PlanNode));
}

async function middle(workspace: string, filter: ActivityFilter): Promise<Turn> {
  const halfway = new Date(2 * 24 * 3_600_000 + everything.from.getTime());
  const until = workspace === "T0SMALL" ? new Date(everything.from.getTime() + 6_000_000) : halfway;
  const [entry] = await readEntries(db, workspace, { ...filter, until }, { turn: null, limit: 1 });
  if (!entry) throw new Error(`no entry of ${workspace} halfway`);
  return { direction: "older", place: placeOf(entry) };
}

describe("A3 a long activity", () => {
  test.each(filters("T0LARGE"))(
    "A3 a page filtered by %s reads a page's worth of rows by an index, at the beginning and deep down",
    async (_what, filter) => {
      for (const turn of [null, await middle("T0LARGE", filter)]) {
        const plan = await planOf(entriesQuery("T0LARGE", filter, { turn, limit: 11 }));
        const large = plan.filter(({ "Relation Name": table }) =>
          ["activity", "audit_records"].includes(table ?? ""),
        );
        expect(large.length).toBeGreaterThan(0);
        for (const node of large) {
          expect(node["Node Type"]).toMatch(/^Index (Only )?Scan$/);
          expect(node["Actual Rows"]).toBeLessThanOrEqual(11);
          // Entries that an index walks past are no rows of its plan.
          expect(node["Shared Hit Blocks"] + node["Shared Read Blocks"]).toBeLessThanOrEqual(mostBlocks);
        }
        const sorts = plan.filter(({ "Node Type": type }) => type.includes("Sort"));
        for (const sort of sorts)
          expect(sort["Actual Rows"]).toBeLessThanOrEqual(11 * 2 * activityKinds.length);
      }
    },
  );

  test("A3 with a second bound before the place, an index walks through all that lies between: the check above would see it", async () => {
    const { place } = await middle("T0LARGE", everything);
    const plan = await planOf(
      sql`select at, sequence from activity
        where workspace_id = 'T0LARGE' and kind = 'purchases' and at < ${everything.until}
          and (at, sequence) < (${place.at}, ${place.number}::bigint)
        order by at desc, sequence desc limit 11`,
    );
    expect(
      Math.max(...plan.map((node) => node["Shared Hit Blocks"] + node["Shared Read Blocks"])),
    ).toBeGreaterThan(mostBlocks);
  });

  test("A3 the plan of a page that skips rows by number reads them all: the check above would see it", async () => {
    const plan = await planOf(
      sql`select * from activity where workspace_id = 'T0LARGE' order by at desc, sequence desc offset 100000 limit 11`,
    );
    expect(Math.max(...plan.map((node) => node["Actual Rows"]))).toBeGreaterThan(10_000);
  });

  /** How often PostgreSQL planned a page for its values, and how often it took a plan for all; its length in the text, or a parameter. */
  async function plans(filter: ActivityFilter, lengthIs: "text" | "parameter") {
    const turn = await middle("T0LARGE", filter);
    const { sql: text, parameters } = entriesQuery("T0LARGE", filter, { turn, limit: 11 }).compile(db);
    const asked =
      lengthIs === "text"
        ? { text, values: [...parameters] }
        : {
            text: text.replaceAll(/limit 11\b/g, `limit $${parameters.length + 1}`),
            values: [...parameters, 11],
          };
    const client = await opened.pool.connect();
    try {
      for (let time = 0; time < 12; time += 1) await client.query({ name: "page", ...asked });
      const { rows } = await client.query<{ each: number; all: number }>(
        `select custom_plans::int as each, generic_plans::int as "all" from pg_prepared_statements where name = 'page'`,
      );
      return rows[0];
    } finally {
      client.release(true);
    }
  }

  test.each(filters("T0LARGE"))(
    "A3 a page filtered by %s that is asked for again is not planned again: that takes longer than reading it",
    async (_what, filter) => {
      expect(await plans(filter, "text")).toEqual({ each: 5, all: 7 });
    },
  );

  test("A3 a page whose length is a parameter is planned anew each time: the check above would see it", async () => {
    expect(await plans(everything, "parameter")).toEqual({ each: 12, all: 0 });
  });

  test("A3 a page of 300,000 entries takes about as long as one of 1,500", async () => {
    const time = async (workspace: string, filter: ActivityFilter) => {
      const turn = await middle(workspace, filter);
      const started = performance.now();
      await readEntries(db, workspace, filter, { turn, limit: 11 });
      return performance.now() - started;
    };
    // In turns, so that whatever else the machine does is met by both.
    const ratios: number[] = [];
    for (let round = 0; round < 6; round += 1)
      for (const [index, [, small]] of filters("T0SMALL").entries()) {
        const [, large] = filters("T0LARGE")[index] ?? [];
        const inSmall = await time("T0SMALL", small);
        if (large) ratios.push((await time("T0LARGE", large)) / inSmall);
      }
    expect(ratios).toHaveLength(48);
    expect(ratios.toSorted((a, b) => a - b)[24]).toBeLessThan(5);
  });
});
