import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import type { MessageKind } from "#src/db/rows.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { fileByApi } from "../support-requests/cases.ts";
import { minute, pass, seededLine, toNextJob } from "./acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(() => under.close());

const message = (kind: MessageKind) =>
  under.desk.db
    .selectFrom("messages")
    .select(["ts", "aloud_version"])
    .where("request_kind", "=", kind)
    .executeTakeFirstOrThrow();

test("C9 overdue moves the report to the end of the conversation, the looks before it do not", async () => {
  under.simulator.configure({ cancellationLagMs: 20 * minute });
  const { customerId, ...line } = seededLine("recentPerpetual");
  await requestCancellations(under.desk, agent, { formToken: randomUUID(), customerId, lines: [line] });
  await runDue(under.desk);
  const posted = await message("cancellation_batch");
  const status = async () =>
    (await under.desk.db.selectFrom("cancellations").select("status").executeTakeFirstOrThrow()).status;
  while ((await status()) === "accepted") {
    expect(await message("cancellation_batch")).toEqual(posted);
    await toNextJob(under);
  }
  expect(await status()).toBe("overdue");
  await runDue(under.desk);
  const told = await message("cancellation_batch");
  expect(told.aloud_version).toBeGreaterThan(0);
  expect(told.ts).not.toBe(posted.ts);
});

test("S7 a ticket that waits for an answer moves its request's message to the end of the conversation", async () => {
  const { ticketNumber } = await fileByApi(under, agent);
  const posted = await message("support_request");
  under.simulator.updateServiceRequest({ id: ticketNumber, status: "attention_needed", note: "Which one?" });
  await pass(under, 60 * minute);
  const told = await message("support_request");
  expect(told.aloud_version).toBeGreaterThan(posted.aloud_version);
  expect(told.ts).not.toBe(posted.ts);
});
