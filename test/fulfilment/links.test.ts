import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { diesAt, issuedLink, lifeOf, linkRuleAt, warnAt } from "#src/fulfilment/link-life.ts";
import { countDownload, handToCustomer, listLinks } from "#src/fulfilment/links.ts";
import { revokeHandOvers } from "#src/fulfilment/revoke.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import fc from "../ground/fast-check.ts";
import { runDue } from "../ground/run-due.ts";
import { day, minute, pass, readRow, refusalOf, seededLine } from "../requests/acts.ts";
import { byHand, deposit, given, line, reveal } from "./portal.ts";

const hour = 60 * minute;
const issued = new Date("2026-11-23T09:00:00Z");
const fromIssue = (ms: number) => new Date(issued.getTime() + ms);

type Row = Parameters<typeof issuedLink>[0];
const row = (change: Partial<Row> = {}): Row => ({
  id: "lnk_1",
  workspace_id: "T1",
  person_id: "per_1",
  customer_id: "C1",
  order_id: "O1",
  line_item_number: 0,
  product_title: "SQL Server",
  reference: null,
  secret_id: null,
  renews: null,
  issued_at: issued,
  expires_at: fromIssue(14 * day),
  days_after_first_download: null,
  downloads_allowed: 50,
  first_download_at: null,
  clicks: 0,
  downloads_stated: null,
  handed_to_customer_at: null,
  warned_at: null,
  revoked_at: null,
  updated_at: issued,
  ...change,
});
const afterFirst = { expires_at: null, downloads_allowed: null, days_after_first_download: 5 };

describe("K5 the life of a link", () => {
  test("K5 the rule is that of the day of issue, or of the pinned edition", () => {
    const first = { days: 14, daysAfterFirstDownload: null, downloads: 50 };
    const later = { days: null, daysAfterFirstDownload: 5, downloads: null };
    expect(linkRuleAt(new Date("2019-01-01T00:00:00Z"), null)).toEqual(first);
    expect(linkRuleAt(new Date("2021-06-02T23:59:59Z"), null)).toEqual(first);
    expect(linkRuleAt(new Date("2021-06-03T00:00:00Z"), null)).toEqual(later);
    expect(linkRuleAt(issued, "2019-12")).toEqual(first);
    expect(linkRuleAt(issued, "2021-06")).toEqual(later);
    expect(linkRuleAt(issued, "2022-07")).toEqual(later);
  });

  test("K5 what the service states wins; where it states nothing the edition decides", () => {
    const stated = { expiresAt: null, daysAfterFirstDownload: null, downloadsAllowed: 3 };
    expect(lifeOf(stated, issued, "2019-12")).toBe(stated);
    const policy = { expiresAt: fromIssue(14 * day), daysAfterFirstDownload: null, downloadsAllowed: 50 };
    expect(lifeOf({ ...stated, downloadsAllowed: null }, issued, "2019-12")).toEqual(policy);
    expect(lifeOf(null, issued, "2019-12")).toEqual(policy);
  });

  test.each<[string, Partial<Row>, number, string | null]>([
    ["a moment before its end", {}, 14 * day - 1, null],
    ["at its end", {}, 14 * day, "expired"],
    ["after 49 downloads", { clicks: 49 }, 0, null],
    ["after 50 downloads", { clicks: 50 }, 0, "used_up"],
    ["after 50 by the service's count", { downloads_stated: 50 }, 0, "used_up"],
    ["unused, where it lives from its first download", afterFirst, 400 * day, null],
    ["five days after the first", { ...afterFirst, first_download_at: fromIssue(day) }, 6 * day, "expired"],
    ["a moment before that", { ...afterFirst, first_download_at: fromIssue(day) }, 6 * day - 1, null],
    ["revoked and expired", { revoked_at: fromIssue(1) }, 20 * day, "revoked"],
  ])("K5 C10 %s", (_when, change, ms, dead) => {
    expect(issuedLink(row(change), fromIssue(ms)).dead).toBe(dead);
  });

  test("K5 uses are at least our clicks, and exact when the service counted no fewer", () => {
    expect(issuedLink(row({ clicks: 5, downloads_stated: 3 }), issued)).toMatchObject({
      usesCounted: 5,
      exact: false,
    });
    expect(issuedLink(row({ clicks: 3 }), issued)).toMatchObject({ usesCounted: 3, exact: false });
    expect(issuedLink(row({ clicks: 3, downloads_stated: 12 }), issued)).toMatchObject({
      usesCounted: 12,
      exact: true,
    });
  });

  test("K5 once dead it stays so, and the warning comes before the end and never before the issue", () => {
    const rows = fc.record({
      expires: fc.option(fc.integer({ min: 1, max: 60 * day }), { nil: null }),
      days: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
      first: fc.option(fc.integer({ min: 0, max: 60 * day }), { nil: null }),
      handed: fc.option(fc.integer({ min: 0, max: 60 * day }), { nil: null }),
    });
    fc.assert(
      fc.property(
        rows,
        fc.nat(100 * day),
        fc.nat(100 * day),
        ({ expires, days, first, handed }, at, more) => {
          const link = row({
            expires_at: expires === null ? null : fromIssue(expires),
            days_after_first_download: days,
            first_download_at: first === null ? null : fromIssue(first),
            handed_to_customer_at: handed === null ? null : fromIssue(handed),
          });
          const dead = issuedLink(link, fromIssue(at)).dead !== null;
          if (dead) expect(issuedLink(link, fromIssue(at + more)).dead).not.toBeNull();
          const [warn, end] = [warnAt(link), diesAt(link)];
          if (end) expect(warn).not.toBeNull();
          if (warn && end) {
            expect(warn.getTime()).toBeLessThan(end.getTime());
            expect(end.getTime() - warn.getTime()).toBeLessThanOrEqual(day);
          }
          if (warn) expect(warn.getTime()).toBeGreaterThanOrEqual(issued.getTime());
        },
      ),
    );
  });

  test.each<[string, Partial<Row>, Date | null]>([
    ["a day before the end of two weeks", {}, fromIssue(13 * day)],
    ["a quarter of a life of eight hours", { expires_at: fromIssue(8 * hour) }, fromIssue(6 * hour)],
    [
      "from the first download",
      { ...afterFirst, first_download_at: fromIssue(hour) },
      fromIssue(4 * day + hour),
    ],
    [
      "from the handing over, where nobody tells",
      { ...afterFirst, handed_to_customer_at: fromIssue(0) },
      fromIssue(4 * day),
    ],
    ["not while it has not begun", afterFirst, null],
  ])("K5 the warning comes %s", (_when, change, at) => {
    expect(warnAt(row(change))).toEqual(at);
  });
});

describe("K5 links that were issued", () => {
  let under: DeskUnderTest;
  let desk: Desk;
  let agent: Agent;
  beforeEach(async () => {
    under = await openDesk();
    desk = under.desk;
    agent = await under.agent();
  });
  afterEach(async () => {
    expect(await verifyChain(desk.db, agent.workspaceId)).toMatchObject({ intact: true });
    await under.close();
  });

  const handed = async (by = desk) => {
    const shown = await reveal(by, agent);
    const { linkId } = shown.link ?? { linkId: "" };
    await handToCustomer(by, agent, { linkId });
    await runDue(by);
    return { ...shown, linkId, url: given(shown.handOver).link ?? "" };
  };
  const acts = async (act: string) =>
    desk.db.selectFrom("activity").select(["person_id", "details"]).where("act", "=", act).execute();
  const reminders = () =>
    desk.db.selectFrom("reminders").selectAll().where("kind", "=", "link_dies").execute();
  const request = (id: string) => readRow(desk, "key_request", id);
  const messages = (id: string) => under.chat.posted.filter(({ message }) => message.text.includes(id));
  const revoke = () =>
    transact(desk.db, (trx) =>
      revokeHandOvers(trx, desk, {
        customer_id: line.customerId,
        order_id: line.orderId,
        line_item_number: line.lineItemNumber,
      }),
    );

  test("A3 K5 a click on our download button is counted and recorded, for whom it was shown to alone", async () => {
    const { link } = await reveal(desk, agent);
    const linkId = link?.linkId ?? "";
    await countDownload(desk, agent, { linkId });
    expect(await countDownload(desk, agent, { linkId })).toMatchObject({ usesCounted: 2, exact: false });
    await Promise.all(Array.from({ length: 5 }, () => countDownload(desk, agent, { linkId })));
    const [listed] = await listLinks({ ...desk, fulfilment: byHand(desk).fulfilment }, agent, line);
    expect(listed?.usesCounted).toBe(7);
    expect(await acts("link.download_started")).toHaveLength(7);
    for (const other of [
      await under.agent("U0AGENT2"),
      await recognise(desk, { workspaceId: "T0OTHER", slackUserId: "U0AGENT" }),
    ]) {
      expect(await refusalOf(countDownload(desk, other, { linkId }))).toMatchObject({
        code: "request_not_found",
      });
      expect(await refusalOf(handToCustomer(desk, other, { linkId }))).toMatchObject({
        code: "request_not_found",
      });
    }
    expect(await refusalOf(countDownload(desk, await under.agent("U0SALES"), { linkId }))).toMatchObject({
      code: "not_allowed",
    });
  });

  test("K5 the service's own count says it exactly, downloads by others included", async () => {
    const { handOver } = await reveal(desk, agent);
    const url = given(handOver).link ?? "";
    for (let count = 0; count < 4; count += 1) await fetch(url);
    const [listed] = await listLinks(desk, agent, line);
    expect(listed).toMatchObject({ usesCounted: 4, exact: true, dead: null, orderId: line.orderId });
    for (let count = 0; count < 46; count += 1) await fetch(url);
    expect((await listLinks(desk, agent, line))[0]).toMatchObject({ usesCounted: 50, dead: "used_up" });
  });

  test("K5 a service that can't be asked leaves our own count", async () => {
    const { link } = await reveal(desk, agent);
    await countDownload(desk, agent, { linkId: link?.linkId ?? "" });
    under.simulator.addFault({ path: "/downloads/", method: "GET", fault: "503" });
    expect((await listLinks(desk, agent, line))[0]).toMatchObject({ usesCounted: 1, exact: false });
  });

  test("invariant 7: the list is of this workspace and this customer, for those who may have keys", async () => {
    await reveal(desk, agent);
    expect(await listLinks(desk, await under.agent("U0AGENT2"), line)).toHaveLength(1);
    expect(await listLinks(desk, agent, { customerId: "another" })).toEqual([]);
    const other = await recognise(desk, { workspaceId: "T0OTHER", slackUserId: "U0AGENT" });
    expect(await listLinks(desk, other, line)).toEqual([]);
    expect(await refusalOf(listLinks(desk, await under.agent("U0SALES"), line))).toMatchObject({
      code: "not_allowed",
    });
  });

  test("K5 since June 2021: its life begins with the first download, ours or anybody's, and the message follows", async () => {
    under.simulator.configure({ edition: "2021-06" });
    const first = await reveal(desk, agent);
    const linkId = first.link?.linkId ?? "";
    expect(first.link).toMatchObject({ expiresAt: null, daysAfterFirstDownload: 5, downloadsAllowed: null });
    await runDue(desk);
    under.clock.advance(day);
    agent = await under.agent();
    const end = new Date(under.clock.now().getTime() + 5 * day);
    expect(await countDownload(desk, agent, { linkId })).toMatchObject({ expiresAt: end });
    expect(await request(first.keyRequestId)).toMatchObject({ link_expires_at: end });
    await runDue(desk);
    expect(messages(first.keyRequestId)[0]?.edits).toBe(1);
    const second = await reveal(desk, agent);
    await fetch(given(second.handOver).link ?? "");
    await listLinks(desk, agent, line);
    expect(await request(second.keyRequestId)).toMatchObject({ link_expires_at: end });
  });

  test("K4 handing the link to the customer is recorded once and drawn", async () => {
    const { keyRequestId, linkId } = await handed();
    expect(await request(keyRequestId)).toMatchObject({ handed_to_customer_at: under.clock.now() });
    const at = under.clock.now();
    under.clock.advance(minute);
    expect(await handToCustomer(desk, agent, { linkId })).toMatchObject({ handedToCustomerAt: at });
    expect(await acts("link.handed_to_customer")).toMatchObject([{ person_id: agent.personId }]);
    expect(messages(keyRequestId)).toHaveLength(1);
  });

  test("K5 C10 a dead or revoked link is not handed over", async () => {
    const { link } = await reveal(desk, agent);
    under.clock.advance(14 * day);
    agent = await under.agent();
    const linkId = link?.linkId ?? "";
    expect(await refusalOf(handToCustomer(desk, agent, { linkId }))).toMatchObject({ code: "link_dead" });
    await revoke();
    expect(await refusalOf(handToCustomer(desk, agent, { linkId }))).toMatchObject({ code: "key_revoked" });
    expect(await reminders()).toEqual([]);
  });

  /** Days go by, one sweep each. */
  const days = async (count: number, lose = false) => {
    for (let passed = 0; passed < count; passed += 1) {
      if (lose) await desk.db.deleteFrom("outbox").execute();
      await pass(under, day);
    }
  };

  test("K5 a day before a handed link dies its agent is told in the one message of the request, once", async () => {
    const { keyRequestId, linkId } = await handed();
    const [before] = messages(keyRequestId);
    await days(12);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: null });
    await days(1);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: under.clock.now() });
    await days(3);
    expect(messages(keyRequestId)).toHaveLength(1);
    expect(messages(keyRequestId)[0]).toMatchObject({ edits: 0 });
    expect(messages(keyRequestId)[0]?.ts).not.toBe(before?.ts);
    expect(await acts("link.dies_soon")).toMatchObject([{ person_id: null, details: { linkId } }]);
    expect(await reminders()).toEqual([]);
  });

  test("K5 a queue that lost everything loses no reminder", async () => {
    const { keyRequestId } = await handed();
    await days(12, true);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: null });
    await days(2, true);
    expect((await request(keyRequestId)).link_warned_at).not.toBeNull();
    expect(await acts("link.dies_soon")).toHaveLength(1);
  });

  test("K5 a link that nobody handed over dies in silence", async () => {
    const { keyRequestId } = await reveal(desk, agent);
    await days(16);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: null });
    expect(await reminders()).toEqual([]);
  });

  test("K5 a customer who downloads a lot brings the warning forward", async () => {
    const { keyRequestId, url } = await handed();
    for (let count = 0; count < 44; count += 1) await fetch(url);
    await days(1);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: null });
    await fetch(url);
    await days(1);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: under.clock.now() });
  });

  test("K5 since June 2021 the customer's first download is noticed, and the warning counts from it", async () => {
    under.simulator.configure({ edition: "2021-06" });
    const { keyRequestId, url } = await handed();
    await days(2);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: null, link_expires_at: null });
    await fetch(url);
    await days(1);
    expect((await request(keyRequestId)).link_expires_at).toEqual(
      new Date(under.clock.now().getTime() + 4 * day),
    );
    await days(2);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: null });
    await days(1);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: under.clock.now() });
  });

  test("K5 a deposited link that two agents handed over warns both", async () => {
    const portal = byHand(desk);
    await deposit(portal, agent);
    const teammate = await under.agent("U0AGENT2");
    const shown = [
      await reveal(portal, agent),
      await reveal(portal, teammate),
      await reveal(portal, teammate),
    ];
    expect(new Set(shown.map(({ link }) => link?.linkId)).size).toBe(1);
    const linkId = shown[0]?.link?.linkId ?? "";
    await handToCustomer(portal, agent, { linkId });
    await handToCustomer(portal, teammate, { linkId });
    await days(13);
    for (const { keyRequestId } of shown) expect((await request(keyRequestId)).link_warned_at).not.toBeNull();
    expect(await acts("link.dies_soon")).toHaveLength(1);
  });

  test("K5 renewing is asking again, any number of times: a new link with a life of its own, the note gone", async () => {
    const first = await handed();
    await days(13);
    expect((await request(first.keyRequestId)).link_warned_at).not.toBeNull();
    agent = await under.agent();
    const second = await reveal(desk, agent, { renews: first.linkId });
    expect(second.link).toMatchObject({
      expiresAt: new Date(under.clock.now().getTime() + 14 * day),
      dead: null,
    });
    expect(given(second.handOver).link).not.toBe(first.url);
    expect(await request(first.keyRequestId)).toMatchObject({ link_warned_at: null });
    expect(await request(second.keyRequestId)).toMatchObject({ renews: first.linkId });
    const third = await reveal(desk, agent, { renews: second.link?.linkId ?? "" });
    await handToCustomer(desk, agent, { linkId: third.link?.linkId ?? "" });
    expect((await reminders()).map(({ subject_id }) => subject_id)).toEqual([third.link?.linkId]);
  });

  test("K5 renewing before the warning: once the new link is with the customer, the old one warns no more", async () => {
    const first = await handed();
    const second = await reveal(desk, agent, { renews: first.linkId });
    expect((await reminders()).map(({ subject_id }) => subject_id)).toEqual([first.linkId]);
    await handToCustomer(desk, agent, { linkId: second.link?.linkId ?? "" });
    expect((await reminders()).map(({ subject_id }) => subject_id)).toEqual([second.link?.linkId]);
  });

  test("K5 a link of another line can't be renewed by this one", async () => {
    const { link } = await reveal(desk, agent, seededLine("markup"));
    expect(await refusalOf(reveal(desk, agent, { renews: link?.linkId ?? "" }))).toMatchObject({
      code: "request_not_found",
    });
  });

  test("C10 a revoked link is dead, warns nobody, and its message says revoked", async () => {
    const { keyRequestId } = await handed();
    await revoke();
    expect(await reminders()).toEqual([]);
    expect((await listLinks(desk, agent, line))[0]).toMatchObject({ dead: "revoked" });
    await days(15);
    expect(await request(keyRequestId)).toMatchObject({ link_warned_at: null });
    expect((await request(keyRequestId)).revoked_at).not.toBeNull();
    expect(await acts("link.dies_soon")).toEqual([]);
  });
});
