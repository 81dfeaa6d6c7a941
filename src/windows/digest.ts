import { type Selectable, sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { recognise } from "../access/recognise.ts";
import { mayDo } from "../access/rights.ts";
import { recordActivity } from "../activity/record.ts";
import { actAs } from "../connections/act-as.ts";
import { transact } from "../db/database.ts";
import type { DigestItem, WindowsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { wantMessage } from "../messages/want.ts";
import { dayOf, nextMorning } from "./morning.ts";
import { passOn } from "./pass-on.ts";
import { lookAtWindow, watchPurchases } from "./watch.ts";

type Window = Selectable<WindowsRow>;

const dayMs = 24 * 60 * 60_000;
/** As many as one message shows well; the rest follow the next morning, the latest deadlines last. */
const mostItems = 15;
/** Each is a call or two to Partner Center; some turn out to be over. */
const mostLooks = 3 * mostItems;

/**
 * One morning of one person: looks at what they watch, and tells them about the windows that close within the set number of
 * days and that nobody has decided about, in one message. Gives the next morning, null when there is nothing left to watch.
 */
export async function sendDigest(ground: Desk, input: { subjectId: string }): Promise<Date | null> {
  const desk = actAs(ground, input.subjectId);
  const person = await desk.db
    .selectFrom("people")
    .select(["workspace_id", "slack_user_id"])
    .where("id", "=", input.subjectId)
    .executeTakeFirst();
  if (!person || desk.digest.days === 0) return null;
  const agent = await recognise(ground, {
    workspaceId: person.workspace_id,
    slackUserId: person.slack_user_id,
  });
  const next = nextMorning(desk.clock.now(), agent.timeZone, desk.digest.hour);
  if (!agent.isMember || !mayDo(agent.roles, "cancel")) {
    return (await passOn(ground, agent)) ? null : next;
  }
  const watched = await watchPurchases(desk, agent, agent.personId);
  await closePassed(desk, agent);
  const items: DigestItem[] = [];
  for (const window of await closingWindows(desk, agent)) {
    const item = await lookAgain(desk, agent, window);
    if (item) items.push(item);
    if (items.length === mostItems) break;
  }
  if (items.length > 0) await tell(desk, agent, items);
  const left = await openWindows(desk, agent).select("id").limit(1).executeTakeFirst();
  return left || !watched ? next : null;
}

function openWindows(desk: Desk, agent: Agent) {
  return desk.db
    .selectFrom("windows")
    .where("person_id", "=", agent.personId)
    .where("decision", "is", null)
    .where("closed_at", "is", null);
}

/** What passed since it was last looked at is over, and keeps nobody from hearing of what is not. */
async function closePassed(desk: Desk, agent: Agent): Promise<void> {
  const now = desk.clock.now();
  await desk.db
    .updateTable("windows")
    .set({ closed_at: now, updated_at: now })
    .where("person_id", "=", agent.personId)
    .where("decision", "is", null)
    .where("closed_at", "is", null)
    .where("deadline_at", "<=", now)
    .execute();
}

function closingWindows(desk: Desk, agent: Agent): Promise<Window[]> {
  const now = desk.clock.now();
  return openWindows(desk, agent)
    .selectAll()
    .where("deadline_at", "<=", new Date(now.getTime() + desk.digest.days * dayMs))
    .where((eb) => eb.or([eb("snoozed_until", "is", null), eb("snoozed_until", "<=", now)]))
    .orderBy("deadline_at")
    .orderBy("id")
    .limit(sql.lit(mostLooks))
    .execute();
}

/** The window as Partner Center sees it this morning; null when it is over. While Partner Center is away, as we last saw it. */
async function lookAgain(desk: Desk, agent: Agent, window: Window): Promise<DigestItem | null> {
  const now = desk.clock.now();
  const shown = (from: Pick<Window, "deadline_at" | "credit_amount" | "credit_currency">): DigestItem => ({
    windowId: window.id,
    customerId: window.customer_id,
    customerName: window.customer_name,
    orderId: window.order_id,
    lineItemNumber: window.line_item_number,
    productTitle: window.product_title,
    quantity: window.quantity,
    deadlineAt: from.deadline_at.toISOString(),
    creditAmount: from.credit_amount,
    creditCurrency: from.credit_currency,
    state: "open",
    by: null,
  });
  const of = {
    customerId: window.customer_id,
    orderId: window.order_id,
    lineItemNumber: window.line_item_number,
  };
  try {
    const look = await lookAtWindow(desk, agent, of);
    const columns = look
      ? {
          deadline_at: look.deadlineAt,
          credit_amount: look.creditAmount,
          credit_currency: look.creditCurrency,
          updated_at: now,
        }
      : null;
    await desk.db
      .updateTable("windows")
      .set(columns ?? { closed_at: now, updated_at: now })
      .where("id", "=", window.id)
      .where("decision", "is", null)
      .execute();
    return columns ? shown(columns) : null;
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    desk.log.warn({ topic: "digest", id: window.id, kind: error.code }, "a window could not be looked at");
    return window.deadline_at > now ? shown(window) : null;
  }
}

/** One message for one day: a second run of the same morning finds it written. */
async function tell(desk: Desk, agent: Agent, items: DigestItem[]): Promise<void> {
  const now = desk.clock.now();
  await transact(desk.db, async (trx) => {
    const digest = await trx
      .insertInto("digests")
      .values({
        id: newId("dig", desk.clock),
        workspace_id: agent.workspaceId,
        person_id: agent.personId,
        day: dayOf(now, agent.timeZone),
        items: JSON.stringify(items),
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.constraint("digests_one_per_day").doNothing())
      .returning(["id", "version"])
      .executeTakeFirst();
    if (!digest) return;
    await wantMessage(trx, desk, {
      workspaceId: agent.workspaceId,
      personId: agent.personId,
      request: { kind: "digest", id: digest.id },
      version: digest.version,
    });
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: null,
      act: "window.announced",
      outcome: "done",
      request: null,
      customerId: null,
      details: { digestId: digest.id, to: agent.personId, windowIds: items.map((item) => item.windowId) },
      correlationId: null,
    });
  });
}
