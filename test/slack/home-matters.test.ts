import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chooseLanguage } from "#src/access/choose-language.ts";
import { readAgent } from "#src/access/recognise.ts";
import { refreshRoles } from "#src/access/refresh-roles.ts";
import type { Rows } from "#src/db/rows.ts";
import type { Desk } from "#src/desk/context.ts";
import { newId } from "#src/desk/id.ts";
import { type HomeContent, readHome } from "#src/home/read.ts";
import { openHome, refreshHome, wantHome, wantHomeNow } from "#src/home/refresh.ts";
import { ChatFailure } from "#src/messages/port.ts";
import { homeView } from "#src/slack/home/home.ts";
import { actions, callbacks, inputs } from "#src/slack/ids.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { visit } from "../flows/visitor.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { calls, day, minute, pass, readRow, seededLine } from "../requests/acts.ts";
import { filledIn } from "../support-requests/cases.ts";
import { expectNothingRefused, openSlackDesk, type SlackDesk } from "./slack-desk.ts";
import { brokenLimits } from "./slack-limits.ts";
import { languages, names } from "./worst.ts";

const portalUrl = "https://portal.example/dashboard";

describe("what a Home tab shows", () => {
  let under: DeskUnderTest;
  beforeEach(async () => {
    under = await openDesk();
    return () => under.close();
  });

  /** The text of somebody's Home tab, in English. */
  async function textOf(agent: Awaited<ReturnType<DeskUnderTest["agent"]>>): Promise<string> {
    const [, texts] = languages[0] ?? [];
    if (!texts) throw new Error("no language");
    return JSON.stringify(homeView(texts, await readHome(under.desk, agent), portalUrl).blocks);
  }

  test("B1 what is under way is on it, and is gone when it is done", async () => {
    const agent = await under.agent();
    await buy(under.desk, agent);
    expect(await textOf(agent)).toContain("Purchase: about to be ordered");
    expect(await textOf(await under.agent("U0AGENT2"))).not.toContain("Under way");
    await runDue(under.desk);
    expect(await textOf(agent)).not.toContain("Under way");
  });

  test("C1 windows that close within a week, soonest first; five of them, the rest counted", async () => {
    const agent = await under.agent();
    for (const days of [6, 1, 2, 3, 4, 5, 6.5, 8, -1]) await insertWindow(under.desk, agent, days);
    const { windows } = await readHome(under.desk, agent);
    const left = windows.items.map(
      ({ deadlineAt }) => (deadlineAt.getTime() - under.clock.now().getTime()) / day,
    );
    expect(left).toEqual([1, 2, 3, 4, 5]);
    expect(windows).toMatchObject({ more: 2, uncounted: false });
    expect(await textOf(agent)).toContain("And 2 more");
  });

  test("K5 a link that dies is on it with the way to a new one, and S7 an open support request with its own", async () => {
    const agent = await under.agent();
    await insertDyingLink(under.desk, agent);
    await requestSupport(under.desk, agent, filledIn({ title: "Refund of a pack" }));
    const text = await textOf(agent);
    expect(text).toContain("Download links that die");
    expect(text).toContain(actions.keysRenew);
    expect(text).toContain("Refund of a pack");
    expect(text).toContain(actions.supportShow);
  });

  test("A1 the activity is on the Home tab of those alone who may read it", async () => {
    const agent = await under.agent();
    await buy(under.desk, agent);
    expect((await readHome(under.desk, agent)).activity).toEqual([]);
    const reader = await readHome(under.desk, await under.agent("U0GLOBAL"));
    expect(reader.activity.length).toBeGreaterThan(0);
    expect(reader.activity.length).toBeLessThanOrEqual(5);
  });

  test("K1 C2 what a lost role had opened is not on it any more", async () => {
    const agent = await under.agent();
    await insertWindow(under.desk, agent, 2);
    await insertDyingLink(under.desk, agent);
    expect(await textOf(agent)).toContain(actions.keysRenew);
    const stripped = { ...agent, roles: ["sales_agent" as const] };
    const text = await textOf(stripped);
    expect(text).not.toContain(actions.keysRenew);
    expect(text).not.toContain(actions.cancelOpen);
  });

  test("a Home tab asks Partner Center nothing and reads no table from end to end, however much there is", async () => {
    const agent = await under.agent();
    const auditor = await under.agent("U0GLOBAL");
    await buy(under.desk, agent);
    await runDue(under.desk);
    const other = await under.agent("U0AGENT2");
    await requestCancellation(under.desk, other, seededLine("recentPerpetual"));
    await insertWindow(under.desk, other, 3);
    await insertDyingLink(under.desk, other);
    await requestSupport(under.desk, other, filledIn());
    for (const table of [
      "purchases",
      "cancellations",
      "windows",
      "links",
      "key_requests",
      "support_requests",
    ])
      await multiply(under.desk, table, 20_000);
    await sql`analyze`.execute(under.desk.db);
    const queries: { sql: string; parameters: readonly unknown[] }[] = [];
    const db = new Kysely<Rows>({
      dialect: new PostgresDialect({ pool: under.opened.pool }),
      log: ({ query }) => void queries.push(query),
    });
    const asked = under.simulator.requests().length;
    await readHome({ ...under.desk, db }, agent);
    await readHome({ ...under.desk, db }, other);
    const { length: ofOne } = queries;
    await readHome({ ...under.desk, db }, auditor);
    expect(under.simulator.requests()).toHaveLength(asked);
    expect(ofOne).toBeLessThanOrEqual(2 * 8);
    const plans = await Promise.all(
      queries.map(async (query) => {
        const { rows } = await under.opened.pool.query(`explain ${query.sql}`, [...query.parameters]);
        return rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n");
      }),
    );
    for (const plan of plans)
      expect(plan).not.toMatch(
        /Seq Scan on (purchases|cancellations|windows|key_requests|links|support_requests)\b/,
      );
    // Without its index, the same question reads the whole table.
    await sql`drop index purchases_at_hand, purchases_by_person`.execute(under.desk.db);
    const underway = queries.find(({ sql: text }) => /from "purchases".*needs_person/.test(text));
    const { rows } = await under.opened.pool.query(`explain ${underway?.sql}`, [
      ...(underway?.parameters ?? []),
    ]);
    expect(JSON.stringify(rows)).toContain("Scan on purchases");
    expect(JSON.stringify(rows)).not.toContain("purchases_at_hand");
  }, 240_000);

  test.each(names)("invariant 8: names that are %s fit, in both languages, and are no markup", (_, name) => {
    for (const [, texts] of languages) {
      const { blocks } = homeView(texts, fullest(name), portalUrl);
      expect(brokenLimits(blocks, 100)).toEqual([]);
      expect(markupOf(blocks)).not.toContain("<!channel>");
    }
  });
});

describe("a Home tab that is kept up to date", () => {
  let under: DeskUnderTest;
  beforeEach(async () => {
    under = await openDesk();
    return () => under.close();
  });
  const seconds = (count: number) => pass(under, count * 1_000);

  test("twenty changes are drawn once", async () => {
    const agent = await under.agent();
    await openHome(under.desk, agent);
    for (let change = 0; change < 20; change += 1) await wantHome(under.desk, agent.personId);
    await runDue(under.desk);
    expect(under.chat.homes).toHaveLength(1);
    await seconds(4);
    expect(under.chat.homes).toHaveLength(2);
    await seconds(60);
    expect(under.chat.homes).toHaveLength(2);
  });

  test("what somebody has just done is drawn at once, also where a later drawing waits", async () => {
    const agent = await under.agent();
    await openHome(under.desk, agent);
    await wantHome(under.desk, agent.personId, 20_000);
    await wantHome(under.desk, agent.personId);
    await seconds(4);
    expect(under.chat.homes).toHaveLength(1);
    await wantHomeNow(under.desk, agent.personId);
    await runDue(under.desk);
    expect(under.chat.homes).toHaveLength(2);
    await seconds(60);
    expect(under.chat.homes).toHaveLength(2);
  });

  test("a request that moves is drawn on the Home tab of who opened it, and costs nothing where nobody did", async () => {
    const agent = await under.agent();
    await buy(under.desk, agent);
    await runDue(under.desk);
    await seconds(4);
    expect(under.chat.homes).toHaveLength(0);
    expect(
      await under.desk.db.selectFrom("reminders").where("kind", "=", "home").selectAll().execute(),
    ).toEqual([]);
    await openHome(under.desk, agent);
    await buy(under.desk, agent);
    await runDue(under.desk);
    await seconds(4);
    expect(under.chat.homes.map(({ slackUserId }) => slackUserId)).toEqual(["U0AGENT", "U0AGENT"]);
  });

  test("invariant 2: a lost answer is repeated, and what changes while it is drawn is drawn again", async () => {
    const agent = await under.agent();
    await openHome(under.desk, agent);
    under.chat.loseNextHomeAnswer();
    await wantHome(under.desk, agent.personId);
    await seconds(4);
    await seconds(40);
    expect(under.chat.homes).toHaveLength(3);
    let once = true;
    const desk: Desk = {
      ...under.desk,
      chat: {
        ...under.chat,
        publishHome: async (input) => {
          if (once) await wantHome(under.desk, agent.personId);
          once = false;
          return under.chat.publishHome(input);
        },
      },
    };
    await wantHome(under.desk, agent.personId);
    await pass(under, 4_000, desk);
    await pass(under, 4_000, desk);
    expect(under.chat.homes).toHaveLength(5);
  });

  test("Slack's “not now” is waited for, and a person who is gone is given up", async () => {
    const agent = await under.agent();
    await openHome(under.desk, agent);
    const failing = (failure: ChatFailure): Desk => ({
      ...under.desk,
      chat: { ...under.chat, publishHome: () => Promise.reject(failure) },
    });
    const input = { subjectId: agent.personId, dueAt: under.clock.now() };
    const waited = await refreshHome(failing(new ChatFailure("wait", "rate limited", 30_000)), input);
    expect(waited).toEqual(new Date(under.clock.now().getTime() + 30_000));
    expect(await refreshHome(failing(new ChatFailure("gone", "user_disabled")), input)).toBeNull();
    await expect(refreshHome(failing(new ChatFailure("unknown", "no answer")), input)).rejects.toThrow();
  });

  /** A desk of another process, whose next publishing waits on its way to Slack for `goOn`. */
  const held = () => {
    const asked = Promise.withResolvers<void>();
    const going = Promise.withResolvers<void>();
    let first = true;
    const desk: Desk = {
      ...under.desk,
      chat: {
        ...under.chat,
        publishHome: async (input) => {
          if (first) {
            first = false;
            asked.resolve();
            await going.promise;
          }
          return under.chat.publishHome(input);
        },
      },
    };
    return { desk, asked: asked.promise, goOn: going.resolve };
  };
  const languageShown = () => {
    const [content] = (under.chat.homes.at(-1)?.home.blocks ?? []) as HomeContent[];
    return content?.agent.languageChoice;
  };

  test("two processes at once: what was read earlier is never shown over what was read later", async () => {
    const agent = await under.agent();
    const slow = held();
    const opening = openHome(slow.desk, agent);
    await slow.asked;
    await chooseLanguage(under.desk, agent, "es");
    const input = { subjectId: agent.personId, dueAt: under.clock.now() };
    // The other is at work: this one leaves it to them, and looks again in case they break off.
    expect(await refreshHome(under.desk, input)).toEqual(new Date(under.clock.now().getTime() + 20_000));
    expect(under.chat.homes).toHaveLength(0);
    slow.goOn();
    await opening;
    expect(under.chat.homes).toHaveLength(2);
    expect(languageShown()).toBe("es");
  });

  test("(twin) without taking turns the older tab stays", async () => {
    const agent = await under.agent();
    await sql`
      create function no_turns() returns trigger language plpgsql as $$
        begin new.leased_until := null; return new; end $$`.execute(under.desk.db);
    await sql`alter table homes drop constraint homes_leased`.execute(under.desk.db);
    await sql`create trigger no_turns before update on homes for each row execute function no_turns()`.execute(
      under.desk.db,
    );
    const slow = held();
    const opening = openHome(slow.desk, agent);
    await slow.asked;
    await chooseLanguage(under.desk, agent, "es");
    await refreshHome(under.desk, { subjectId: agent.personId, dueAt: under.clock.now() });
    expect(languageShown()).toBe("es");
    slow.goOn();
    await opening;
    expect(languageShown()).toBeNull();
  });

  test("a process that broke off in the middle is waited for no longer than its turn", async () => {
    const agent = await under.agent();
    await openHome(under.desk, agent);
    await under.desk.db
      .updateTable("homes")
      .set({ lease: "gone", leased_until: new Date(under.clock.now().getTime() + 20_000) })
      .execute();
    await openHome(under.desk, agent);
    expect(under.chat.homes).toHaveLength(1);
    await seconds(21);
    expect(under.chat.homes).toHaveLength(2);
  });

  test("A3 that others’ activity is shown there is recorded before it is, once a day for each person", async () => {
    const auditor = await under.agent("U0ACCOUNT");
    const shown = () =>
      under.desk.db
        .selectFrom("activity")
        .select(["person_id", "roles", "outcome", "details"])
        .where("act", "=", "activity.shown_at_home")
        .orderBy("sequence")
        .execute();
    await openHome(under.desk, auditor);
    expect(await shown()).toEqual([]);
    await buy(under.desk, await under.agent());
    const refused: Desk = {
      ...under.desk,
      chat: { ...under.chat, publishHome: () => Promise.reject(new ChatFailure("gone", "no")) },
    };
    await openHome(refused, auditor);
    expect(await shown()).toMatchObject([
      { person_id: auditor.personId, roles: ["account_admin"], outcome: "done", details: { entries: 2 } },
    ]);
    for (let visit = 0; visit < 3; visit += 1) await openHome(under.desk, auditor);
    expect(await shown()).toHaveLength(1);
    under.clock.advance(24 * 60 * minute);
    await openHome(under.desk, await under.agent("U0ACCOUNT"));
    expect(await shown()).toHaveLength(2);
  });

  test("A1 with roles that nobody could confirm lately, others’ activity is not shown", async () => {
    const auditor = await under.agent("U0ACCOUNT");
    await buy(under.desk, await under.agent());
    expect((await readHome(under.desk, auditor)).activity).not.toEqual([]);
    under.clock.advance(16 * minute);
    expect((await readHome(under.desk, auditor)).activity).toEqual([]);
  });
});

describe("the Home tab in Slack", () => {
  let whole: SlackDesk;
  let taken = false;
  beforeAll(async () => {
    whole = await openSlackDesk(({ partnerCenter }) => ({
      partnerCenter: {
        ...partnerCenter,
        listRoleMembers: async (input) =>
          (await partnerCenter.listRoleMembers(input)).filter(
            ({ userPrincipalName }) => !taken || !userPrincipalName.startsWith("admin.agent@"),
          ),
      },
      approvalPolicy: null,
    }));
  });
  afterAll(async () => {
    expectNothingRefused(whole.slack);
    await whole.close();
  });
  const homeOf = (who: string, says: string | RegExp) =>
    whole.slack.waitFor(
      () => {
        const home = whole.slack.as(who).home();
        return home && (typeof says === "string" ? home.text.includes(says) : says.test(home.text)) && home;
      },
      { timeoutMs: 20_000, what: `${who} sees ${says}` },
    );
  /** What a worker would do next. */
  const work = async () => {
    whole.under.clock.advance(4_000);
    await runDue(whole.under.desk);
  };

  test("C1 “Cancel it” beside a window opens the form with its order chosen", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.person.openHome();
    await homeOf("admin.agent", "What you can do here");
    const known = await personOf(whole.under.desk, agent.person.id);
    const { id } = await bought(whole.under.desk, known);
    const [order] = (await readRow(whole.under.desk, "purchase", id)).orders;
    await insertWindow(whole.under.desk, known, 2, {
      customerId: (await readRow(whole.under.desk, "purchase", id)).customer_id,
      orderId: order?.orderId ?? "",
    });
    await agent.person.openHome();
    await homeOf("admin.agent", order?.orderId ?? "?");
    await agent.person.click(`${actions.cancelOpen}/${order?.orderId}#0`, { home: true });
    await agent.shows(callbacks.cancelForm);
    await agent.sees(order?.orderId ?? "?");
    await agent.person.close({ all: true });
  });

  test("an approval that waits is looked at, and given, from the Home tab of who is asked", async () => {
    const approver = visit(whole.slack, "global.admin");
    await approver.person.openHome();
    await homeOf("global.admin", "What you can do here");
    const requester = await personOf(whole.under.desk, whole.slack.as("admin.agent").id);
    const approvalPolicy = {
      amountLimits: { USD: "0" },
      productKinds: [],
      customers: [],
      approvers: [approver.person.id],
      expiresAfterHours: 2,
    };
    const id = await buy({ ...whole.under.desk, approvalPolicy }, requester);
    await runDue(whole.under.desk);
    await work();
    await homeOf("global.admin", "Waiting for your approval");
    await approver.person.click(actions.homeApproval, { home: true });
    await approver.offered(actions.approveApprove);
    await approver.person.click(actions.approveApprove);
    await whole.slack.waitFor(() => approver.person.currentView()?.text.includes("Approved"));
    expect(await readRow(whole.under.desk, "purchase", id)).toMatchObject({ status: "requested" });
    await approver.person.close({ all: true });
    await runDue(whole.under.desk);
    await work();
    await whole.slack.waitFor(
      () => !whole.slack.as("global.admin").home()?.text.includes("Waiting for your approval"),
    );
  });

  test("16 the language chosen here is that of the Home tab and of every message, whatever Slack says", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.person.openHome();
    await homeOf("admin.agent", "Language: *as in Slack*");
    await agent.person.click(actions.homeLanguage, { home: true });
    await agent.shows(callbacks.homeLanguage);
    await agent.person.select(inputs.homeLanguage, "es");
    await agent.person.submit();
    await agent.sees("A partir de ahora le escribo en español");
    await agent.person.close({ all: true });
    await work();
    await homeOf("admin.agent", "Idioma: *español*");
    const known = await personOf(whole.under.desk, agent.person.id);
    expect(known.locale).toBe("es");
    await bought(whole.under.desk, known);
    await agent.reads("Compra para");
    await agent.person.click(actions.homeLanguage, { home: true });
    await agent.shows(callbacks.homeLanguage);
    await agent.person.select(inputs.homeLanguage, "slack");
    await agent.person.submit();
    await agent.sees("From now on I write to you in English");
    await agent.person.close({ all: true });
  });

  test("invariant 7: roles are shown with their age, read again on demand once a minute, and the next click counts by them", async () => {
    const agent = visit(whole.slack, "admin.agent");
    // However long it was since the first test: what follows counts from here.
    await refreshRoles(whole.under.desk);
    await agent.person.openHome();
    await homeOf("admin.agent", /Your roles: \*Admin agent\*\. Read from Partner Center/);
    whole.under.clock.advance(3 * minute);
    await agent.person.openHome();
    await homeOf("admin.agent", /Read from Partner Center [34] minutes ago/);
    taken = true;
    await agent.person.click(actions.homeRoles, { home: true });
    await agent.sees("You have no role. Read from Partner Center just now");
    await agent.person.close({ all: true });
    const reads = calls(whole.under.simulator, "GET", /\/v1\/roles$/);
    await agent.person.click(actions.homeRoles, { home: true });
    await agent.sees("You can have them read again from");
    expect(calls(whole.under.simulator, "GET", /\/v1\/roles$/)).toBe(reads);
    await agent.person.close({ all: true });
    // Still the Home tab of before: its button opens nothing any more.
    await agent.person.click(actions.buyOpen, { home: true });
    await agent.sees("I can't find a partner user with your e-mail address");
    await agent.person.close({ all: true });
    await work();
    await homeOf("admin.agent", "You have no role in Partner Center yet");
    taken = false;
    await refreshRoles(whole.under.desk);
  });
});

/** All that Slack reads as markup. */
function markupOf(blocks: unknown[]): string {
  return JSON.stringify(blocks, (key, value: unknown) => (key === "accessibility_label" ? undefined : value));
}

type Known = Awaited<ReturnType<DeskUnderTest["agent"]>>;

/** The agent whom the edge knows by this Slack id. */
async function personOf(desk: Desk, slackUserId: string): Promise<Known> {
  const { workspace_id: workspaceId } = await desk.db
    .selectFrom("people")
    .select("workspace_id")
    .where("slack_user_id", "=", slackUserId)
    .executeTakeFirstOrThrow();
  return readAgent(desk, { workspaceId, slackUserId });
}

async function bought(desk: Desk, agent: Known): Promise<{ id: string }> {
  const id = await buy(desk, agent, { query: "sql server 2022 standard" });
  await runDue(desk);
  return { id };
}

async function insertWindow(
  desk: Desk,
  agent: Known,
  days: number,
  of: { customerId: string; orderId: string } = { customerId: "c", orderId: randomUUID() },
): Promise<void> {
  const now = desk.clock.now();
  await desk.db
    .insertInto("windows")
    .values({
      id: newId("win", desk.clock),
      workspace_id: agent.workspaceId,
      person_id: agent.personId,
      customer_id: of.customerId,
      customer_name: "Contoso",
      order_id: of.orderId,
      line_item_number: 0,
      product_title: "SQL Server 2022 Standard",
      quantity: 2,
      deadline_at: new Date(now.getTime() + days * day),
      credit_amount: null,
      credit_currency: null,
      decision: null,
      decided_by: null,
      decided_at: null,
      snoozed_until: null,
      closed_at: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

/** A link that a customer has and whose agent was told that it dies tomorrow. */
async function insertDyingLink(desk: Desk, agent: Known): Promise<void> {
  const now = desk.clock.now();
  const linkId = newId("lnk", desk.clock);
  const line = { customer_id: "c", order_id: randomUUID(), line_item_number: 0 };
  const shared = {
    workspace_id: agent.workspaceId,
    person_id: agent.personId,
    product_title: "SQL Server 2022 Standard",
    ...line,
  };
  await desk.db
    .insertInto("links")
    .values({
      id: linkId,
      ...shared,
      reference: null,
      secret_id: null,
      renews: null,
      issued_at: new Date(now.getTime() - 13 * day),
      expires_at: new Date(now.getTime() + day),
      days_after_first_download: null,
      downloads_allowed: 50,
      first_download_at: null,
      downloads_stated: null,
      handed_to_customer_at: now,
      warned_at: now,
      revoked_at: null,
      updated_at: now,
    })
    .execute();
  await desk.db
    .insertInto("key_requests")
    .values({
      id: newId("key", desk.clock),
      ...shared,
      customer_name: "Contoso",
      form_token: randomUUID(),
      software_version: "2022",
      software_language: "English",
      file_type: "ISO",
      reason: "Ticket 4711",
      hand_over_request_id: randomUUID(),
      correlation_id: randomUUID(),
      status: "shown",
      source: "service",
      link_id: linkId,
      renews: null,
      link_expires_at: null,
      downloads_allowed: 50,
      handed_to_customer_at: now,
      link_warned_at: now,
      revoked_at: null,
      due_at: null,
      lease: null,
      leased_until: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
}

/** The only row of a table, so many times more, as nobody in particular's. */
async function multiply(desk: Desk, table: string, times: number): Promise<void> {
  const unique = ["id", "form_token", "order_id"];
  const { rows } = await sql<{ name: string; type: string }>`
    select column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public' and table_name = ${table}`.execute(desk.db);
  const names = rows.map(({ name }) => name);
  const values = rows.map(({ name }) =>
    unique.includes(name) ? sql`${sql.ref(`one.${name}`)} || '-' || n` : sql.ref(`one.${name}`),
  );
  await sql`
    insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
    select ${sql.join(values)} from (select * from ${sql.table(table)} limit 1) as one, generate_series(1, ${sql.lit(times)}) as n
  `.execute(desk.db);
}

/** As much as a Home tab ever shows, everything in it called `name`. */
function fullest(name: string): Parameters<typeof homeView>[1] {
  const at = new Date("2026-11-23T09:00:00Z");
  const five = <T>(item: T) => ({ items: Array.from({ length: 5 }, () => item), more: 95, uncounted: true });
  const line = { customerId: randomUUID(), orderId: "O".repeat(40), lineItemNumber: 0 };
  const called = { customerName: name, title: name };
  return {
    agent: {
      isMember: true,
      roles: ["admin_agent", "helpdesk_agent", "global_admin", "account_admin"],
      rolesReadAt: at,
      email: "agent@partner.example",
      languageChoice: "es",
    },
    readAt: at,
    welcome: false,
    helpContact: null,
    connection: { state: "trouble", upn: "agent@partner.example", since: at, trouble: "mfa" },
    granters: [],
    approvals: five({
      ...called,
      purchaseId: "pur_1",
      lineCount: 10,
      hash: "h".repeat(64),
      requesterSlackId: "U1",
      amount: "123456789.1234",
      currency: "EUR",
      until: at,
    }),
    windows: {
      ...five(line),
      items: [0, 1, 2, 3, 4].map((lineItemNumber) => ({
        ...called,
        ...line,
        lineItemNumber,
        quantity: 999_999,
        deadlineAt: at,
      })),
    },
    links: five({
      ...called,
      ...line,
      linkId: "lnk_1",
      version: "2022",
      language: "English",
      fileType: "ISO",
      diesAt: at,
      dead: false,
    }),
    underway: five({
      ...called,
      kind: "cancellation" as const,
      status: "accepted" as const,
      at,
      orderId: "o",
    }),
    support: five({ ...called, supportRequestId: "sup_1", status: "attention_needed" as const }),
    activity: Array.from({ length: 5 }, (_, index) => ({
      at,
      source: "desk" as const,
      number: String(index),
      kind: "keys" as const,
      act: "key_request.shown",
      outcome: "done",
      person_id: "per_1",
      slack_user_id: null,
      display_name: name,
      user_principal_name: null,
      application_id: null,
      roles: ["admin_agent"],
      request_kind: null,
      request_id: null,
      customer_id: "c",
      customer_name: name,
      order_id: "o",
      product_id: null,
      details: { reason: name },
      correlation_id: null,
      hash: null,
      outside: false,
      note: null,
    })),
  };
}
