import { randomUUID } from "node:crypto";
import { authorise } from "#src/access/authorise.ts";
import { listCatalog } from "#src/catalog/list.ts";
import { readOffer } from "#src/catalog/offer.ts";
import { readCustomer } from "#src/customers/read.ts";
import { DeskError } from "#src/desk/errors.ts";
import type { Modal } from "../blocks/modal.ts";
import type { Choice } from "../blocks/selects.ts";
import { customerOf, suggestCustomers } from "../customer-choice.ts";
import { explain } from "../explain.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, commands, optionSources } from "../ids.ts";
import { decodeSku, decodeState } from "../state.ts";
import { type BuyForm, buyForm } from "./form.ts";

/** Opens the purchase form for those who may buy (G2). */
export async function openBuy({ desk, agent, texts }: Session): Promise<Modal> {
  await authorise(desk, agent, "buy");
  return buyForm(texts, { formToken: randomUUID(), customer: null, product: null, offer: null });
}

/** The form for what has been chosen so far; M1 and other refusals of the product show at once. */
async function drawBuyForm(session: Session, chosen: Omit<BuyForm, "offer" | "refusal">): Promise<Modal> {
  const { desk, agent, texts } = session;
  const sku = chosen.product && decodeSku(chosen.product.value);
  if (!chosen.customer) return buyForm(texts, { ...chosen, product: null, offer: null });
  try {
    if (!sku) {
      const { market } = await readCustomer(desk, chosen.customer.value);
      return buyForm(texts, { ...chosen, product: null, offer: null, market });
    }
    const offer = await readOffer(desk, agent, { customerId: chosen.customer.value, ...sku });
    return buyForm(texts, { ...chosen, offer });
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return buyForm(texts, {
      ...chosen,
      offer: null,
      refusal: explain(desk, texts, error, "buy.offer").markup,
    });
  }
}

async function redraw(session: Session, form: Form, product: Choice | null): Promise<Modal> {
  const { formToken } = decodeState("form", form.metadata);
  return drawBuyForm(session, { formToken, customer: customerOf(form.chosen(actions.buyCustomer)), product });
}

async function reopen(session: Session, value: string): Promise<Modal> {
  const chosen = decodeState("purchaseChoice", value);
  const [customer, offer] = await Promise.all([
    readCustomer(session.desk, chosen.customerId),
    readOffer(session.desk, session.agent, chosen),
  ]);
  return buyForm(session.texts, {
    formToken: chosen.formToken,
    customer: { value: customer.id, text: customer.companyName },
    product: { value: `${offer.productId}:${offer.skuId}`, text: offer.title },
    offer,
    termId: chosen.termId,
    quantity: chosen.quantity,
  });
}

async function suggestProducts(session: Session, query: string, form: Form): Promise<Choice[]> {
  const customer = customerOf(form.chosen(actions.buyCustomer));
  if (!customer) return [];
  const entries = await listCatalog(session.desk, session.agent, { customerId: customer.value, query });
  return entries.map((entry) => ({
    value: `${entry.productId}:${entry.skuId}`,
    text: entry.title,
    description: session.texts.plain(`kind.${entry.kind}`),
  }));
}

/** `/csp-buy` and what belongs to choosing. */
export function registerBuyForm(on: Handlers): void {
  on.command(commands.buy, openBuy);
  on.button(actions.buyOpen, openBuy);
  on.options(optionSources.buyCustomer, (session, query) => suggestCustomers(session, "buy", query));
  on.options(optionSources.buyProduct, suggestProducts);
  on.change(actions.buyCustomer, (session, form) => redraw(session, form, null));
  on.change(actions.buyProduct, (session, form) => redraw(session, form, form.chosen(actions.buyProduct)));
  on.button(actions.buyBack, reopen);
}
