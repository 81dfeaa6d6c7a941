import { type ChosenLine, mostLines } from "#src/purchases/chosen.ts";
import type { Choice } from "../blocks/selects.ts";
import { type CustomerChoice, customerOf } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import { actions, inputs } from "../ids.ts";
import { decodeChosen, decodeSku, decodeState, encodeChosen, encodeState, mostDrafts } from "../state.ts";

/** Everything chosen and typed in a purchase form. */
export interface BuyChoice {
  formToken: string;
  customer: CustomerChoice | null;
  /** The lines that are settled. */
  lines: ChosenLine[];
  /** The product in hand, not yet a line. */
  product: Choice | null;
  /** What was typed for products in hand, the newest first: coming back to one brings it back. */
  drafts: ChosenLine[];
  /** The purchase of which it tries again what was not ordered. */
  retryOf?: string | undefined;
}

/** What a new form starts with: nothing, or lines from elsewhere with the last of them in hand, where it can be changed. */
export function startChoice(
  formToken: string,
  given?: {
    customer: CustomerChoice;
    lines: ChosenLine[];
    titleOfLast: string;
    retryOf: string | undefined;
  },
): BuyChoice {
  const last = given?.lines.at(-1);
  if (!given || !last) return { formToken, customer: null, lines: [], product: null, drafts: [] };
  return {
    formToken,
    customer: given.customer,
    lines: given.lines.slice(0, -1),
    product: { value: skuOf(last), text: given.titleOfLast },
    drafts: [last],
    retryOf: given.retryOf,
  };
}

const skuOf = ({ productId, skuId }: Pick<ChosenLine, "productId" | "skuId">) => `${productId}:${skuId}`;

/** The line in hand, as far as it has come; null without a product. */
export function lineInHand(choice: BuyChoice): ChosenLine | null {
  const [newest] = choice.drafts;
  return newest && choice.product?.value === skuOf(newest) ? newest : null;
}

/** All lines, the one in hand as the last. */
export function allLines(choice: BuyChoice): ChosenLine[] {
  const inHand = lineInHand(choice);
  return inHand ? [...choice.lines, inHand] : choice.lines;
}

/** The form as Slack returned it, with what was typed before in fields that are not shown now. */
export function readChoice(form: Form): BuyChoice {
  const state = decodeState("buyForm", form.metadata);
  const customer = customerOf(form.chosen(actions.buyCustomer));
  const product = form.chosen(actions.buyProduct);
  const [shown, ...others] = state.drafts.map(decodeChosen);
  const typed = shown && withTyped(shown, form);
  const remembered = typed ? [typed, ...others] : others;
  const sku = decodeSku(product?.value ?? "");
  const current = sku && (remembered.find((draft) => skuOf(draft) === skuOf(sku)) ?? newDraft(sku, typed));
  const drafts = current
    ? [current, ...remembered.filter((draft) => skuOf(draft) !== skuOf(current))]
    : remembered;
  const choice = {
    formToken: state.formToken,
    customer,
    lines: state.lines.map(decodeChosen),
    product: sku ? product : null,
    drafts,
    retryOf: state.retryOf,
  };
  return state.customerId === undefined || state.customerId === customer?.value
    ? choice
    : forAnotherCustomer(choice);
}

/** What is shown is what counts; a field that is not shown keeps what was typed before. */
function withTyped(draft: ChosenLine, form: Form): ChosenLine {
  const answer = (actionId: string, before: string) =>
    form.blockId(actionId) === undefined ? before : (form.value(actionId)?.trim() ?? "");
  const scope = answer(inputs.buyScope, draft.scope ?? "");
  return {
    ...draft,
    termId: answer(inputs.buyTerm, draft.termId),
    quantity: answer(inputs.buyQuantity, draft.quantity),
    azureSubscriptionId: answer(actions.buySubscription, draft.azureSubscriptionId ?? "") || null,
    scope: scope === "shared" || scope === "single" ? scope : null,
  };
}

/** A product taken up for the first time: as many of it as were typed last. */
function newDraft(sku: { productId: string; skuId: string }, last: ChosenLine | undefined): ChosenLine {
  return { ...sku, termId: "", quantity: last?.quantity ?? "", azureSubscriptionId: null, scope: null };
}

/** Azure subscriptions belong to one customer; everything else may be meant for the other one, too. */
function forAnotherCustomer(choice: BuyChoice): BuyChoice {
  const unbound = (line: ChosenLine) => ({ ...line, azureSubscriptionId: null });
  return { ...choice, lines: choice.lines.map(unbound), drafts: choice.drafts.map(unbound) };
}

/** The line in hand is settled, and the next product can be chosen. */
export function settle(choice: BuyChoice): BuyChoice {
  const inHand = lineInHand(choice);
  if (!inHand || choice.lines.length >= mostLines) return choice;
  return {
    ...choice,
    lines: [...choice.lines, inHand],
    product: null,
    drafts: choice.drafts.filter((draft) => draft !== inHand),
  };
}

/** Without the line that was encoded so; one that is gone already is no mistake. */
export function remove(choice: BuyChoice, encoded: string): BuyChoice {
  const at = choice.lines.findIndex((line) => encodeChosen(line) === encoded);
  return { ...choice, lines: choice.lines.filter((_line, index) => index !== at) };
}

/** What the form remembers of all this besides what its fields show. */
export function choiceState(choice: BuyChoice): string {
  return encodeState("buyForm", {
    formToken: choice.formToken,
    ...(choice.customer ? { customerId: choice.customer.value } : {}),
    lines: choice.lines.map(encodeChosen),
    drafts: choice.drafts.slice(0, mostDrafts).map(encodeChosen),
    ...(choice.retryOf === undefined ? {} : { retryOf: choice.retryOf }),
  });
}
