import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { transact } from "#src/db/database.ts";
import { setReminder } from "#src/reminders/set.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { hits, readDatabase } from "../ground/canary.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { onDatabase } from "../ground/server.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { customer, stateOf, type Visitor, visit } from "./visitor.ts";

let flow: Flow;
const order = seedOrders.extendedSecurityUpdates;
const pdf = { name: "invoice.pdf", content: "%PDF-1.7 CANARY-INVOICE-4711", mimetype: "application/pdf" };

async function fill(agent: Visitor, title: string): Promise<void> {
  await agent.types(commands.support);
  await agent.shows(callbacks.supportForm);
  await agent.person.pick(actions.supportCustomer, "Contoso", 0);
  await agent.sees(customer("Contoso").id);
  await agent.person.select(inputs.supportImpact, "critical");
  await agent.person.type(inputs.supportTitle, title);
  await agent.person.type(inputs.supportOrder, order.id);
  await agent.person.type(inputs.supportReason, "Bought by mistake");
  await agent.person.type(inputs.supportAmount, "1,100.00 USD");
  await agent.person.type(inputs.supportContactPhone, "+1 555 0100");
}

/** Submits what `fill` filled in; the id of the request. */
async function submit(agent: Visitor): Promise<string> {
  await agent.person.submit();
  return /sup_\w+/.exec((await agent.sees(/taken\.|registrada\./)).text)?.[0] ?? "";
}

/** A request that was filed by API: its id, its message, its ticket number. */
async function file(agent: Visitor, title: string) {
  await fill(agent, title);
  const id = await submit(agent);
  await agent.person.close();
  const message = await agent.reads("Filed", id);
  return { id, message, ticket: /ticket number \*(\d+)\*/.exec(message.text)?.[1] ?? "" };
}

/** As if it were time: the ticket is looked at now. */
const lookNow = (id: string) =>
  transact(flow.app.desk.db, (trx) =>
    setReminder(trx, flow.app.desk, {
      workspaceId: flow.slack.state().team.id,
      kind: "ticket",
      subjectId: id,
      dueAt: flow.app.desk.clock.now(),
    }),
  );

describeOnBackends("asking support", (queue) => {
  beforeAll(async () => {
    flow = await openFlow({ redisUrl: queue.redisUrl() });
  });
  afterAll(() => flow.close());
  afterEach(() => {
    flow.partnerCenter.configure({ serviceRequests: "archived" });
    expectNothingRefused(flow.slack);
  });

  describe("S1-S5 the form", () => {
    test("S1 S2 S5 names the problem type and knows who asks, with the phone of their profile", async () => {
      const agent = visit(flow.slack, "admin.agent");
      await agent.types(commands.support);
      const form = await agent.shows(callbacks.supportForm);
      expect(form.text).toContain("CSP purchase or refund on behalf of customers");
      const state = stateOf(form);
      expect(state[inputs.supportContactName]?.value).toBe("Admin agent");
      expect(state[inputs.supportContactEmail]?.value).toBe("admin.agent@partner.example");
      expect(state[inputs.supportContactPhone]?.value).toBe("+1 555 0100");
    });

    test("S4 takes the tenant from the customer and keeps what was typed before", async () => {
      const agent = visit(flow.slack, "helpdesk.agent");
      await agent.types(commands.support);
      await agent.shows(callbacks.supportForm);
      await agent.person.type(inputs.supportTitle, "Typed first");
      await agent.person.pick(actions.supportCustomer, "Fabrikam", 0);
      const form = await agent.sees(`${customer("Fabrikam").id} (${customer("Fabrikam").domain}`);
      expect(stateOf(form)[inputs.supportTitle]?.value).toBe("Typed first");
      await agent.person.pick(actions.supportCustomer, "Contoso", 0);
      const other = await agent.sees(customer("Contoso").id);
      expect(other.text).not.toContain(customer("Fabrikam").id);
    });

    test("S2 S3 S4 S5 S7 a request is filed with all its parts, numbered, and the number told", async () => {
      const agent = visit(flow.slack, "helpdesk.agent");
      const { id, message } = await file(agent, "Refund of an order");
      const filed = (await flow.app.desk.partnerCenter.listServiceRequests({})).find(({ description }) =>
        description.includes(id),
      );
      expect(message.text).toContain(filed?.id);
      expect(message.text).toContain("the customer’s");
      expect(filed).toMatchObject({ title: "Refund of an order", severity: "critical" });
      for (const part of [
        "CSP purchase or refund on behalf of customers",
        customer("Contoso").id,
        order.id,
        "Bought by mistake",
        "1100.00 USD",
        "Helpdesk agent, helpdesk.agent@partner.example, +1 555 0100",
      ])
        expect(filed?.description).toContain(part);
    });

    test("S7 the form sent again is the same request", async () => {
      const agent = visit(flow.slack, "helpdesk.agent");
      await fill(agent, "Sent twice");
      const id = await submit(agent);
      const submission = flow.slack.deliveries.findLast(({ kind }) => kind === "view_submission");
      await flow.slack.redeliver(submission?.id ?? "", { fresh: true });
      await agent.reads("Filed", id);
      const filed = await flow.app.desk.partnerCenter.listServiceRequests({});
      expect(filed.filter(({ title }) => title === "Sent twice")).toHaveLength(1);
    });

    test("S4 mistakes are shown beside their fields and nothing typed is lost", async () => {
      const agent = visit(flow.slack, "helpdesk.agent");
      await fill(agent, "Wrong");
      await agent.person.type(inputs.supportOrder, "two ids");
      await agent.person.type(inputs.supportAmount, "a lot");
      await agent.person.type(inputs.supportContactPhone, "nobody");
      const submission = await agent.person.submit();
      expect(submission.outcome).toBe("errors");
      expect(Object.keys(submission.errors ?? {})).toEqual([
        inputs.supportOrder,
        inputs.supportAmount,
        inputs.supportContactPhone,
      ]);
      const state = stateOf(await agent.person.view());
      expect(state[inputs.supportReason]?.value).toBe("Bought by mistake");
    });

    test("S4 S6 an order that nobody knows is asked about once, and the files stay with the form", async () => {
      const agent = visit(flow.slack, "helpdesk.agent");
      await fill(agent, "An old order");
      await agent.person.type(inputs.supportOrder, "OLD-ORDER-1");
      agent.person.attach(inputs.supportFiles, [pdf]);
      await agent.person.submit();
      const again = await agent.sees("I find neither an order nor a subscription OLD-ORDER-1");
      expect(again.text).toContain("invoice.pdf");
      expect(stateOf(again)[inputs.supportTitle]?.value).toBe("An old order");
      agent.person.attach(
        inputs.supportFiles,
        ["1", "2", "3", "4", "5"].map((name) => ({ name: `${name}.txt`, content: name })),
      );
      const tooMany = await agent.person.submit();
      expect(tooMany.errors).toEqual({ [inputs.supportFiles]: "At most 5 files. Leave some out." });
      agent.person.attach(inputs.supportFiles, [{ name: "note.txt", content: "text" }]);
      const id = await submit(agent);
      const message = await agent.reads("Filed", id, "invoice.pdf", "note.txt");
      expect(message.text).toContain("not found at the customer");
    });

    test("S1 S4 a button opens it with customer, order, reason and amount", async () => {
      const agent = visit(flow.slack, "admin.agent");
      await agent.choosesOrder(order.id, "Contoso");
      await agent.person.click(actions.cancelSupport);
      const form = await agent.shows(callbacks.supportForm);
      const state = stateOf(form);
      expect(form.text).toContain(customer("Contoso").id);
      expect(state[inputs.supportOrder]?.value).toBe(order.id);
      expect(state[inputs.supportTitle]?.value).toBe(`Refund of order ${order.id}`);
      expect(state[inputs.supportReason]?.value).toMatch(/^Windows 7 Extended Security Updates can only/);
      expect(state[inputs.supportAmount]?.value).toMatch(/^[A-Z]{3} [\d,]+\.\d{2}$/);
      await agent.person.select(inputs.supportImpact, "moderate");
      await agent.reads("Filed", await submit(agent));
    });
  });

  describe("S6 files", () => {
    test("S6 invariant 6: are fetched, kept where nobody reads them, and given back when the original is gone", async () => {
      const agent = visit(flow.slack, "admin.agent");
      await fill(agent, "With files");
      agent.person.attach(inputs.supportFiles, [
        pdf,
        { name: "fake.pdf", content: "no pdf" },
        { name: "cloud.pdf", content: "%PDF-", externalUrl: "https://drive.example/cloud.pdf" },
      ]);
      const id = await submit(agent);
      await agent.person.close();
      const message = await agent.reads(
        "Filed",
        id,
        "encrypted copies",
        "its content is not what",
        "does not lie with Slack",
      );

      await agent.person.click(actions.supportFiles, { message });
      await agent.sees("These are still in Slack");
      await agent.person.close();
      const files = await flow.app.desk.db
        .selectFrom("support_requests")
        .select("files")
        .where("id", "=", id)
        .execute();
      const kept = files[0]?.files.find(({ state }) => state === "kept");
      expect(kept?.name).toBe("invoice.pdf");

      const left = {
        database: await readDatabase(flow.databaseUrl),
        slack: flow.slack.everythingStored(),
      };
      expect(hits(left, "CANARY-INVOICE-4711")).toEqual([]);
      expect(hits(left, flow.slack.botToken)).toEqual([]);

      agent.person.deleteFile(kept?.fileId ?? "");
      await agent.person.click(actions.supportFiles, { message });
      await agent.sees("I have sent you the kept copies");
      await agent.person.close();
      const back = agent.person.dm().find(({ fileIds }) => fileIds.length > 0);
      expect(back?.fileIds).toHaveLength(1);
      expect(hits({ slack: flow.slack.everythingStored() }, "CANARY-INVOICE-4711")).toEqual([
        "slack: as it is",
      ]);

      await agent.person.click(actions.supportFilesAdded, { message });
      await agent.sees("destroyed");
      await agent.person.close();
      const living = await onDatabase(flow.databaseUrl, (client) =>
        client.query("select 1 from secrets where subject_id = $1 and wrapped_key is not null", [id]),
      );
      expect(living.rowCount).toBe(0);
    });

    test("S6 a file that is too large or of another type is said beside its field", async () => {
      const agent = visit(flow.slack, "helpdesk.agent");
      await fill(agent, "Large");
      agent.person.attach(inputs.supportFiles, [
        { name: "big.txt", content: Buffer.alloc(10 * 1024 * 1024 + 1, 0x20) },
      ]);
      const submission = await agent.person.submit();
      expect(submission.errors).toEqual({
        [inputs.supportFiles]: expect.stringContaining("big.txt is larger than 10 MB"),
      });
    });
  });

  describe("S7 where Microsoft takes none by API", () => {
    test("S7 the person gets each text to copy, files it, gives the number, and corrects it", async () => {
      flow.partnerCenter.configure({ serviceRequests: "withdrawn" });
      const agent = visit(flow.slack, "admin.agent");
      await fill(agent, "To be filed by hand");
      const id = await submit(agent);
      await agent.person.close();
      const message = await agent.reads("Your turn.", id);
      const copied = message.blocks
        .filter(({ type }) => type === "rich_text")
        .map((block) => (JSON.parse(JSON.stringify(block)) as CopyBlock).elements[0].elements[0].text);
      const tenant = `${customer("Contoso").id} (${customer("Contoso").domain})`;
      expect(copied[0]).toBe("CSP purchase or refund on behalf of customers");
      expect(copied.slice(1, 3)).toEqual(["Critical", "To be filed by hand"]);
      expect(copied[3]).toBe(
        [
          `Customer tenant GUID or domain: ${tenant}`,
          `Order ID or subscription ID: ${order.id}`,
          "Reason for the refund: Bought by mistake",
          "Amount requested: 1100.00 USD",
          `Our reference: ${id}`,
        ].join("\n"),
      );
      expect(copied.slice(4)).toEqual([
        tenant,
        order.id,
        "Bought by mistake",
        "1100.00 USD",
        id,
        "Admin agent",
        "admin.agent@partner.example",
        "+1 555 0100",
      ]);
      expect(JSON.stringify(message.blocks)).toContain("/v2/support/servicerequests/create");

      await agent.person.click(actions.supportFiled, { message });
      await agent.shows(callbacks.supportFiled);
      await agent.person.type(inputs.supportTicket, "no number");
      expect((await agent.person.submit()).outcome).toBe("errors");
      await agent.person.type(inputs.supportTicket, "616122292874599");
      await agent.person.submit();
      await agent.sees("Saved.");
      await agent.person.close();
      const filed = await agent.reads("Filed", id);
      expect(filed.ts).toBe(message.ts);
      expect(filed.text).toContain("616122292874599");

      await agent.person.click(actions.supportFiled, { message: filed });
      const form = await agent.shows(callbacks.supportFiled);
      expect(stateOf(form)[inputs.supportTicket]?.value).toBe("616122292874599");
      await agent.person.type(inputs.supportTicket, "616122292874600");
      await agent.person.submit();
      await agent.sees("Saved.");
      await agent.reads("616122292874600", id);
    });
  });

  interface CopyBlock {
    elements: [{ elements: [{ text: string }] }];
  }

  describe("S7 followed from Slack", () => {
    test("S7 Microsoft's question is said loudly, a note answers it, and closing asks for confirmation", async () => {
      const agent = visit(flow.slack, "admin.agent");
      const { id, ticket, message } = await file(agent, "To be followed");
      flow.partnerCenter.updateServiceRequest({
        id: ticket,
        status: "attention_needed",
        note: "<!channel> Which *invoice*?",
      });
      await lookNow(id);
      const asked = await agent.reads("MICROSOFT WAITS FOR YOU", id);
      expect(asked.ts).toBe(message.ts);
      expect(asked.text).toContain("*1 note on the ticket*, 1 new from Microsoft");
      expect(asked.text).toContain("*Microsoft Support*");
      expect(asked.text).toContain("&lt;!channel&gt; Which *invoice*?");

      await agent.person.click(actions.supportNote, { message: asked });
      await agent.shows(callbacks.supportNote);
      await agent.person.type(inputs.supportNoteText, "  ");
      expect((await agent.person.submit()).outcome).toBe("errors");
      await agent.person.type(inputs.supportNoteText, "It is G000112.");
      await agent.person.submit();
      await agent.sees("Taken.");
      await agent.person.close();
      await agent.reads("2 notes on the ticket", "It is G000112.", id);

      await agent.person.click(actions.supportClose, { message: asked });
      await agent.sees(`Close ticket *${ticket}*`);
      expect((await flow.app.desk.partnerCenter.getServiceRequest({ id: ticket })).status).toBe(
        "attention_needed",
      );
      await agent.person.submit();
      await agent.sees("Asked for.");
      await agent.person.close();
      const closed = await agent.reads(`Ticket ${ticket} is closed`, id);
      expect(JSON.stringify(closed.blocks)).not.toContain(actions.supportNote);
      await agent.person.click(actions.supportPortal, { message: closed });
    });

    test("S7 /csp-support list shows the open ones, a page at a time, with a button to each", async () => {
      const agent = visit(flow.slack, "admin.agent.2");
      await agent.types(commands.support, "list");
      await agent.sees("You have no open support requests");
      const { id } = await file(agent, "Listed 1");
      await onDatabase(flow.databaseUrl, (client) =>
        client.query(
          `insert into support_requests select (jsonb_populate_record(null::support_requests, to_jsonb(one) || jsonb_build_object(
           'id', 'sup_' || n, 'form_token', n, 'title', 'Listed ' || n, 'created_at', created_at + n * interval '1 second'))).*
         from support_requests one, generate_series(2, 11) n where one.id = $1`,
          [id],
        ),
      );
      const titlesIn = (text: string) =>
        [...text.matchAll(/\*Listed (\d+)\* · Contoso/g)].map(([, number]) => Number(number));
      await agent.types(commands.support, "list");
      const first = await agent.sees("Open support requests");
      expect(titlesIn(first.text)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
      await agent.person.click(actions.supportList);
      const second = await agent.sees("*Listed 1* · Contoso");
      expect(titlesIn(second.text)).toEqual([1]);
      expect(second.text).toMatch(/At Microsoft · ticket \d+ · opened/);
      await agent.person.click(actions.supportShow);
      const details = await agent.sees("Support request “Listed 1” for");
      expect(details.text).toContain("Filed");
      await agent.person.click(actions.supportNote);
      await agent.shows(callbacks.supportNote);
    });

    test("S7 a word that it does not know leads to the nearest, and on", async () => {
      const agent = visit(flow.slack, "helpdesk.agent");
      await agent.types(commands.support, "lits");
      await agent.sees("Did you mean `/csp-support list`?");
      await agent.person.click(actions.supportList);
      await agent.sees("Open support requests");
      await agent.types(commands.support, "<!channel> refund");
      const unknown = await agent.sees("is not a word I know");
      expect(unknown.text).not.toContain("<!channel>");
      await agent.person.click(actions.supportOpen);
      await agent.shows(callbacks.supportForm);
    });
  });

  test("S1-S7 the Spanish agent reads Spanish, from the form to the closed ticket", async () => {
    const agent = visit(flow.slack, "admin.agent.es");
    await agent.types(commands.support);
    await agent.shows(callbacks.supportForm);
    await agent.person.pick(actions.supportCustomer, "Contoso", 0);
    await agent.sees("para la descripción");
    await agent.person.select(inputs.supportImpact, "minimal");
    await agent.person.type(inputs.supportTitle, "Reembolso");
    await agent.person.type(inputs.supportOrder, order.id);
    await agent.person.type(inputs.supportReason, "Comprado por error");
    await agent.person.type(inputs.supportAmount, "1.250 EUR");
    await agent.person.type(inputs.supportContactPhone, "+34 910 000 000");
    agent.person.attach(inputs.supportFiles, [pdf]);
    const id = await submit(agent);
    await agent.person.close();
    const message = await agent.reads("Presentada", id, "copias cifradas");
    expect(message.text.replaceAll("\u00a0", " ")).toContain("1250,00 EUR");
    const ticket = /número de incidencia \*(\d+)\*/.exec(message.text)?.[1] ?? "";
    flow.partnerCenter.updateServiceRequest({ id: ticket, status: "closed", note: "Reembolsado." });
    await lookNow(id);
    await agent.reads(`La incidencia ${ticket} está cerrada`, "1 nota en la incidencia", id);
    await agent.types(commands.support, "lista");
    await agent.sees("Solicitudes abiertas");
  });
});
