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

/** So many customers are named when a typed name fits several. */
const mostNamed = 5;

/**
 * Whom somebody means who typed the beginning of a name or domain, or a tenant GUID, after a command (C5); else why that can't
 * be told, as markup.
 */
export async function customerTyped(
  { desk, agent, texts }: Session,
  act: Act,
  typed: string,
): Promise<{ customer: CustomerChoice } | { customer: null; notice: string }> {
  const found = await findCustomers(desk, agent, { act, query: typed });
  const exact = found.filter(({ companyName }) => companyName.toLowerCase() === typed.toLowerCase());
  const [only, ...others] = exact.length > 0 ? exact : found;
  if (only && others.length === 0) return { customer: { value: only.id, text: only.companyName } };
  if (!only) return { customer: null, notice: texts.markup("customer.typed.none", { typed }) };
  const names = found.slice(0, mostNamed).map(({ companyName }) => companyName);
  return {
    customer: null,
    notice: texts.markup("customer.typed.several", { typed, names: names.join(" · ") }),
  };
}

/** The chosen customer; null when nothing was chosen, or what was chosen is the note that none could be read. */
export function customerOf(choice: Choice | null): CustomerChoice | null {
  return choice && /^[0-9a-f-]{36}$/i.test(choice.value) ? choice : null;
}
