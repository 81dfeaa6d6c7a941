import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { ChatFailure } from "#src/messages/port.ts";
import { markFilesAdded } from "#src/support-requests/destroy-files.ts";
import { fileTypes, isTakenType, isWhatItSays, mostFileBytes } from "#src/support-requests/file-types.ts";
import { handBackFiles } from "#src/support-requests/hand-back-files.ts";
import { markFiled } from "#src/support-requests/mark-filed.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, day, minute, pass, readRow, refusalOf } from "../requests/acts.ts";
import { fileByApi, filledIn, toFile } from "./cases.ts";

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

const pdf = Buffer.from("%PDF-1.7 the invoice, with CANARY-4711 in it");
const filesOf = async (id: string) => (await readRow(under.desk, "support_request", id)).files;
const living = async () =>
  (
    await sql<{ id: string }>`select id from secrets where kind = 'file' and wrapped_key is not null`.execute(
      under.desk.db,
    )
  ).rows.length;

describe("S6 what is taken", () => {
  const zip = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x14, 0]);
  test.each([
    ["invoice.pdf", pdf],
    ["shot.PNG", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])],
    ["shot.jpg", Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ["shot.gif", Buffer.from("GIF89a...")],
    ["letter.docx", zip],
    ["lines.xlsx", zip],
    ["mail.msg", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0])],
    ["mail.eml", Buffer.from("From: accounts\r\n")],
    ["lines.csv", Buffer.from("a;b\r\n\u00e9;1\r\n", "latin1")],
    ["lines16.txt", Buffer.from("\ufefftext", "utf16le")],
    ["empty.txt", Buffer.alloc(0)],
  ])("S6 %s is what it says", (name, bytes) => {
    expect(isWhatItSays(name, bytes)).toBe(true);
  });

  test.each([
    ["invoice.pdf", zip],
    ["shot.png", Buffer.from("<html>")],
    ["notes.txt", Buffer.from([0x4d, 0x5a, 0x90, 0x00])],
    ["letter.docx", pdf],
    ["archive.zip", zip],
    ["tool.exe", Buffer.from("MZ")],
    ["noextension", pdf],
    ["page.html", Buffer.from("<html>")],
    ["constructor", pdf],
  ])("S6 %s is not", (name, bytes) => {
    expect(isWhatItSays(name, bytes)).toBe(false);
  });

  test("S6 pictures, documents, tables and mails by their names, no archives, no programs", () => {
    expect(fileTypes.every((type) => isTakenType(`x.${type}`))).toBe(true);
    expect(["x.zip", "x.exe", "x.html", "x.svg", "x.js", "x.pdf.exe"].filter(isTakenType)).toEqual([]);
  });

  test("S6 six files are too many, the same one twice is one", async () => {
    const six = ["F1", "F2", "F3", "F4", "F5", "F6"];
    expect(await refusalOf(requestSupport(under.desk, agent, filledIn({ fileIds: six })))).toMatchObject({
      code: "invalid_input",
      values: { field: "files" },
    });
    const { id } = await fileByApi(under, agent, { fileIds: ["F1", "F1"] });
    expect(await filesOf(id)).toHaveLength(1);
  });
});

describe("S6 fetched, kept, destroyed", () => {
  test("S6 invariant 6: a file is fetched by the worker and lies in the vault alone", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: pdf });
    const { id } = await fileByApi(under, agent, { fileIds: ["F1"] });
    expect(await filesOf(id)).toEqual([
      {
        fileId: "F1",
        name: "invoice.pdf",
        size: pdf.length,
        permalink: "https://example.slack.com/files/F1",
        state: "kept",
        problem: null,
        secretId: expect.stringMatching(/^sec_/),
      },
    ]);
    const { rows } = await sql<{ text: string }>`
      select row_to_json(s)::text as text from secrets s
      union all select row_to_json(r)::text from support_requests r
      union all select row_to_json(a)::text from activity a
      union all select row_to_json(o)::text from outbox o`.execute(under.desk.db);
    const left = [...rows.map(({ text }) => text), ...under.logged, JSON.stringify(under.chat.posted)].join(
      "\n",
    );
    for (const written of ["CANARY-4711", Buffer.from("CANARY-4711").toString("hex")])
      expect(left).not.toContain(written);
    expect(await activityOf(under.desk, id)).toContainEqual({
      act: "support_request.file_kept",
      outcome: "done",
    });
  });

  test.each(["too_large", "elsewhere", "gone", "unreadable"] as const)(
    "S6 what can't be fetched (%s) is told, and the others are kept",
    async (problem) => {
      under.chat.files.set("F1", problem);
      under.chat.files.set("F2", { name: "invoice.pdf", bytes: pdf });
      const { id } = await fileByApi(under, agent, { fileIds: ["F1", "F2"] });
      expect(await filesOf(id)).toMatchObject([{ state: "refused", problem }, { state: "kept" }]);
      expect(await living()).toBe(1);
    },
  );

  test("S6 a file that is not what its name says is not kept", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: Buffer.from("MZ\0\0") });
    under.chat.files.set("F2", { name: "archive.zip", bytes: pdf });
    under.chat.files.set("F3", { name: "big.txt", bytes: Buffer.alloc(mostFileBytes + 1, 0x20) });
    const { id } = await fileByApi(under, agent, { fileIds: ["F1", "F2", "F3"] });
    expect((await filesOf(id)).map(({ problem }) => problem)).toEqual([
      "wrong_type",
      "wrong_type",
      "too_large",
    ]);
    expect(await living()).toBe(0);
  });

  test("S6 a Slack that does not answer is asked again, for an hour", async () => {
    under.chat.files.set("F1", new ChatFailure("unknown", "no answer"));
    under.chat.files.set("F2", new ChatFailure("wait", "busy", 5_000));
    const { id } = await fileByApi(under, agent, { fileIds: ["F1", "F2"] });
    expect((await filesOf(id)).map(({ state }) => state)).toEqual(["wanted", "wanted"]);
    under.chat.files.set("F2", { name: "invoice.pdf", bytes: pdf });
    await pass(under, 2 * minute);
    expect((await filesOf(id)).map(({ state }) => state)).toEqual(["wanted", "kept"]);
    await pass(under, 60 * minute);
    expect((await filesOf(id))[0]).toMatchObject({ state: "refused", problem: "unreadable" });
  });

  test("S6 after 30 days the copies are destroyed, filed or not", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: pdf });
    const ids = [await toFile(under, agent, { fileIds: ["F1"] })];
    ids.push((await fileByApi(under, agent, { fileIds: ["F1"] })).id);
    await pass(under, 29 * day);
    expect(await living()).toBe(2);
    await pass(under, day);
    expect(await living()).toBe(0);
    for (const id of ids) expect(await filesOf(id)).toMatchObject([{ state: "destroyed", secretId: null }]);
  });

  test("S6 with 'I filed it' the copies are destroyed: they went with the form", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: pdf });
    const id = await toFile(under, agent, { fileIds: ["F1"] });
    expect(await living()).toBe(1);
    await markFiled(under.desk, agent, { supportRequestId: id, ticketNumber: "1" });
    expect(await living()).toBe(0);
    expect(await filesOf(id)).toMatchObject([{ state: "destroyed" }]);
    await pass(under, 31 * day);
    expect(await activityOf(under.desk, id)).toContainEqual({
      act: "support_request.files_destroyed",
      outcome: "done",
    });
  });

  test("S6 of a case filed by API, the agent says when the files are there; once is enough", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: pdf });
    const { id } = await fileByApi(under, agent, { fileIds: ["F1"] });
    await markFilesAdded(under.desk, agent, { supportRequestId: id });
    await markFilesAdded(under.desk, agent, { supportRequestId: id });
    expect(await living()).toBe(0);
    const acts = (await activityOf(under.desk, id)).filter(({ act }) => act.endsWith("files_destroyed"));
    expect(acts).toHaveLength(1);
  });

  test("S6 a file that comes in after the copies were destroyed is not kept", async () => {
    const { supportRequestId: id } = await requestSupport(under.desk, agent, filledIn({ fileIds: ["F1"] }));
    const readFile = under.desk.chat.readFile;
    under.desk.chat.readFile = async () => {
      await markFilesAdded(under.desk, agent, { supportRequestId: id });
      return { kind: "file", name: "invoice.pdf", permalink: null, bytes: Buffer.from(pdf) };
    };
    await runDue(under.desk);
    under.desk.chat.readFile = readFile;
    expect(await living()).toBe(0);
    expect(await filesOf(id)).toMatchObject([{ state: "destroyed" }]);
  });
});

describe("S6 given back for the portal", () => {
  test("S6 what is still in Slack stays there; of what was deleted, the copy is sent, and that is recorded before", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: pdf });
    under.chat.files.set("F2", { name: "there.txt", bytes: Buffer.from("text") });
    const { id } = await fileByApi(under, agent, { fileIds: ["F1", "F2"] });
    under.chat.files.delete("F1");
    const colleague = await under.agent("U0HELPDESK");
    const back = await handBackFiles(under.desk, colleague, { supportRequestId: id });
    expect(back).toMatchObject({ there: [{ fileId: "F2" }], sent: [{ fileId: "F1" }], lost: [] });
    expect(under.chat.sent).toEqual([
      { channel: "D-U0HELPDESK", files: [{ name: "invoice.pdf", bytes: pdf }] },
    ]);
    expect(await activityOf(under.desk, id)).toContainEqual({
      act: "support_request.files_handed_back",
      outcome: "done",
    });
  });

  test("S6 a copy that does not open any more is said to be lost", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: pdf });
    const { id } = await fileByApi(under, agent, { fileIds: ["F1"] });
    under.chat.files.delete("F1");
    await sql`update secrets set wrapped_key = null, destroyed_at = now() where kind = 'file'`.execute(
      under.desk.db,
    );
    const back = await handBackFiles(under.desk, agent, { supportRequestId: id });
    expect(back).toMatchObject({ there: [], sent: [], lost: [{ fileId: "F1" }] });
    expect(under.chat.sent).toEqual([]);
  });

  test("S6 who may not open support requests gets no files", async () => {
    under.chat.files.set("F1", { name: "invoice.pdf", bytes: pdf });
    const { id } = await fileByApi(under, agent, { fileIds: ["F1"] });
    const sales = await under.agent("U0SALES");
    expect(await refusalOf(handBackFiles(under.desk, sales, { supportRequestId: id }))).toMatchObject({
      code: "not_allowed",
    });
    const elsewhere = { ...agent, workspaceId: "T0OTHER" };
    expect(await refusalOf(handBackFiles(under.desk, elsewhere, { supportRequestId: id }))).toMatchObject({
      code: "request_not_found",
    });
  });
});

describe("S4 the order", () => {
  test("S4 an order or subscription of the customer's is confirmed", async () => {
    const { id } = await fileByApi(under, agent);
    expect(await readRow(under.desk, "support_request", id)).toMatchObject({ order_known: true });
    const { customerId } = filledIn();
    const [subscription] = await under.desk.partnerCenter.listSubscriptions({ customerId });
    const other = await fileByApi(under, agent, { orderOrSubscriptionId: subscription?.id ?? "" });
    expect(await readRow(under.desk, "support_request", other.id)).toMatchObject({ order_known: true });
  });

  test("S4 one that nobody knows is asked about once; who insists files it, and only that one", async () => {
    const unknown = filledIn({ orderOrSubscriptionId: "ORDER-1" });
    expect(await refusalOf(requestSupport(under.desk, agent, unknown))).toMatchObject({
      code: "order_unknown",
      values: { orderId: "ORDER-1" },
    });
    const another = { ...unknown, insistsOn: "ORDER-2" };
    expect(await refusalOf(requestSupport(under.desk, agent, another))).toMatchObject({
      code: "order_unknown",
    });
    const { supportRequestId } = await requestSupport(under.desk, agent, {
      ...unknown,
      insistsOn: "ORDER-1",
    });
    expect(await readRow(under.desk, "support_request", supportRequestId)).toMatchObject({
      order_known: false,
    });
  });

  test("S4 while Partner Center can't say, the request goes out unconfirmed", async () => {
    under.simulator.addFault({ path: "/orders/", method: "GET", fault: "503", times: 1 });
    const { supportRequestId } = await requestSupport(under.desk, agent, filledIn());
    expect(await readRow(under.desk, "support_request", supportRequestId)).toMatchObject({
      order_known: null,
    });
  });
});
