import type { Act } from "#src/access/rights.ts";
import { findCustomers } from "#src/customers/find.ts";
import { type Block, input } from "./blocks/blocks.ts";
import { type Choice, externalSelect } from "./blocks/selects.ts";
import type { Session } from "./handlers.ts";
import type { Texts } from "./locales/texts.ts";

/** A customer on screen: the id and the name it is shown by. */
export type CustomerChoice = Choice;

/** The first question of every flow: for whom? (G1, C5) */
export function customerQuestion(
  texts: Texts,
  actionId: string,
  chosen: CustomerChoice | null,
  dispatch = true,
  more: { scope?: string; optional?: boolean } = {},
): Block {
  return input({
    label: texts.plain("customer.label"),
    hint: texts.plain("customer.hint"),
    element: externalSelect({
      actionId,
      placeholder: texts.plain("customer.placeholder"),
      minQueryLength: 0,
      chosen,
    }),
    dispatch,
    ...more,
  });
}

/** Customers by the beginning of name or domain, or by tenant GUID (C5). */
export async function suggestCustomers({ desk, agent }: Session, act: Act, query: string): Promise<Choice[]> {
  const found = await findCustomers(desk, agent, { act, query });
  return found.map((customer) => ({
    value: customer.id,
    text: customer.companyName,
    description: customer.domain,
  }));
}

/** The chosen customer; null when nothing was chosen, or what was chosen is the note that none could be read. */
export function customerOf(choice: Choice | null): CustomerChoice | null {
  return choice && /^[0-9a-f-]{36}$/i.test(choice.value) ? choice : null;
}
