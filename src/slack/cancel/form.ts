import type { Assessment } from "#src/cancellations/assess.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { actionRow, type Block, button, context, input, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { type Choice, staticSelect } from "../blocks/selects.ts";
import { linuxPlansLink } from "../buy/form.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeLine, encodeState } from "../state.ts";

/** An order line of the chosen product, with what C8 says about it; null where that was not asked. */
export interface Candidate {
  line: SoftwareLine;
  assessment: Assessment | null;
}

/** How far the form has come. */
export interface CancelForm {
  customer: CustomerChoice | null;
  /** The customer's products, as choices. */
  products: Choice[];
  product: string | null;
  /** The order lines of the chosen product (C6). */
  candidates: Candidate[];
  chosen: Candidate | null;
}

/** The cancellation form: customer, product, order number (C5, C6), and what C8 says about that order. */
export function cancelForm(texts: Texts, form: CancelForm): Modal {
  const { customer, chosen } = form;
  return modal(texts, {
    title: texts.plain("cancel.title"),
    submit: texts.plain("continue"),
    callbackId: callbacks.cancelForm,
    metadata: encodeState("none", {}),
    blocks: [
      customerQuestion(texts, actions.cancelCustomer, customer),
      ...(customer ? productBlocks(texts, form, customer) : [context([texts.markup("cancel.intro")])]),
      ...(customer && form.product !== null
        ? [orderQuestion(texts, form, `${customer.value}/${form.product}`)]
        : []),
      ...(chosen?.assessment ? assessmentBlocks(texts, chosen.line, chosen.assessment) : []),
    ],
  });
}

function productBlocks(texts: Texts, form: CancelForm, customer: CustomerChoice): Block[] {
  if (form.products.length === 0) return [section(texts.markup("line.none", { customer: customer.text }))];
  return [
    input({
      label: texts.plain("cancel.product.label"),
      element: staticSelect({
        actionId: actions.cancelProduct,
        placeholder: texts.plain("choose"),
        choices: form.products,
        chosen: form.product,
        chooseOnly: false,
      }),
      scope: customer.value,
      dispatch: true,
    }),
  ];
}

function orderQuestion(texts: Texts, form: CancelForm, scope: string): Block {
  if (form.candidates.length === 0) return section(texts.markup("cancel.none"));
  return input({
    label: texts.plain("cancel.line.label"),
    hint: texts.plain("cancel.line.hint"),
    element: staticSelect({
      actionId: actions.cancelLine,
      placeholder: texts.plain("choose"),
      choices: form.candidates.map((candidate) => orderChoice(texts, candidate)),
      chosen: form.chosen && encodeLine(form.chosen.line),
      chooseOnly: false,
    }),
    scope,
    dispatch: true,
  });
}

function orderChoice(texts: Texts, { line, assessment }: Candidate): Choice {
  return {
    value: encodeLine(line),
    text: line.orderId,
    description: texts.plain("cancel.line.state", {
      state: assessment?.kind ?? "unasked",
      days: assessment?.kind === "open" ? assessment.daysLeft : 0,
      quantity: line.quantity,
      bought: { at: line.purchasedAt, show: "day" },
    }),
  };
}

/** What the agent is told about the chosen order (C8), with the way on where there is one. */
export function assessmentBlocks(texts: Texts, line: SoftwareLine, assessment: Assessment): Block[] {
  switch (assessment.kind) {
    case "open":
      return [
        section(
          texts.markup("cancel.open", {
            days: assessment.daysLeft,
            deadline: { at: assessment.deadlineAt, show: "minute" },
          }),
        ),
        section(
          creditText(texts, {
            refund: assessment.refund,
            amount: assessment.creditAmount,
            currency: assessment.creditCurrency,
          }),
        ),
        section(texts.markup("cancel.keys")),
      ];
    case "passed":
      return [
        warning(texts.markup("cancel.passed", { deadline: { at: assessment.deadlineAt, show: "minute" } })),
      ];
    case "needs_support":
      return [
        warning(texts.markup("cancel.needs_support", { kind: assessment.reason })),
        actionRow([
          button({
            text: texts.plain("support.open"),
            actionId: actions.supportOpen,
            value: encodeState("support", { customerId: line.customerId, orderId: line.orderId }),
            style: "primary",
          }),
        ]),
      ];
    case "never":
      return [warning(texts.markup("cancel.never", { more: linuxPlansLink(texts) }))];
    case "already_cancelled":
      return [warning(texts.markup("cancel.already"))];
    case "already_requested":
      return [warning(texts.markup("cancel.already_requested", { by: { mention: assessment.by } }))];
    default:
      return assessment satisfies never;
  }
}

/** What comes back and when (C12): everything for perpetual software, the unused part for a subscription. */
export function creditText(
  texts: Texts,
  credit: { refund: "full" | "prorated"; amount: string | null; currency: string | null },
): string {
  const known = credit.amount !== null && credit.currency !== null;
  return texts.markup("cancel.credit", {
    refund: credit.refund,
    known: known ? "yes" : "no",
    credit: { amount: credit.amount ?? "0", currency: credit.currency ?? "" },
  });
}
