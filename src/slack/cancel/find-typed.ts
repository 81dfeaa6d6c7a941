import { findOrder } from "#src/cancellations/find-order.ts";
import { readCustomer } from "#src/customers/read.ts";
import { DeskError } from "#src/desk/errors.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import type { Session } from "../handlers.ts";
import { encodeLine } from "../state.ts";
import { type Answers, encodeOrder, mostAtOnce, typedOrders } from "./selection.ts";

/**
 * Looks the typed order numbers up (C5): what is found is chosen, its customer too; what is not, or belongs to another
 * customer, stays typed, with notices (markup) that say what to do.
 */
export async function lookUpTyped(
  session: Session,
  answers: Answers,
): Promise<{ answers: Answers; notices: string[] }> {
  const { desk, texts } = session;
  const numbers = typedOrders(answers.typed);
  const found = await Promise.all(
    numbers
      .slice(0, mostAtOnce)
      .map(async (orderId) => ({ orderId, lines: await find(session, orderId, answers) })),
  );
  const customerId =
    answers.customer?.value ?? found.find(({ lines }) => lines.length > 0)?.lines[0]?.customerId;
  const ours = found.filter(({ lines }) => lines.length > 0 && lines[0]?.customerId === customerId);
  const elsewhere = found.filter(({ lines }) => lines.length > 0 && lines[0]?.customerId !== customerId);
  const unknown = found.filter(({ lines }) => lines.length === 0);
  const left = [...unknown, ...elsewhere, ...numbers.slice(mostAtOnce).map((orderId) => ({ orderId }))];
  const list = (some: { orderId: string }[]) => some.map(({ orderId }) => orderId).join(", ");
  const customer = customerId === undefined ? null : await readCustomer(desk, customerId);
  return {
    answers: {
      customer: customer ? { value: customer.id, text: customer.companyName } : answers.customer,
      product: ours.length > 0 ? null : answers.product,
      chosen: [...new Set([...answers.chosen, ...ours.map(({ lines }) => choiceValue(lines))])],
      typed: left.map(({ orderId }) => orderId).join(" "),
      round: answers.round + 1,
    },
    notices: [
      ...(unknown.length > 0
        ? [
            texts.markup(answers.customer ? "cancel.order.unknown_here" : "cancel.order.unknown", {
              orders: list(unknown),
              customer: answers.customer?.text ?? "",
              count: unknown.length,
            }),
          ]
        : []),
      ...(elsewhere.length > 0
        ? [
            texts.markup("cancel.order.elsewhere", {
              orders: list(elsewhere),
              customer: customer?.companyName ?? "",
              count: elsewhere.length,
            }),
          ]
        : []),
      ...(numbers.length > mostAtOnce ? [texts.markup("cancel.too_many", { most: mostAtOnce })] : []),
    ],
  };
}

/** The lines of an order; none where there is no such order. */
async function find(
  { desk, agent }: Session,
  orderId: string,
  { customer }: Answers,
): Promise<SoftwareLine[]> {
  try {
    const order = await findOrder(desk, agent, {
      orderId,
      ...(customer ? { customerId: customer.value } : {}),
    });
    return order.lines;
  } catch (error) {
    if (error instanceof DeskError && (error.code === "order_not_found" || error.code === "invalid_input"))
      return [];
    throw error;
  }
}

/** The value that stands for a whole order. */
function choiceValue(lines: SoftwareLine[]): string {
  const [first] = lines;
  if (!first) return "";
  return lines.length === 1 ? encodeLine(first) : encodeOrder(first.orderId);
}
