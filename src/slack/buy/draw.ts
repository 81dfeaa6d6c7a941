import { authorise } from "#src/access/authorise.ts";
import { requireInventory } from "#src/catalog/inventory.ts";
import { describeItems } from "#src/catalog/list.ts";
import { type Offer, offerTo } from "#src/catalog/offer.ts";
import { lacksAgreement } from "#src/customers/lacks-agreement.ts";
import { type CustomerWithMarket, readCustomer } from "#src/customers/read.ts";
import { DeskError } from "#src/desk/errors.ts";
import type { ChosenLine, LineProblem } from "#src/purchases/chosen.ts";
import type { Modal } from "../blocks/modal.ts";
import { explain } from "../explain.ts";
import type { Session } from "../handlers.ts";
import { type BuyChoice, lineInHand } from "./choice.ts";
import { type BuyFacts, buyForm } from "./form.ts";

/**
 * The form for what has been chosen so far. What can't be bought is said beside it, with the reason: for the customer, the
 * product in hand and every line; `problems` are those of the last try, by line, the one in hand being the last.
 */
export async function drawBuyForm(
  session: Session,
  choice: BuyChoice,
  problems: readonly LineProblem[] = [],
): Promise<Modal> {
  const { texts } = session;
  if (!choice.customer) return buyForm(texts, choice, { customer: null, lines: [], offer: null });
  const customerId = choice.customer.value;
  await authorise(session.desk, session.agent, "buy", { customerId });
  const buyer = await readCustomer(session.desk, customerId);
  const [customer, lines, inHand] = await Promise.all([
    customerFacts(session, buyer),
    lineFacts(session, customerId, choice.lines),
    productFacts(session, buyer, choice),
  ]);
  const said = (line: number) => {
    const problem = problems.find((one) => one.line === line);
    return problem ? { problem: inWords(session, problem.error) } : {};
  };
  return buyForm(texts, choice, {
    customer,
    lines: lines.map((line, index) => ({ ...line, ...said(index) })),
    ...inHand,
    // A product that is refused altogether says why in its own place.
    ...(inHand.refusal === undefined && !inHand.restricted ? said(choice.lines.length) : {}),
  });
}

function inWords({ desk, texts }: Session, error: unknown): string {
  return explain(desk, texts, error, "buy.line").markup;
}

async function customerFacts(
  { desk, portalUrl }: Session,
  buyer: CustomerWithMarket,
): Promise<BuyFacts["customer"]> {
  return {
    market: buyer.market,
    lacksAgreement: await lacksAgreement(desk, buyer.id),
    accountUrl: `${portalUrl}/commerce2/customers/${encodeURIComponent(buyer.id)}/account`,
  };
}

/**
 * The lines by the customer's catalogue: one that is not in it, or that lost its Azure subscription, can't be bought so. The
 * catalogue is read here also for no line at all: the list of products must be there by the time that Slack asks for it.
 */
async function lineFacts(
  session: Session,
  customerId: string,
  lines: readonly ChosenLine[],
): Promise<BuyFacts["lines"]> {
  const entries = await describeItems(session.desk, session.agent, { customerId, items: lines });
  return lines.map((line, index) => {
    const entry = entries[index] ?? null;
    if (!entry) {
      const gone = new DeskError("product_not_found", `${line.productId}:${line.skuId} is not sold here`);
      return { entry, problem: inWords(session, gone) };
    }
    if (entry.kind === "reservation" && line.azureSubscriptionId === null)
      return { entry, problem: session.texts.markup("buy.lines.unbound") };
    return { entry };
  });
}

type InHand = Pick<BuyFacts, "offer" | "refusal" | "problem" | "restricted">;

/** M1 and other refusals of the product in hand show at once, and so does that there is none of it. */
async function productFacts(session: Session, buyer: CustomerWithMarket, choice: BuyChoice): Promise<InHand> {
  const { desk } = session;
  const inHand = lineInHand(choice);
  if (!inHand) return { offer: null };
  let offer: Offer;
  try {
    offer = await offerTo(desk, buyer, inHand);
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return { offer: null, refusal: inWords(session, error) };
  }
  const subscriptions = offer.reservation?.subscriptions ?? [];
  const [only] = subscriptions.length === 1 ? subscriptions : [];
  const bound = subscriptions.find(({ id }) => id === inHand.azureSubscriptionId) ?? only;
  if (offer.reservation && !bound) return { offer };
  try {
    await requireInventory(desk, { customerId: buyer.id, offer, azureSubscriptionId: bound?.id ?? null });
    return { offer };
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    // Not told now: the price check asks again.
    if (error.code !== "inventory_restricted") return { offer };
    return { offer, problem: inWords(session, error), restricted: true };
  }
}
