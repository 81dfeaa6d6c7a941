import { randomUUID } from "node:crypto";
import type { ViewOutput } from "@slack/bolt";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedPartnerUsers } from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { type Act, acts, mayDo, roleByName, roles } from "#src/access/rights.ts";
import { requestExport } from "#src/activity/export.ts";
import { Secret } from "#src/config/secret.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import { newId } from "#src/desk/id.ts";
import { depositSecrets } from "#src/fulfilment/deposit.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { confirmPurchase } from "#src/purchases/confirm.ts";
import { readLine } from "#src/purchases/list-lines.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import { registerFlows } from "#src/slack/edge.ts";
import { type Form, readForm } from "#src/slack/form.ts";
import type { Handlers, Session } from "#src/slack/handlers.ts";
import {
  actions,
  callbacks,
  commands,
  inputs,
  messageShortcuts,
  optionSources,
  shortcuts,
} from "#src/slack/ids.ts";
import { lineBlockId } from "#src/slack/keys/form.ts";
import { createTexts } from "#src/slack/locales/texts.ts";
import { encodeChosen, encodeLine, encodeState, StaleState, type states } from "#src/slack/state.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { updateTicket } from "#src/support-requests/update-ticket.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { type MemoryChat, memoryChat } from "../ground/memory-chat.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { day, fillForm, readRow, seededLine } from "../requests/acts.ts";
import { fileByApi, filledIn, toFile } from "../support-requests/cases.ts";

/**
 * Two workspaces of one partner in one database. Somebody who may do everything in theirs sends whatever belongs to the
 * other: ids of its requests, links, batches, windows, cases, forms. The list of what can be sent is that of the code.
 */

const theirs = "T0TEST";
const ours = "T0OTHER";

/** What can be sent, by the names under which the flows are registered. */
type Send = (session: Session, given: Given) => Promise<unknown>;
interface Given {
  typed: string;
  value: string;
  form: Form;
}

function collect(): Map<string, Send> {
  const sends = new Map<string, Send>();
  const add = (name: string, send: Send) => void sends.set(name, send);
  const on: Handlers = {
    command: (id, open) => add(id, (session, { typed }) => open(session, typed)),
    shortcut: (id, open) => add(id, (session) => open(session)),
    messageShortcut: (id, open) => add(id, (session, { typed }) => open(session, typed)),
    button: (id, open) => add(id, (session, { value, form }) => open(session, value, form)),
    detour: (id, open) => add(id, (session, { value, form }) => open(session, value, form)),
    press: (id, act) => add(id, (session, { value }) => act(session, value)),
    change: (id, redraw) => add(id, (session, { value, form }) => redraw(session, form, value)),
    link: (id, told) => add(id, async (session, { value }) => told?.(session, value)),
    options: (id, find) => add(`options of ${id}`, (session, { typed, form }) => find(session, typed, form)),
    submit: (id, act) => add(id, (session, { form }) => act(session, form)),
    submitAsRead: (id, read, act) =>
      add(id, async (session, { form }) => act(session, form, await read(session.desk, session.agent, form))),
    submitThenWork: (id, { work }) => add(id, (session, { form }) => work(session, form)),
    home: (open) => add("home", (session) => open(session)),
    message: () => {},
  };
  registerFlows(on);
  return sends;
}
const sends = collect();
const everything = [
  "home",
  ...[commands, shortcuts, messageShortcuts, actions, callbacks].flatMap((ids): string[] =>
    Object.values(ids),
  ),
  ...Object.values(optionSources).map((id) => `options of ${id}`),
];

type Answer = Record<string, unknown>;
const choice = (value: string, text = value): Answer => ({ selected_option: { value, text: { text } } });
const typedIn = (value: string): Answer => ({ value });
const picked = (selected_user: string): Answer => ({ selected_user });

function formOf(metadata: string, answers: Record<string, Answer>): Form {
  const values = Object.fromEntries(Object.entries(answers).map(([id, answer]) => [id, { [id]: answer }]));
  const text = { type: "plain_text", text: "x", emoji: false };
  return readForm({
    id: "V1",
    type: "modal",
    title: text,
    submit: text,
    close: text,
    callback_id: "x",
    blocks: [{ type: "section", block_id: lineBlockId, text: { type: "mrkdwn", text: "x" } }],
    private_metadata: metadata,
    state: { values },
  } as unknown as ViewOutput);
}

/** What is sent, made of what the other workspace has; and what comes of it. */
interface Case {
  typed?: string;
  value?: string;
  metadata?: string;
  answers?: Record<string, Answer>;
  /** `refused`: there is no such thing here. `own`: it is this workspace's business, and touches nothing of the other's. */
  ends: "refused" | "own";
}

interface World {
  quoted: { purchaseId: string; hash: string; formToken: string };
  waiting: { purchaseId: string; hash: string };
  ordered: string;
  cancellation: { cancellationId: string; batchId: string; orderId: string; customerId: string };
  cancelForm: string;
  accepted: { cancellationId: string; batchId: string };
  link: { linkId: string; customerId: string; orderId: string; lineItemNumber: number };
  keysForm: string;
  windowId: string;
  filed: string;
  toFile: string;
  exportForm: string;
  supportForm: string;
}

const line = seededLine("recentPerpetual");
const packageChoice = { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" };
const contoso = choice(line.customerId, "Contoso");
/** Words that stand in the other workspace's rows and nowhere else. */
const marks = ["MARK-TITLE", "MARK-REASON", "MARK-NOTE", "MARK-PERSON", "U0AGENT", "U0GLOBAL"];

function cases(world: World): Record<string, Case> {
  const state = <K extends keyof typeof states>(kind: K, of: Parameters<typeof encodeState<K>>[1]) =>
    encodeState(kind, of);
  const { quoted, waiting, cancellation, accepted, link, filed } = world;
  const approval = state("approval", waiting);
  const support = state("supportRequest", { supportRequestId: filed });
  const batch = state("batch", { batchId: cancellation.batchId });
  const linkState = state("link", link);
  const window = state("window", { windowId: world.windowId });
  const update = state("supportUpdate", { formToken: randomUUID(), supportRequestId: filed });
  const today = "2026-11-23";
  const question = { slackUserId: null, customerId: null, kind: null, from: "2026-11-17", to: today };
  const activity = state("activity", { formToken: world.exportForm, ...question });
  const place = state("activityPlace", { at: "2026-11-23T23:00:00Z", source: "desk", number: "9999" });
  const newer = state("activityPlace", { at: "2026-11-17T00:00:00Z", source: "desk", number: "1" });
  const buyForm = state("buyForm", { formToken: quoted.formToken, lines: [], drafts: [] });
  const keysState = state("keys", { formToken: world.keysForm, ...line, listed: false });
  const software = state("software", { listToken: randomUUID(), page: 0, query: "" });
  const supportForm = state("supportForm", { formToken: world.supportForm, files: [] });
  const ids = [quoted.purchaseId, cancellation.batchId, link.linkId, filed].join(" ");
  const own = (given: Omit<Case, "ends"> = {}): Case => ({ ...given, ends: "own" });
  const refused = (given: Omit<Case, "ends">): Case => ({ ...given, ends: "refused" });
  const purchase = {
    ...quoted,
    customerId: line.customerId,
    lines: [
      encodeChosen({
        productId: "DG7GMGF0FKZV",
        skuId: "0001",
        termId: "P1Y:annual",
        quantity: "1",
        azureSubscriptionId: null,
        scope: null,
      }),
    ],
  };
  const oneLine = { customerId: cancellation.customerId, orderId: cancellation.orderId, lineItemNumber: 0 };
  const cancelAnswers = {
    [actions.cancelCustomer]: choice(cancellation.customerId, "Contoso"),
    [actions.cancelLines]: {
      selected_options: [{ value: encodeLine(oneLine), text: { text: "x" } }],
    },
  };
  const keysAnswers = {
    [actions.keysVersion]: choice(packageChoice.version),
    [actions.keysLanguage]: choice(packageChoice.language),
    [inputs.keysFileType]: choice(packageChoice.fileType),
    [inputs.keysReason]: typedIn("A new server for them"),
  };
  const deposit = { ...line, ...packageChoice };
  const buyAnswers = { [actions.buyCustomer]: contoso };
  return {
    home: own(),
    [commands.buy]: own({ typed: ids }),
    [commands.keys]: own({ typed: ids }),
    [commands.cancel]: own({ typed: ids }),
    [commands.support]: own({ typed: "list" }),
    [commands.activity]: own({ typed: ids }),
    [commands.help]: own({ typed: ids }),
    [shortcuts.buy]: own(),
    [shortcuts.keys]: own(),
    [shortcuts.cancel]: own(),
    [shortcuts.support]: own(),
    [shortcuts.activity]: own(),
    [messageShortcuts.cancelOrder]: own({ typed: `${ids} ${cancellation.orderId}` }),
    [messageShortcuts.askSupport]: own({ typed: `${ids} ${cancellation.orderId}` }),

    [actions.buyOpen]: own(),
    [actions.buyCustomer]: own({ metadata: buyForm, answers: buyAnswers }),
    [actions.buyProduct]: own({ metadata: buyForm, answers: buyAnswers }),
    [actions.buySubscription]: own({ metadata: buyForm, answers: buyAnswers }),
    [actions.buyAdd]: own({ metadata: buyForm, answers: buyAnswers }),
    [actions.buyRemove]: own({ metadata: buyForm, answers: buyAnswers, value: "0" }),
    [actions.buyBack]: own({ metadata: state("purchase", purchase) }),
    [actions.buyRetry]: refused({ value: state("purchaseRest", { purchaseId: world.ordered }) }),
    [callbacks.buyForm]: own({
      metadata: state("buyForm", { formToken: quoted.formToken, lines: purchase.lines, drafts: [] }),
      answers: buyAnswers,
    }),
    [callbacks.buyConfirm]: refused({ metadata: state("purchase", purchase) }),

    [actions.approveApprove]: refused({ value: approval }),
    [actions.approveRefuse]: refused({ value: approval }),
    [actions.approveHandOver]: refused({ value: approval }),
    [actions.approveWithdraw]: refused({ value: approval }),
    [actions.approveLeave]: refused({ value: approval }),
    [actions.approveNewPrice]: refused({ value: approval }),
    [callbacks.approveRefuse]: refused({
      metadata: approval,
      answers: { [inputs.approveReason]: typedIn("It is too much for them") },
    }),
    [callbacks.approveHandOver]: refused({
      metadata: approval,
      answers: { [inputs.approvePerson]: picked("U0AGENT2") },
    }),

    [actions.keysOpen]: own({ value: state("line", line) }),
    [actions.keysCustomer]: own({ metadata: software, answers: { [actions.keysCustomer]: contoso } }),
    [actions.keysSearch]: own({ metadata: software, answers: { [actions.keysCustomer]: contoso } }),
    [actions.keysPrevious]: own({ metadata: software, answers: { [actions.keysCustomer]: contoso } }),
    [actions.keysNext]: own({ metadata: software, answers: { [actions.keysCustomer]: contoso } }),
    [callbacks.keysSoftware]: own({ metadata: software, answers: { [actions.keysCustomer]: contoso } }),
    [actions.keysGet]: own({ value: state("line", line) }),
    [actions.keysAll]: own({ value: state("customer", { customerId: line.customerId }) }),
    [actions.keysVersion]: own({ metadata: keysState, answers: keysAnswers }),
    [actions.keysLanguage]: own({ metadata: keysState, answers: keysAnswers }),
    [callbacks.keysForm]: own({ metadata: keysState, answers: keysAnswers }),
    [actions.keysDownload]: refused({ value: linkState }),
    [actions.keysCopy]: refused({ value: linkState }),
    [actions.keysCopyLanguage]: refused({ metadata: linkState }),
    [callbacks.keysCopied]: refused({ metadata: linkState }),
    [actions.keysRenew]: refused({ value: state("renewal", { ...link, ...packageChoice }) }),
    [actions.keysPortal]: own(),
    [actions.keysDeposit]: own({ value: state("depositOpen", deposit) }),
    [callbacks.keysDeposit]: own({
      metadata: state("deposit", { formToken: world.keysForm, ...deposit, replaces: null }),
      answers: { [inputs.keysDepositKey]: typedIn("FAKE0-DEMO0-22222-33333-44444") },
    }),

    [actions.cancelOpen]: own({ value: state("line", oneLine) }),
    [actions.cancelCustomer]: own({ answers: cancelAnswers }),
    [actions.cancelProduct]: own({ answers: cancelAnswers }),
    [actions.cancelOrder]: own({ answers: { [actions.cancelOrder]: typedIn(cancellation.orderId) } }),
    [actions.cancelLines]: own({ answers: cancelAnswers }),
    [actions.cancelBack]: own({
      metadata: state("cancelBatch", {
        formToken: world.cancelForm,
        customerId: cancellation.customerId,
        lines: [encodeLine(oneLine)],
      }),
    }),
    [actions.cancelSupport]: own({ value: state("support", oneLine) }),
    [callbacks.cancelForm]: own({ answers: cancelAnswers }),
    [callbacks.cancelConfirm]: own({
      metadata: state("cancelBatch", {
        formToken: world.cancelForm,
        customerId: cancellation.customerId,
        lines: [encodeLine(oneLine)],
      }),
    }),
    [actions.cancelTakeBack]: refused({ value: batch }),
    [callbacks.cancelTakeBack]: refused({
      metadata: batch,
      answers: {
        [inputs.cancelTakeBack]: {
          selected_options: [{ value: cancellation.cancellationId, text: { text: "x" } }],
        },
      },
    }),
    [actions.cancelDuties]: refused({ value: state("duties", { batchId: accepted.batchId }) }),
    [actions.cancelDutiesLanguage]: refused({
      value: state("duties", { cancellationId: accepted.cancellationId, language: "es" }),
    }),
    [callbacks.cancelDuties]: refused({ metadata: state("duties", { batchId: accepted.batchId }) }),

    [actions.digestKeep]: refused({ value: window }),
    [actions.digestSnooze]: refused({ value: window }),
    [actions.digestHandOver]: refused({ value: window }),
    [callbacks.digestHandOver]: refused({
      metadata: window,
      answers: { [inputs.digestColleague]: picked("U0AGENT2") },
    }),

    [actions.supportOpen]: own({ value: state("support", oneLine) }),
    [actions.supportCustomer]: own({
      metadata: supportForm,
      answers: { [actions.supportCustomer]: contoso },
    }),
    [callbacks.supportForm]: own({
      metadata: supportForm,
      answers: {
        [actions.supportCustomer]: choice(filledIn().customerId, "Contoso"),
        [inputs.supportImpact]: choice("minimal"),
        [inputs.supportTitle]: typedIn("Refund"),
        [inputs.supportOrder]: typedIn(filledIn().orderOrSubscriptionId),
        [inputs.supportReason]: typedIn("Bought twice by us"),
        [inputs.supportAmount]: typedIn("USD 1.00"),
        [inputs.supportContactName]: typedIn("Accounts desk"),
        [inputs.supportContactEmail]: typedIn("accounts@partner.example"),
        [inputs.supportContactPhone]: typedIn("+1 425 555 0100"),
      },
    }),
    [actions.supportPortal]: own(),
    [actions.supportList]: own({ value: state("supportList", { page: 0 }) }),
    [actions.supportShow]: refused({ value: support }),
    [actions.supportFiled]: refused({ value: support }),
    [actions.supportNote]: refused({ value: support }),
    [actions.supportClose]: refused({ value: support }),
    [actions.supportFiles]: refused({ value: support }),
    [actions.supportFilesAdded]: refused({ value: support }),
    [callbacks.supportFiled]: refused({
      metadata: state("supportFiled", { supportRequestId: world.toFile, replaces: null }),
      answers: { [inputs.supportTicket]: typedIn("616122292874577") },
    }),
    [callbacks.supportNote]: refused({
      metadata: update,
      answers: { [inputs.supportNoteText]: typedIn("They found another invoice.") },
    }),
    [callbacks.supportClose]: refused({ metadata: update }),

    [actions.activityOpen]: own(),
    [callbacks.activityForm]: own({
      answers: {
        [inputs.activityFrom]: { selected_date: question.from },
        [inputs.activityTo]: { selected_date: question.to },
        [inputs.activityPerson]: picked("U0AGENT"),
      },
    }),
    [actions.activityOlder]: own({ metadata: activity, value: place }),
    [actions.activityNewer]: own({ metadata: activity, value: newer }),
    [actions.activityNewest]: own({ metadata: activity }),
    [actions.activityChange]: own({ metadata: activity }),
    [actions.activityCsv]: own({ metadata: activity }),
    [actions.activityJson]: own({ metadata: activity }),

    [actions.connectOpen]: own(),
    [actions.connectAbove]: own(),
    [actions.connectSignIn]: own(),
    [actions.connectRemove]: own(),

    [actions.homeApproval]: refused({ value: approval }),
    [actions.homeRoles]: own(),
    [actions.homeLanguage]: own(),
    [actions.homeWelcome]: own(),
    [actions.helpOpen]: own(),
    [actions.welcomeHome]: own(),
    [callbacks.homeLanguage]: own({ answers: { [inputs.homeLanguage]: choice("slack") } }),

    ...Object.fromEntries(
      Object.values(optionSources).map((id) => [
        `options of ${id}`,
        own({ typed: "contoso", answers: { ...buyAnswers, ...cancelAnswers } }),
      ]),
    ),
  };
}

/** Somebody for each role, who has no other. */
const ofOneRole = roles.map((role) => {
  const user = seedPartnerUsers.find(
    ({ roles: held, userPrincipalName }) =>
      held.length === 1 &&
      roleByName(held[0] ?? "") === role &&
      !/^admin\.agent(\.2)?@/.test(userPrincipalName),
  );
  if (!user) throw new Error(`nobody is only ${role}`);
  return {
    role,
    slackUserId: `U0ONLY${role.replaceAll("_", "").toUpperCase()}`,
    email: user.userPrincipalName,
  };
});

/** Which right each of these needs (G2, K1, C2, S1, A1); null: it is everybody's, and shows what is one's own. */
function rightFor(name: string): Act | null {
  const everybodys: string[] = [actions.keysPortal, actions.supportPortal, commands.help, actions.helpOpen];
  if (everybodys.includes(name)) return null;
  const [, word = ""] = /^(?:options of |\/csp-|shortcut\.)?([a-z]+)/.exec(name) ?? [];
  const asked: Record<string, Act> = { approve: "buy", digest: "cancel", ask: "support" };
  if (name === actions.homeApproval) return "buy";
  if (name === actions.cancelSupport) return "support";
  return acts.find((act) => act === word) ?? asked[word] ?? null;
}

/** Of somebody else's purchase these say no more than that there is none, whatever one's roles. */
const ownersOnly: string[] = [
  actions.approveWithdraw,
  actions.approveLeave,
  actions.approveNewPrice,
  callbacks.buyConfirm,
];

/** The marks that are shown, and were not said by whoever is shown them. */
function marksIn(shown: unknown, said: unknown = null): string[] {
  const has = (text: unknown, mark: string) =>
    new RegExp(`${mark}(?![A-Z0-9])`).test(JSON.stringify(text) ?? "");
  return marks.filter((mark) => has(shown, mark) && !has(said, mark));
}

let under: DeskUnderTest;
let chat: MemoryChat;
let world: World;
let table: Record<string, Case>;
let them: Agent;
let us: Agent;
let before: string;

beforeAll(async () => {
  chat = memoryChat({
    U0AGENT: { email: "admin.agent@partner.example", displayName: "MARK-PERSON" },
    U0GLOBAL: { email: "global.admin@partner.example", displayName: "MARK-PERSON" },
    U0AGENT2: { email: "admin.agent.2@partner.example" },
    ...Object.fromEntries(ofOneRole.map(({ slackUserId, email }) => [slackUserId, { email }])),
  });
  under = await openDesk({
    override: (desk) => ({
      chat,
      timings: { ...desk.timings, graceSeconds: 24 * 60 * 60 },
      // Whoever tries has every right that there is.
      partnerCenter: {
        ...desk.partnerCenter,
        listRoleMembers: async (input) => [
          ...(await desk.partnerCenter.listRoleMembers(input)),
          ...["admin.agent", "admin.agent.2"].map((name) => ({
            id: `id of ${name}`,
            displayName: name,
            userPrincipalName: `${name}@partner.example`,
          })),
        ],
      },
    }),
  });
  them = await personOf(theirs, "U0AGENT");
  await personOf(theirs, "U0GLOBAL");
  us = await personOf(ours, "U0AGENT2");
  world = await settle();
  table = cases(world);
  for (const { slackUserId } of ofOneRole) await personOf(theirs, slackUserId);
  before = await rowsOf(theirs);
}, 240_000);
afterAll(() => under.close());

const personOf = (workspaceId: string, slackUserId: string) =>
  recognise(under.desk, { workspaceId, slackUserId });

/** One of everything, in their workspace. */
async function settle(): Promise<World> {
  const { desk } = under;
  const leaving = await buy(desk, them);
  const ordered = await buy(desk, them);
  await runDue(desk);
  const orderOf = async (id: string) => (await readRow(desk, "purchase", id)).orders[0]?.orderId ?? "";
  const atOnce = { ...desk, timings: { ...desk.timings, graceSeconds: 0 } };
  const accepted = await requestCancellation(atOnce, them, {
    customerId: line.customerId,
    orderId: await orderOf(leaving),
    lineItemNumber: 0,
  });
  await runDue(desk);
  const form = () => fillForm(desk, them, { customerId: line.customerId, words: "sql enterprise" });
  const asked = await form();
  const quoted = await quotePurchase(desk, them, asked);
  const approvalPolicy = {
    amountLimits: { USD: "0" },
    productKinds: [],
    customers: [],
    approvers: ["U0GLOBAL"],
    expiresAfterHours: 2,
  };
  const big = await quotePurchase(desk, them, await form());
  await confirmPurchase({ ...desk, approvalPolicy }, them, big);
  const { frozen_hash: hash } = await readRow(desk, "purchase", big.purchaseId);
  const fresh = await orderOf(ordered);
  const oneLine = { customerId: line.customerId, orderId: fresh, lineItemNumber: 0 };
  const cancelled = await requestCancellation(desk, them, oneLine);
  const { form_token: cancelForm } = await desk.db
    .selectFrom("cancellation_batches")
    .select("form_token")
    .where("id", "=", cancelled.batchId)
    .executeTakeFirstOrThrow();
  const keysForm = randomUUID();
  await revealKey(desk, them, { ...line, formToken: keysForm, choice: packageChoice, reason: "MARK-REASON" });
  const { id: linkId } = await desk.db.selectFrom("links").select("id").executeTakeFirstOrThrow();
  await depositSecrets(desk, them, {
    ...line,
    formToken: keysForm,
    choice: packageChoice,
    key: new Secret("FAKE0-DEMO0-11111-22222-33333"),
    downloadLink: null,
  });
  const supportForm = randomUUID();
  await requestSupport(desk, them, filledIn({ formToken: supportForm, title: "MARK-TITLE" }));
  const { id: filed } = await fileByApi(under, them, { title: "MARK-TITLE", reason: "MARK-REASON" });
  await updateTicket(desk, them, { formToken: randomUUID(), supportRequestId: filed, note: "MARK-NOTE" });
  const exportForm = randomUUID();
  const question = { slackUserId: null, customerId: null, kind: null, from: "2026-11-17", to: "2026-11-23" };
  await requestExport(desk, await personOf(theirs, "U0GLOBAL"), {
    formToken: exportForm,
    question,
    format: "csv",
  });
  return {
    quoted: { purchaseId: quoted.purchaseId, hash: quoted.hash, formToken: asked.formToken },
    waiting: { purchaseId: big.purchaseId, hash: hash ?? "" },
    ordered,
    cancellation: { ...cancelled, orderId: fresh, customerId: line.customerId },
    cancelForm,
    accepted,
    link: { linkId, ...line },
    keysForm,
    windowId: await insertWindow(oneLine),
    filed,
    toFile: await toFile(under, them, { title: "MARK-TITLE" }),
    exportForm,
    supportForm,
  };
}

async function insertWindow(of: { customerId: string; orderId: string }): Promise<string> {
  const { desk } = under;
  const now = desk.clock.now();
  const id = newId("win", desk.clock);
  await desk.db
    .insertInto("windows")
    .values({
      id,
      workspace_id: theirs,
      person_id: them.personId,
      customer_id: of.customerId,
      customer_name: "Contoso",
      order_id: `${of.orderId}-2`,
      line_item_number: 0,
      product_title: "MARK-TITLE",
      quantity: 1,
      deadline_at: new Date(now.getTime() + 2 * day),
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
  return id;
}

/** Every row that belongs to a workspace, as text. */
async function rowsOf(workspaceId: string, except: readonly string[] = []): Promise<string> {
  const { db } = under.desk;
  const { rows: tables } = await sql<{ table_name: string }>`
    select columns.table_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where columns.table_schema = 'public' and column_name = 'workspace_id' and table_type = 'BASE TABLE'
    order by 1`.execute(db);
  const all = await Promise.all(
    tables.map(async ({ table_name: name }) => {
      if (except.includes(name)) return [];
      const { rows } = await sql<{ row: string }>`
        select to_jsonb(t)::text as row from ${sql.table(name)} t where workspace_id = ${workspaceId} order by 1`.execute(
        db,
      );
      return rows.map(({ row }) => `${name} ${row}`);
    }),
  );
  return all.flat().join("\n");
}

/** The newest entry of the activity that this person is the actor of. */
function lastOf(agent: Agent) {
  return under.desk.db
    .selectFrom("activity")
    .select(["act", "outcome", "roles", "details"])
    .where("person_id", "=", agent.personId)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
}

const sessionOf = (agent: Agent, desk: Desk = under.desk): Session => ({
  desk,
  ground: desk,
  agent,
  texts: createTexts("en", "UTC"),
  portalUrl: "https://portal.example",
});

async function send(name: string, agent: Agent): Promise<{ shown: unknown } | { error: unknown }> {
  const given = table[name];
  const handler = sends.get(name);
  if (!given || !handler) throw new Error(`nothing is known of ${name}`);
  const { typed = "", value = "", metadata = "", answers = {} } = given;
  const form = formOf(metadata, answers);
  under.clock.advance(10);
  return handler(sessionOf(agent), { typed, value, form }).then(
    (shown) => ({ shown }),
    (error: unknown) => ({ error }),
  );
}

test("G2 everything that can be sent is in this list, and nothing else", () => {
  expect([...sends.keys()].sort()).toEqual([...new Set(everything)].sort());
  expect(Object.keys(table).sort()).toEqual([...new Set(everything)].sort());
});

describe("G2 somebody of another workspace, with every right in theirs", () => {
  test.each([...new Set(everything)])(
    "G2 %s reaches nothing that belongs to the other, and shows nothing of it",
    async (name) => {
      const outcome = await send(name, us);
      if (table[name]?.ends === "refused") {
        expect("error" in outcome && outcome.error).toMatchObject({ code: "request_not_found" });
        expect(await lastOf(us)).toMatchObject({
          outcome: "refused",
          roles: [...us.roles].sort(),
          details: { code: "request_not_found" },
        });
      }
      // A state that could not be read would prove nothing.
      if ("error" in outcome) {
        expect(outcome.error).not.toBeInstanceOf(StaleState);
        expect(outcome.error).toBeInstanceOf(DeskError);
      }
      const shown = "error" in outcome ? (outcome.error as DeskError).values : outcome.shown;
      expect(marksIn(shown, table[name])).toEqual([]);
      expect(await rowsOf(theirs)).toBe(before);
    },
  );

  test("G2 nor does a worker that goes on with what they began: messages and exports", async () => {
    await runDue(under.desk);
    const { rows } = await sql<{ places: string[]; count: number }>`
      select array[people.workspace_id, messages.workspace_id] as places, count(*)::int as count
      from messages join people on people.id = messages.person_id group by 1 order by 1`.execute(
      under.desk.db,
    );
    expect(rows.map(({ places }) => places)).toEqual([
      [ours, ours],
      [theirs, theirs],
    ]);
    const mine = [...chat.uploads.values()].filter(({ channels }) =>
      channels.includes(`D-${us.slackUserId}`),
    );
    expect(mine).toHaveLength(2);
    for (const { bytes } of mine) {
      expect(bytes.toString()).toContain(us.personId);
      // Whom they asked about stands in the record of their own question.
      expect(marksIn(bytes.toString(), table[callbacks.activityForm])).toEqual([]);
    }
  });
});

describe("G2 K1 C2 S1 A1 the right at the moment of the click", () => {
  const guarded = [...new Set(everything)].flatMap((name) => {
    const act = rightFor(name);
    return act ? [[name, act] as const] : [];
  });

  test("all but what is everybody’s needs one", () => {
    expect([...new Set(everything)].filter((name) => rightFor(name) === null).sort()).toEqual(
      [
        "home",
        commands.help,
        ...Object.values(actions).filter((id) => /^(connect|help|welcome)\./.test(id)),
        actions.keysPortal,
        actions.supportPortal,
        actions.homeRoles,
        actions.homeLanguage,
        actions.homeWelcome,
        callbacks.homeLanguage,
      ].sort(),
    );
  });

  test.each(guarded)("%s refuses every role that has no right to %s, and records it", async (name, act) => {
    const kept = await rowsOf(theirs, ["activity"]);
    for (const { role, slackUserId } of ofOneRole.filter((one) => !mayDo([one.role], act))) {
      const agent = await personOf(theirs, slackUserId);
      expect(agent.roles).toEqual([role]);
      const outcome = await send(name, agent);
      const code = ownersOnly.includes(name) ? "request_not_found" : "not_allowed";
      expect([role, "error" in outcome && outcome.error]).toEqual([role, expect.objectContaining({ code })]);
      expect([role, await lastOf(agent)]).toMatchObject([
        role,
        { outcome: "refused", roles: [role], details: { code } },
      ]);
    }
    expect(await rowsOf(theirs, ["activity"])).toBe(kept);
  });
});

describe("G2 (twin) the same, sent by its owner", () => {
  test("G2 is found", async () => {
    await readLine(under.desk, line);
    const refused = Object.entries(table).filter(([, { ends }]) => ends === "refused");
    expect(refused.length).toBeGreaterThan(30);
    const approver = await personOf(theirs, "U0GLOBAL");
    for (const [name] of refused) {
      const decides = /^(approve\.(approve|refuse|hand-over)|home\.approval)/.test(name);
      const outcome = await send(name, decides ? approver : them);
      const code = "error" in outcome && outcome.error instanceof DeskError ? outcome.error.code : "";
      expect([name, code]).not.toEqual([name, "request_not_found"]);
      if ("error" in outcome) expect(outcome.error).toBeInstanceOf(DeskError);
    }
  });
});
