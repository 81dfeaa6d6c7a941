import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import type { Desk } from "#src/desk/context.ts";
import { followTicket, nextTicketLook } from "#src/support-requests/follow.ts";
import { markFiled } from "#src/support-requests/mark-filed.ts";
import { listSupportRequests } from "#src/support-requests/read.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { updateTicket } from "#src/support-requests/update-ticket.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, calls, day, minute, pass, readRow, refusalOf } from "../requests/acts.ts";
import { fileByApi, filledIn, toFile } from "./cases.ts";

const hour = 60 * minute;
let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

const row = (id: string) => readRow(under.desk, "support_request", id);
const acts = async (id: string) => (await activityOf(under.desk, id)).map(({ act }) => act);
const looks = (ticketNumber: string) =>
  calls(under.simulator, "GET", new RegExp(`servicerequests/${ticketNumber}$`));
const notesAt = async (ticketNumber: string) =>
  (await under.desk.partnerCenter.getServiceRequest({ id: ticketNumber })).notes.map(({ text }) => text);
const dueAt = async (id: string) =>
  (
    await under.desk.db
      .selectFrom("reminders")
      .select("due_at")
      .where("kind", "=", "ticket")
      .where("subject_id", "=", id)
      .executeTakeFirst()
  )?.due_at ?? null;
const redraws = () => under.chat.posted.reduce((sum, { edits }) => sum + edits, 0);
const breakUpdates = (fault: "reset-after-commit" | "reset-before" | "500" | "429", times = 1) =>
  under.simulator.addFault({ path: "/servicerequests/", method: "PATCH", fault, times });
const note = (id: string, text: string, formToken = randomUUID()) =>
  updateTicket(under.desk, agent, { formToken, supportRequestId: id, note: text });
const close = (id: string, formToken = randomUUID()) =>
  updateTicket(under.desk, agent, { formToken, supportRequestId: id, note: null });

describe("S7 the schedule", () => {
  test("S7 a ticket is looked at after an hour, every six in its first week, then daily", () => {
    const filed = new Date("2026-11-23T09:00:00Z");
    const next = (ms: number) =>
      nextTicketLook(filed, new Date(filed.getTime() + ms)).getTime() - filed.getTime();
    expect(next(0)).toBe(hour);
    expect(next(30 * minute)).toBe(hour);
    expect(next(hour)).toBe(7 * hour);
    expect(next(6 * day)).toBe(6 * day + 6 * hour);
    expect(next(7 * day)).toBe(8 * day);
  });

  test("S7 a ticket at rest is looked at, and its message stays as it is", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    const drawn = redraws();
    await pass(under, 5 * minute);
    await pass(under, hour);
    await pass(under, 6 * hour);
    expect(looks(ticketNumber)).toBe(3);
    expect(redraws()).toBe(drawn);
    expect(await dueAt(id)).toEqual(new Date(under.clock.now().getTime() + 6 * hour));
  });

  test("S7 a request that is still on its way is waited for, and one left to a person is not followed", async () => {
    under.simulator.addFault({ path: "/servicerequests/", method: "POST", fault: "reset-before", times: 1 });
    const waiting = (await requestSupport(under.desk, agent, filledIn())).supportRequestId;
    await runDue(under.desk);
    const now = under.clock.now();
    expect(await followTicket(under.desk, { subjectId: waiting, dueAt: now })).toEqual(
      new Date(now.getTime() + hour),
    );
    const left = await toFile(under, agent);
    expect(await followTicket(under.desk, { subjectId: left, dueAt: now })).toBeNull();
    expect(await followTicket(under.desk, { subjectId: "sup_0", dueAt: now })).toBeNull();
  });

  test("S7 after 60 days without a change it is given up, and says so; a note takes it up again", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    for (let days = 0; days < 60; days += 1) await pass(under, day);
    await pass(under, minute);
    expect((await row(id)).ticket).toMatchObject({ endedAt: expect.stringMatching(/^2027-01/) });
    expect(await dueAt(id)).toBeNull();
    const seen = looks(ticketNumber);
    await pass(under, 2 * day);
    expect(looks(ticketNumber)).toBe(seen);
    await note(id, "Any news?");
    await runDue(under.desk);
    expect((await row(id)).ticket).toMatchObject({ endedAt: null, noteCount: 1 });
    expect(await dueAt(id)).not.toBeNull();
  });

  test("S7 a change counts from its day: 60 quiet days begin anew", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    for (let days = 0; days < 40; days += 1) await pass(under, day);
    under.simulator.updateServiceRequest({ id: ticketNumber, note: "Still working on it." });
    for (let days = 0; days < 40; days += 1) await pass(under, day);
    expect((await row(id)).ticket).toMatchObject({ endedAt: null, noteCount: 1 });
    expect(await dueAt(id)).not.toBeNull();
  });
});

describe("S7 what Microsoft does with it", () => {
  test("S7 status, notes and closing appear in the request's one message, and following ends", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    under.simulator.updateServiceRequest({
      id: ticketNumber,
      status: "attention_needed",
      note: "Which invoice?",
    });
    await pass(under, hour);
    expect(await row(id)).toMatchObject({
      status: "attention_needed",
      ticket: { noteCount: 1, newNotes: 1, notes: [{ text: "Which invoice?", by: "Microsoft Support" }] },
    });
    under.simulator.updateServiceRequest({ id: ticketNumber, status: "open" });
    await pass(under, 6 * hour);
    expect(await row(id)).toMatchObject({ status: "filed" });
    under.simulator.updateServiceRequest({ id: ticketNumber, status: "closed", note: "Refunded." });
    await pass(under, 6 * hour);
    expect(await row(id)).toMatchObject({
      status: "closed",
      closed_at: under.clock.now(),
      due_at: null,
      ticket: { noteCount: 2, newNotes: 1 },
    });
    expect(await dueAt(id)).toBeNull();
    expect(under.chat.posted).toHaveLength(1);
    expect(under.chat.posted[0]?.message.text).toContain("closed");
    expect((await acts(id)).slice(3)).toEqual([
      "support_request.attention_needed",
      "support_request.filed",
      "support_request.closed",
    ]);
    await expect(
      sql`update support_requests set status = 'filed', closed_at = null where id = ${id}`.execute(
        under.desk.db,
      ),
    ).rejects.toThrow("is closed and stays so");
  });

  test("S7 the last three notes are kept, cut; the rest is counted", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    for (const text of ["one", "two", "three", `four ${"x".repeat(3_000)}`]) {
      under.simulator.updateServiceRequest({ id: ticketNumber, note: text });
      under.clock.advance(minute);
    }
    await pass(under, hour);
    const { ticket } = await row(id);
    expect(ticket).toMatchObject({ noteCount: 4, newNotes: 4 });
    expect(ticket?.notes.map(({ text }) => text.slice(0, 5))).toEqual(["two", "three", "four "]);
    expect(ticket?.notes.at(-1)?.text).toHaveLength(500);
    expect(await acts(id)).toContain("support_request.followed");
  });

  test("S7 an answer that does not come changes nothing, and it is asked again soon", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    under.simulator.updateServiceRequest({ id: ticketNumber, status: "closed" });
    under.simulator.addFault({
      path: `/servicerequests/${ticketNumber}`,
      method: "GET",
      fault: "503",
      times: 1,
    });
    await pass(under, hour);
    expect(await row(id)).toMatchObject({ status: "filed", ticket: null });
    await pass(under, 15 * minute);
    expect(await row(id)).toMatchObject({ status: "closed" });
  });
});

describe("S7 numbers given by hand", () => {
  const filed = async (ticketNumber: string) => {
    const id = await toFile(under, agent, { title: "To be filed by hand" });
    await markFiled(under.desk, agent, { supportRequestId: id, ticketNumber });
    return id;
  };
  const open = async (title: string, description = "–") =>
    (
      await under.desk.partnerCenter.createServiceRequest(
        { title, description, severity: "moderate", supportTopicId: "32444671", locale: "en-us" },
        { requestId: randomUUID(), correlationId: randomUUID() },
      )
    ).id;

  test("S7 a ticket that a person filed is followed as well", async () => {
    const ticketNumber = await open("To be filed  by hand");
    const id = await filed(ticketNumber);
    under.simulator.updateServiceRequest({ id: ticketNumber, status: "attention_needed" });
    await pass(under, 5 * minute);
    expect(await row(id)).toMatchObject({ status: "attention_needed", ticket: { trouble: null } });
  });

  test("S7 a number that does not exist is told after an hour, not before, and can be corrected", async () => {
    const ticketNumber = await open("Another title", "with our reference in it: see below");
    const id = await filed("999999999999999");
    await pass(under, 5 * minute);
    expect((await row(id)).ticket).toBeNull();
    await pass(under, hour);
    expect(await row(id)).toMatchObject({ status: "filed", ticket: { trouble: "not_found" } });
    const right = await open("Yet another", `Our reference: ${id}`);
    await markFiled(under.desk, agent, {
      supportRequestId: id,
      ticketNumber: right,
      replaces: "999999999999999",
    });
    under.simulator.updateServiceRequest({ id: right, note: "Hello" });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      ticket_number: right,
      status: "filed",
      ticket: { trouble: null, noteCount: 1 },
    });
    expect(await acts(id)).toContain("support_request.ticket_corrected");
    expect(looks(ticketNumber)).toBe(0);
  });

  test("S7 another request's ticket moves nothing until a person says that it is the one", async () => {
    const ticketNumber = await open("Cannot sign in");
    under.simulator.updateServiceRequest({ id: ticketNumber, status: "closed", note: "Solved." });
    const id = await filed(ticketNumber);
    await pass(under, hour);
    expect(await row(id)).toMatchObject({
      status: "filed",
      ticket: { trouble: "other", otherTitle: "Cannot sign in", noteCount: 0 },
    });
    await markFiled(under.desk, agent, { supportRequestId: id, ticketNumber, replaces: ticketNumber });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "closed", ticket: { trouble: null, noteCount: 1 } });
    expect(await acts(id)).toContain("support_request.ticket_confirmed");
  });

  test("S7 a correction that saw another number, and one of a ticket filed by API, come too late", async () => {
    const id = await filed("1");
    await markFiled(under.desk, agent, { supportRequestId: id, ticketNumber: "2", replaces: "1" });
    const late = markFiled(under.desk, agent, { supportRequestId: id, ticketNumber: "3", replaces: "1" });
    expect(await refusalOf(late)).toMatchObject({ code: "request_moved_on" });
    const api = await fileByApi(under, agent);
    const wrong = { supportRequestId: api.id, ticketNumber: "3", replaces: api.ticketNumber };
    expect(await refusalOf(markFiled(under.desk, agent, wrong))).toMatchObject({ code: "request_moved_on" });
  });

  test("S7 who was asked to look and found it filed gives its number", async () => {
    const { supportRequestId: id } = await requestSupport(under.desk, agent, filledIn());
    await sql`update support_requests set status = 'needs_person', due_at = null where id = ${id}`.execute(
      under.desk.db,
    );
    await markFiled(under.desk, agent, { supportRequestId: id, ticketNumber: "12" });
    expect(await row(id)).toMatchObject({ status: "filed", desk: "portal", ticket_number: "12" });
  });
});

describe("S7 notes and closing from here", () => {
  test("S7 a note is sent with its request id, once, and shows on the message; it is not news", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    const formToken = randomUUID();
    await Promise.all([1, 2, 3].map(() => note(id, "  The invoice is G000112.  ", formToken)));
    expect((await row(id)).last_update).toMatchObject({ kind: "note", status: "requested" });
    await runDue(under.desk);
    expect(await notesAt(ticketNumber)).toEqual([
      expect.stringMatching(/^The invoice is G000112\.\n\nOur reference: upd_\w+$/),
    ]);
    expect(await row(id)).toMatchObject({
      last_update: { status: "sent" },
      ticket: { noteCount: 1, newNotes: 0, notes: [{ text: "The invoice is G000112." }] },
    });
    const sent = under.simulator.requests().filter(({ method }) => method === "PATCH");
    expect(sent.map(({ requestId }) => requestId)).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect((await acts(id)).slice(3)).toEqual([
      "support_request.note_asked",
      "support_request.note_sent",
      "support_request.followed",
    ]);
  });

  test("S7 closing is asked for once, and the look after it closes the request", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    await Promise.all([close(id), close(id), close(id)]);
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "closed", last_update: { kind: "close", status: "sent" } });
    expect(calls(under.simulator, "PATCH", /servicerequests/)).toBe(1);
    expect((await under.desk.partnerCenter.getServiceRequest({ id: ticketNumber })).status).toBe("closed");
    expect(await refusalOf(note(id, "One more thing"))).toMatchObject({ code: "request_moved_on" });
  });

  test.each([
    ["nothing", ""],
    ["blanks", "   "],
    ["2,001 characters", "x".repeat(2_001)],
    ["a NUL", "nothing\u0000at all"],
  ])("S7 %s is no note", async (_what, text) => {
    const { id } = await fileByApi(under, agent);
    expect(await refusalOf(note(id, text))).toMatchObject({
      code: "invalid_input",
      values: { field: "note" },
    });
  });

  test("S7 a request without a ticket takes no notes", async () => {
    const id = await toFile(under, agent);
    expect(await refusalOf(note(id, "Hello"))).toMatchObject({ code: "request_moved_on" });
  });

  test.each(["reset-after-commit", "reset-before", "500", "429"] as const)(
    "invariant 2: a note whose answer was lost (%s) is there once",
    async (fault) => {
      const { id, ticketNumber } = await fileByApi(under, agent);
      breakUpdates(fault, 2);
      await note(id, "Once, please.");
      await runDue(under.desk);
      for (let tries = 0; tries < 4; tries += 1) await pass(under, minute);
      expect(await notesAt(ticketNumber)).toHaveLength(1);
      expect((await row(id)).last_update).toMatchObject({ status: "sent" });
    },
  );

  /** The answer to a note is lost, and meanwhile Partner Center has forgotten its request id. */
  async function lostLongAgo(desk: Desk): Promise<string[]> {
    const { id, ticketNumber } = await fileByApi(under, agent);
    breakUpdates("reset-after-commit");
    await note(id, "Once, please.");
    await runDue(desk);
    await sql`update support_updates set ms_request_id = gen_random_uuid()`.execute(desk.db);
    await pass(under, 15 * minute, desk);
    return notesAt(ticketNumber);
  }

  test("invariant 2: long after a lost answer the note is found on the ticket by its reference", async () => {
    expect(await lostLongAgo(under.desk)).toHaveLength(1);
  });

  test("invariant 2: a desk that does not look adds the note twice", async () => {
    const { partnerCenter } = under.desk;
    const blind: Desk = {
      ...under.desk,
      partnerCenter: {
        ...partnerCenter,
        getServiceRequest: async (input) => ({
          ...(await partnerCenter.getServiceRequest(input)),
          notes: [],
        }),
      },
    };
    expect(await lostLongAgo(blind)).toHaveLength(2);
  });

  test("S7 notes keep their order, also when the first one waits", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    breakUpdates("500");
    await note(id, "first");
    under.clock.advance(1_000);
    await note(id, "second");
    await runDue(under.desk);
    for (let tries = 0; tries < 4; tries += 1) await pass(under, minute);
    expect((await notesAt(ticketNumber)).map((text) => text.split("\n")[0])).toEqual(["first", "second"]);
  });

  test("S7 a note that is refused is not lost: its text is on the message", async () => {
    const { id } = await fileByApi(under, agent);
    under.simulator.addFault({
      path: "/servicerequests/",
      method: "PATCH",
      fault: "answer",
      times: 1,
      answer: { status: 400, code: 2000, description: "No." },
    });
    await note(id, "Too late?");
    await runDue(under.desk);
    expect((await row(id)).last_update).toMatchObject({ status: "refused", text: "Too late?" });
    expect(await activityOf(under.desk, id)).toContainEqual({
      act: "support_request.note_refused",
      outcome: "refused",
    });
  });

  test("invariant 3: a note that no try brings through is left to a person", async () => {
    const { id } = await fileByApi(under, agent);
    breakUpdates("500", 1_000);
    await note(id, "Anybody there?");
    await runDue(under.desk);
    for (let tries = 0; tries < 45; tries += 1) await pass(under, 2 * minute);
    expect((await row(id)).last_update).toMatchObject({ status: "needs_person", text: "Anybody there?" });
  });

  test("S7 a note asked for in the moment in which the ticket closes is sent all the same", async () => {
    const { id, ticketNumber } = await fileByApi(under, agent);
    await note(id, "Thank you.");
    await sql`update support_requests set status = 'closed', closed_at = now() where id = ${id}`.execute(
      under.desk.db,
    );
    await runDue(under.desk);
    expect(await notesAt(ticketNumber)).toHaveLength(1);
    expect(await row(id)).toMatchObject({ status: "closed", last_update: { status: "sent" } });
  });

  test("S7 a colleague of the helpdesk may add a note, a sales agent may not", async () => {
    const { id } = await fileByApi(under, agent);
    const input = { formToken: randomUUID(), supportRequestId: id, note: "From a colleague" };
    await updateTicket(under.desk, await under.agent("U0HELPDESK"), input);
    const sales = await under.agent("U0SALES");
    expect(await refusalOf(updateTicket(under.desk, sales, input))).toMatchObject({ code: "not_allowed" });
    const elsewhere = { ...agent, workspaceId: "T0OTHER" };
    expect(await refusalOf(updateTicket(under.desk, elsewhere, input))).toMatchObject({
      code: "request_not_found",
    });
  });
});

describe("S7 the list", () => {
  test("S7 a person's own open requests, newest first, ten on a page", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      ids.unshift(
        (await requestSupport(under.desk, agent, filledIn({ title: `Number ${count}` }))).supportRequestId,
      );
      under.clock.advance(1_000);
    }
    const colleague = await under.agent("U0HELPDESK");
    await requestSupport(under.desk, colleague, filledIn());
    await sql`update support_requests set status = 'refused', due_at = null where id = ${ids[3] ?? ""}`.execute(
      under.desk.db,
    );
    const open = ids.filter((_, index) => index !== 3);
    const first = await listSupportRequests(under.desk, agent, { page: 0 });
    const second = await listSupportRequests(under.desk, agent, { page: 1 });
    expect([first.more, second.more]).toEqual([true, false]);
    expect([...first.requests, ...second.requests].map(({ id }) => id)).toEqual(open);
    const sales = await under.agent("U0SALES");
    expect(await refusalOf(listSupportRequests(under.desk, sales, { page: 0 }))).toMatchObject({
      code: "not_allowed",
    });
  });
});
