import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { cancellationRules } from "#src/catalog/kinds.ts";
import type { Desk } from "#src/desk/context.ts";
import { createApiDesk } from "#src/support-requests/api-desk.ts";
import { composeDescription } from "#src/support-requests/compose.ts";
import { markFiled } from "#src/support-requests/mark-filed.ts";
import { checkSupportFields, requestSupport, type SupportInput } from "#src/support-requests/request.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, calls, minute, pass, readRow, refusalOf, seededLine } from "../requests/acts.ts";
import { byHand, filledIn } from "./cases.ts";

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

const line = seededLine("extendedSecurityUpdates");
const request = async (change: Partial<SupportInput> = {}, desk: Desk = under.desk) =>
  (await requestSupport(desk, agent, filledIn(change))).supportRequestId;
const row = (id: string) => readRow(under.desk, "support_request", id);
const rows = () => under.desk.db.selectFrom("support_requests").select("id").execute();
/** The service requests at Partner Center that carry this reference. */
const filed = async (reference: string) =>
  (await under.desk.partnerCenter.listServiceRequests({})).filter((one) =>
    one.description.includes(reference),
  );
const portal = () => byHand(under);

describe("S2 S3 S4 S5 what was filled in", () => {
  const long = (length: number) => "x".repeat(length);
  test.each([
    ["S3", "impact", ["", "unknown", "high"]],
    ["S3", "title", ["", "   ", long(256)]],
    [
      "S4",
      "orderOrSubscriptionId",
      ["", "  ", "two words", "12345", "order#0", "-abcdef", long(65), "a&lt;b&gt;c"],
    ],
    ["S4", "reason", ["", " \n ", long(2_001), "nothing\u0000at all"]],
    ["S4", "amountRequested", ["", "1250", "USD", "0 USD", "-5 USD", "5 XXQ", "about 5 USD", long(101)]],
    ["S5", "contactName", ["", long(101), "Accounts\u0000desk"]],
    ["S5", "contactEmail", ["", "nobody", "a@b", "a b@partner.example", `${long(250)}@partner.example`]],
    ["S5", "contactPhone", ["", "none", "12", "call me", "+34 91 555 0100 and then some more digits 0"]],
  ] as const)("%s a wrong %s is said to be so, and nothing is written", async (_rule, field, values) => {
    for (const value of values) {
      const input = filledIn({ [field]: value } as Partial<SupportInput>);
      expect(checkSupportFields(input, "en")).toEqual([field]);
      expect(await refusalOf(requestSupport(under.desk, agent, input))).toMatchObject({
        code: "invalid_input",
        values: { field },
      });
    }
    expect(await rows()).toEqual([]);
    expect(calls(under.simulator, "POST", /servicerequests/)).toBe(0);
  });

  test("S3 S4 S5 all wrong fields are named together, and the longest good ones pass", () => {
    expect(checkSupportFields(filledIn({ title: "", contactEmail: "x", reason: "" }), "en")).toEqual([
      "title",
      "reason",
      "contactEmail",
    ]);
    const longest = filledIn({
      title: long(255),
      reason: long(2_000),
      contactName: long(100),
      amountRequested: "999999999999.9999 USD",
    });
    expect(checkSupportFields(longest, "en")).toEqual([]);
    for (const impact of ["critical", "moderate", "minimal"] as const)
      expect(checkSupportFields(filledIn({ impact }), "en")).toEqual([]);
  });

  test("S1 support is the way exactly for what can be cancelled no other way", () => {
    const kinds = Object.entries(cancellationRules).filter(([, rule]) => rule === "by_support_only");
    expect(kinds.map(([kind]) => kind).sort()).toEqual(["esu", "reservation"]);
  });
});

describe("S7 filed and numbered", () => {
  test("S7 is filed with all that Microsoft asks for, and its number is kept and shown", async () => {
    const id = await request();
    expect(await row(id)).toMatchObject({
      status: "requested",
      problem_type: expect.stringMatching(/^CSP purchase/),
    });
    await runDue(under.desk);
    const [ticket, ...more] = await filed(id);
    expect(more).toEqual([]);
    expect(await row(id)).toMatchObject({
      status: "filed",
      desk: "api",
      ticket_number: ticket?.id,
      filed_at: under.clock.now(),
      due_at: null,
    });
    expect(ticket).toMatchObject({ title: "Refund of 25 updates", severity: "moderate", status: "open" });
    for (const part of [
      "CSP purchase or refund on behalf of customers",
      line.customerId,
      "contoso.onmicrosoft.com",
      line.orderId,
      "Bought twice.",
      "1250.00 USD",
      "Accounts desk",
      "accounts@partner.example",
      "+34 (91) 555-0100",
    ]) {
      expect(ticket?.description).toContain(part);
    }
    expect((await activityOf(under.desk, id)).map(({ act }) => act)).toEqual([
      "support_request.requested",
      "support_request.sending",
      "support_request.filed",
    ]);
    expect(under.chat.posted.map(({ message }) => message.text)).toEqual([expect.stringContaining("filed")]);
  });

  test("S2 S4 an agent who works in Spanish gets the Spanish text", async () => {
    await under.desk.db.updateTable("people").set({ locale: "es-ES" }).execute();
    agent = { ...agent, locale: "es" };
    const id = await request();
    const composed = composeDescription(await row(id), "es");
    expect((await row(id)).problem_type).toBe("Compra o reembolso de CSP en nombre de los clientes");
    expect(composed.split("\n")[0]).toBe(
      `GUID del inquilino o dominio del cliente: ${line.customerId} (contoso.onmicrosoft.com)`,
    );
    expect(composed).toContain("Importe solicitado: 1250.00 USD");
  });

  test("S7 the same form again is the same request, also at the same moment", async () => {
    const formToken = randomUUID();
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => request({ formToken })));
    ids.push(await request({ formToken }));
    expect(new Set(ids).size).toBe(1);
    await runDue(under.desk);
    expect(await filed(ids[0] ?? "")).toHaveLength(1);
  });

  test.each(["reset-after-commit", "invalid-json", "reset-before", "500"] as const)(
    "invariant 2: a create whose answer was lost (%s) is one service request",
    async (fault) => {
      const id = await request();
      under.simulator.addFault({ path: "/servicerequests/", method: "POST", fault, times: 1 });
      await runDue(under.desk);
      expect(await row(id)).toMatchObject({ status: "unknown" });
      for (let passed = 0; passed < 3; passed += 1) await pass(under, minute);
      const [ticket, ...more] = await filed(id);
      expect(more).toEqual([]);
      expect(await row(id)).toMatchObject({ status: "filed", ticket_number: ticket?.id });
    },
  );

  /** The answer is lost, and when the worker comes back Partner Center has forgotten the request id. */
  async function lostLongAgo(desk: Desk): Promise<string> {
    const id = await request();
    under.simulator.addFault({
      path: "/servicerequests/",
      method: "POST",
      fault: "reset-after-commit",
      times: 1,
    });
    await runDue(desk);
    await sql`update support_requests set ms_request_id = gen_random_uuid() where id = ${id}`.execute(
      desk.db,
    );
    await pass(under, 15 * minute, desk);
    return id;
  }

  test("invariant 2: long after a lost answer the service request is found by its reference", async () => {
    const id = await lostLongAgo(under.desk);
    expect(await row(id)).toMatchObject({ status: "filed" });
    expect(await filed(id)).toHaveLength(1);
  });

  test("invariant 2: a desk that does not look files it twice", async () => {
    const blind: Desk = {
      ...under.desk,
      supportDesk: { ...under.desk.supportDesk, findFiled: async () => null },
    };
    expect(await filed(await lostLongAgo(blind))).toHaveLength(2);
  });

  test("S7 a request that only mentions another one's reference is not taken for it", async () => {
    const first = await request();
    under.simulator.addFault({ path: "/servicerequests/", method: "POST", fault: "reset-before", times: 1 });
    await runDue(under.desk);
    const second = await request({ reason: `The same as ${first}.` });
    await runDue(under.desk);
    await pass(under, 15 * minute);
    const numbers = [(await row(first)).ticket_number, (await row(second)).ticket_number];
    expect(numbers).not.toContain(null);
    expect(new Set(numbers).size).toBe(2);
  });

  test("S7 one that Partner Center refuses is refused, with the reason", async () => {
    const id = await request();
    under.simulator.addFault({
      path: "/servicerequests/",
      method: "POST",
      fault: "answer",
      times: 1,
      answer: { status: 403, code: 900150, description: "The role does not allow this." },
    });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "refused", failure: { code: 900150 }, due_at: null });
  });
});

describe("S7 where no request is taken by API", () => {
  test("S7 when the API was withdrawn, the case becomes one for the portal by itself and the agent is told", async () => {
    under.simulator.configure({ serviceRequests: "withdrawn" });
    const id = await request();
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "to_file",
      desk: "portal",
      ticket_number: null,
      due_at: null,
    });
    expect(under.chat.posted.map(({ message }) => message.text)).toEqual([
      expect.stringContaining("to_file"),
    ]);
    const asked = calls(under.simulator, "POST", /servicerequests/);
    await pass(under, 60 * minute);
    expect(calls(under.simulator, "POST", /servicerequests/)).toBe(asked);
  });

  test.each([404, 405, 410, 501])("S7 %i means withdrawn", async (status) => {
    const id = await request();
    under.simulator.addFault({
      path: "/servicerequests/",
      method: "POST",
      fault: "answer",
      answer: { status, code: 1000, description: "Gone." },
    });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "to_file" });
  });

  test.each([
    ["of something that the case names", 404, 20002],
    ["of another operation's kind", 403, 1000],
  ])("S7 a refusal %s does not mean withdrawn", async (_what, status, code) => {
    const id = await request();
    under.simulator.addFault({
      path: "/servicerequests/",
      method: "POST",
      fault: "answer",
      answer: { status, code, description: "There is no such customer." },
    });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "refused", failure: { status, code } });
  });

  test("S7 a 404 to looking for an earlier case does not mean withdrawn either", async () => {
    const id = await request();
    under.simulator.addFault({ path: "/servicerequests/", method: "POST", fault: "invalid-json", times: 1 });
    await runDue(under.desk);
    under.simulator.addFault({
      path: "/servicerequests$",
      method: "GET",
      fault: "answer",
      times: 1,
      answer: { status: 404, code: 1000, description: "Gone." },
    });
    await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "unknown" });
    await pass(under, 5 * minute);
    expect(await row(id)).toMatchObject({ status: "filed" });
  });

  test("S7 the portal desk asks nobody: the text is ready at once", async () => {
    const before = under.simulator.requests().length;
    const id = await request({}, portal());
    const reads = under.simulator.requests().length - before;
    await runDue(portal());
    expect(under.simulator.requests()).toHaveLength(before + reads);
    expect(await row(id)).toMatchObject({ status: "to_file", desk: "portal" });
    expect(composeDescription(await row(id), "en")).toContain(`Our reference: ${id}`);
  });

  test.each(["616122292874576", "1", "1234567890123456", "1-2345678901234", " 616122292874576 "])(
    "S7 takes the ticket number %j",
    async (ticketNumber) => {
      const id = await request({}, portal());
      await runDue(portal());
      await markFiled(under.desk, agent, { supportRequestId: id, ticketNumber });
      expect(await row(id)).toMatchObject({
        status: "filed",
        ticket_number: ticketNumber.trim(),
        filed_at: under.clock.now(),
      });
      expect((await activityOf(under.desk, id)).at(-1)).toEqual({
        act: "support_request.filed",
        outcome: "done",
      });
      await runDue(under.desk);
      expect(under.chat.posted.at(-1)?.message.text).toContain("filed");
    },
  );

  test("S7 refuses what is no ticket number", async () => {
    const id = await request({}, portal());
    await runDue(portal());
    for (const ticketNumber of [
      "",
      " ",
      "12345678901234567",
      "TICKET-1",
      "1-23",
      "12 34",
      "<!channel>",
      "1\n2",
    ]) {
      expect(
        await refusalOf(markFiled(under.desk, agent, { supportRequestId: id, ticketNumber })),
      ).toMatchObject({
        code: "invalid_input",
        values: { field: "ticketNumber" },
      });
    }
    expect(await row(id)).toMatchObject({ status: "to_file", ticket_number: null });
  });

  test("S7 a case is filed once: two at the same moment, and once more afterwards", async () => {
    const id = await request({}, portal());
    await runDue(portal());
    const outcomes = await Promise.allSettled(
      ["111", "222"].map((ticketNumber) =>
        markFiled(under.desk, agent, { supportRequestId: id, ticketNumber }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const kept = (await row(id)).ticket_number;
    expect(
      await refusalOf(markFiled(under.desk, agent, { supportRequestId: id, ticketNumber: "333" })),
    ).toMatchObject({ code: "request_moved_on" });
    expect((await row(id)).ticket_number).toBe(kept);
  });

  test("S7 a case that is still being sent, or none at all, can't be marked", async () => {
    const id = await request();
    const marking = { supportRequestId: id, ticketNumber: "1" };
    expect(await refusalOf(markFiled(under.desk, agent, marking))).toMatchObject({
      code: "request_moved_on",
    });
    expect(
      await refusalOf(markFiled(under.desk, agent, { ...marking, supportRequestId: "sup_0" })),
    ).toMatchObject({ code: "request_not_found" });
  });

  test("S7 a helpdesk agent may mark a colleague's case", async () => {
    const id = await request({}, portal());
    await runDue(portal());
    await markFiled(under.desk, await under.agent("U0HELPDESK"), { supportRequestId: id, ticketNumber: "1" });
    expect(await row(id)).toMatchObject({ status: "filed", person_id: agent.personId });
  });
});

test("invariant 4: a case that was filed stays so, and none is filed without a number", async () => {
  const id = await request({}, portal());
  await runDue(portal());
  await expect(
    sql`update support_requests set status = 'filed' where id = ${id}`.execute(under.desk.db),
  ).rejects.toThrow("support_requests_filed");
  await markFiled(under.desk, agent, { supportRequestId: id, ticketNumber: "1" });
  await expect(
    sql`update support_requests set status = 'to_file' where id = ${id}`.execute(under.desk.db),
  ).rejects.toThrow("is filed and stays so");
});

test("S7 the configured topic and the language go with a request by API", async () => {
  let asked: unknown;
  const desk = createApiDesk(
    {
      ...under.desk.partnerCenter,
      createServiceRequest: async (draft, call) => {
        asked = draft;
        return under.desk.partnerCenter.createServiceRequest(draft, call);
      },
    },
    "32444667",
  );
  await request({}, { ...under.desk, supportDesk: desk });
  await runDue({ ...under.desk, supportDesk: desk });
  expect(asked).toMatchObject({ supportTopicId: "32444667", locale: "en-us", severity: "moderate" });
});
