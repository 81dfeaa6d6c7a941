import { confirmPurchase } from "#src/purchases/confirm.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import type { Modal } from "../blocks/modal.ts";
import { customerOf } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeSku, decodeState, StaleState } from "../state.ts";
import { orderedView, quoteView } from "./quote.ts";

/** What is wrong with the form as far as it shows without asking anyone. */
function check(texts: Texts, form: Form): FieldErrors {
  const product = form.chosen(actions.buyProduct);
  const quantity = form.value(inputs.buyQuantity);
  if (!customerOf(form.chosen(actions.buyCustomer)))
    return { [actions.buyCustomer]: texts.plain("customer.missing") };
  if (!product)
    return {
      [form.blockId(actions.buyProduct) ? actions.buyProduct : actions.buyCustomer]:
        texts.plain("buy.product.missing"),
    };
  if (!form.value(inputs.buyTerm)) return { [actions.buyProduct]: texts.plain("buy.term.missing") };
  if (!/^[1-9]\d{0,8}$/.test(quantity?.trim() ?? ""))
    return { [inputs.buyQuantity]: texts.plain("buy.quantity.invalid") };
  return {};
}

async function checkPrice({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  const customer = customerOf(form.chosen(actions.buyCustomer));
  const sku = decodeSku(form.chosen(actions.buyProduct)?.value ?? "");
  if (!customer || !sku) throw new StaleState("a purchase form without customer or product");
  const chosen = {
    formToken: decodeState("form", form.metadata).formToken,
    customerId: customer.value,
    ...sku,
    termId: form.value(inputs.buyTerm) ?? "",
    quantity: form.value(inputs.buyQuantity)?.trim() ?? "",
  };
  return quoteView(texts, await quotePurchase(desk, agent, chosen), chosen);
}

async function confirm({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  const { purchaseId } = decodeState("purchase", form.metadata);
  await confirmPurchase(desk, agent, { purchaseId });
  return orderedView(texts);
}

/** The two steps of a purchase: ask the price, which buys nothing; then place the order. */
export function registerBuySubmissions(on: Handlers): void {
  on.submitThenWork(callbacks.buyForm, { working: "buy.working", check, work: checkPrice });
  on.submit(callbacks.buyConfirm, confirm);
}
