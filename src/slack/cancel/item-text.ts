import { doneForAll, duties, dutySides } from "#src/cancellations/duties.ts";
import { propagationLimitMs } from "#src/cancellations/follow-schedule.ts";
import { refusalKeyOf } from "#src/cancellations/refusals.ts";
import { canBeTakenBack } from "#src/cancellations/take-back.ts";
import { subtractDecimals, tenThousandths } from "#src/desk/decimals.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { type ActionsElement, actionRow, type Block, button, fields, section } from "../blocks/blocks.ts";
import { spokenLine } from "../blocks/spoken.ts";
import { actions } from "../ids.ts";
import type { Texts, Values } from "../locales/texts.ts";
import { encodeState, type StateOf } from "../state.ts";
import { type Credit, creditText, short, supportState } from "./form.ts";

export type Cancellation = RequestRows["cancellation"];

/** What a cancellation's row says about time, as values of its texts (C9). */
export function timesOf(row: Cancellation): Values {
  const accepted = row.accepted_at ?? row.updated_at;
  return {
    accepted: { at: accepted, show: "minute" },
    until: { at: new Date(accepted.getTime() + propagationLimitMs), show: "minute" },
    minutes: Math.max(0, Math.floor((row.updated_at.getTime() - accepted.getTime()) / 60_000)),
    asOf: { at: row.updated_at, show: "time" },
    looks: row.next_look_at === null ? "no" : "yes",
    next: { at: row.next_look_at ?? row.updated_at, show: "minute" },
    visible: { at: row.visible_at ?? row.updated_at, show: "minute" },
    leaving: canBeTakenBack(row) ? "yes" : "no",
    leaves: { at: row.leaves_at ?? row.updated_at, show: "minute" },
    deadline: { at: row.deadline_at ?? row.updated_at, show: "minute" },
  };
}

/** What comes back for this one (C12). */
export function creditOfRow(row: Cancellation): Credit {
  return {
    month: row.visible_at ?? row.accepted_at ?? row.updated_at,
    refund: row.product_kind === "perpetual" ? "full" : "prorated",
    amount: row.credit_amount,
    currency: row.credit_currency,
  };
}

/** Why Partner Center said no and what can be done next, in plain words. */
export function refusalText(texts: Texts, row: Cancellation): string {
  return texts.markup(`cancellation.refusal.${refusalKeyOf(row) ?? "other"}`, timesOf(row));
}

/** The support form, filled with what this cancellation knows (S1, S4). */
export function supportButton(texts: Texts, row: Cancellation): ActionsElement {
  const text = texts.plain("support.open");
  return button({
    text,
    spoken: spokenLine(texts, text, {
      orderId: row.order_id,
      lineItemNumber: row.line_item_number,
      title: row.product_title,
    }),
    actionId: actions.supportOpen,
    value: supportState({
      customerId: row.customer_id,
      orderId: row.order_id,
      reason: reasonOf(row),
      amount: missingCredit(row),
      currency: row.credit_currency,
    }),
    style: "primary",
  });
}

/** What is asked for: the credit, less what of it came (C12); null where that can't be told. */
function missingCredit(row: Cancellation): string | null {
  const { credit_amount: expected, credit_seen: seen } = row;
  if (expected === null || seen === null || row.credit_seen_currency !== null) return expected;
  const missing = subtractDecimals(expected, seen);
  return tenThousandths(missing) > 0n ? missing : null;
}

function reasonOf(row: Cancellation) {
  if (row.status === "visible") return "credit";
  if (row.status === "overdue" || row.status === "needs_person") return row.status;
  return refusalKeyOf(row) === "window_passed" ? "window_passed" : "refused";
}

/**
 * What partner and customer must do (C10), with what was ticked for all of these cancellations and the way to tick it; `about` is
 * what the checklist is about.
 */
export function dutyBlocks(texts: Texts, rows: Cancellation[], about: Omit<StateOf<"duties">, "v">): Block[] {
  if (rows.length === 0) return [];
  const done = doneForAll(rows);
  const lists = dutySides.map((side) =>
    [
      texts.markup("cancellation.duties.side", { side, customer: short(rows[0]?.customer_name ?? "") }),
      ...duties.map((duty) =>
        texts.markup("cancellation.duties.item", { duty, done: done[side].includes(duty) ? "yes" : "no" }),
      ),
    ].join("\n"),
  );
  return [
    section(texts.markup("cancellation.duties")),
    fields(lists),
    actionRow([
      button({
        text: texts.plain("cancellation.duties.open"),
        actionId: actions.cancelDuties,
        value: encodeState("duties", about),
      }),
    ]),
  ];
}

/** What comes back and when, or what came (C12); where it did not come as expected, the way to the support form. */
export function creditBlocks(texts: Texts, row: Cancellation): Block[] {
  const credit = creditOfRow(row);
  const expected = creditText(texts, credit);
  if (row.credit_status === null) return [section(expected)];
  const came = section(creditCameText(texts, row));
  return row.credit_status === "seen" ? [came] : [came, actionRow([supportButton(texts, row)])];
}

/** What was seen of the credit on the invoices. */
export function creditCameText(texts: Texts, row: Cancellation): string {
  const currency = row.credit_currency ?? "";
  return texts.markup("cancellation.credit", {
    status: row.credit_status ?? "other",
    seen: { amount: row.credit_seen ?? "0", currency: row.credit_seen_currency ?? currency },
    currency: row.credit_seen_currency === null ? "same" : "other",
    credit: { amount: row.credit_amount ?? "0", currency },
    known: row.credit_amount === null ? "no" : "yes",
    invoice: row.credit_invoice_id ?? "–",
    month: { month: creditOfRow(row).month },
  });
}
