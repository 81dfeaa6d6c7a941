import { LinesRefused } from "#src/purchases/chosen.ts";
import { confirmAsRead, type OwnPurchase, readOwnPurchase } from "#src/purchases/confirm.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import { approvalAskedView } from "../approve/form.ts";
import type { Modal } from "../blocks/modal.ts";
import { customerOf } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeState, StaleState } from "../state.ts";
import { allLines, readChoice } from "./choice.ts";
import { drawBuyForm } from "./draw.ts";
import { orderedView, quoteView } from "./quote.ts";

/** What is wrong with the form as far as it shows without asking anyone. */
function check(texts: Texts, form: Form): FieldErrors {
  const product = form.chosen(actions.buyProduct);
  if (!customerOf(form.chosen(actions.buyCustomer)))
    return { [actions.buyCustomer]: texts.plain("customer.missing") };
  if (!product) {
    if (decodeState("buyForm", form.metadata).lines.length > 0) return {};
    return {
      [form.blockId(actions.buyProduct) ? actions.buyProduct : actions.buyCustomer]:
        texts.plain("buy.product.missing"),
    };
  }
  if (!form.value(inputs.buyTerm)) return { [actions.buyProduct]: texts.plain("buy.term.missing") };
  if (!/^[1-9]\d{0,8}$/.test(form.value(inputs.buyQuantity)?.trim() ?? ""))
    return { [inputs.buyQuantity]: texts.plain("buy.quantity.invalid") };
  return {};
}

/** The price of all lines; where some of them can't be bought, the form again, each reason beside its line. */
async function checkPrice(session: Session, form: Form): Promise<Modal> {
  const choice = readChoice(form);
  const lines = allLines(choice);
  if (!choice.customer || lines.length === 0)
    throw new StaleState("a purchase form without customer or product");
  const { formToken, retryOf } = choice;
  const asked = { formToken, customerId: choice.customer.value, lines, retryOf };
  try {
    return quoteView(session.texts, await quotePurchase(session.desk, session.agent, asked), asked);
  } catch (error) {
    if (error instanceof LinesRefused) return drawBuyForm(session, choice, error.problems);
    throw error;
  }
}

async function confirm({ desk, texts }: Session, form: Form, own: OwnPurchase): Promise<Modal> {
  const { awaiting } = await confirmAsRead(desk, own, decodeState("purchase", form.metadata));
  return awaiting ? approvalAskedView(texts, awaiting) : orderedView(texts);
}

/** The two steps of a purchase: ask the price, which buys nothing; then place the order. */
export function registerBuySubmissions(on: Handlers): void {
  on.submitThenWork(callbacks.buyForm, { working: "buy.working", check, work: checkPrice });
  on.submitAsRead(
    callbacks.buyConfirm,
    (desk, person, form) => readOwnPurchase(desk, person, decodeState("purchase", form.metadata)),
    confirm,
  );
}
