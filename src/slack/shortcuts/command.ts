import { admit } from "#src/connections/admit.ts";
import { findMentioned } from "#src/purchases/find-mentioned.ts";
import { openActivity } from "../activity/command.ts";
import type { Modal } from "../blocks/modal.ts";
import { openBuy } from "../buy/command.ts";
import { openCancel, openCancelOf } from "../cancel/command.ts";
import type { Handlers, Session } from "../handlers.ts";
import { messageShortcuts, shortcuts } from "../ids.ts";
import { openKeys } from "../keys/command.ts";
import { openSupport, openSupportAbout } from "../support/command.ts";

/** "Cancel this order": the form with the orders and the customer that the message names (C5); it says when there are none. */
async function cancelMentioned(session: Session, written: string): Promise<Modal> {
  const { desk, agent, texts } = session;
  await admit(desk, agent, "cancel");
  const { customer, orderIds } = await findMentioned(desk, agent, { act: "cancel", text: written });
  return openCancelOf(session, {
    customer: customer && { value: customer.id, text: customer.companyName },
    orderIds,
    notices: customer || orderIds.length > 0 ? [] : [texts.markup("shortcut.nothing", { act: "cancel" })],
  });
}

/** "Ask support about this": the form with the first order and the customer that the message names (S1); it says when there are none. */
async function askAboutMentioned(session: Session, written: string): Promise<Modal> {
  const { desk, agent, texts } = session;
  await admit(desk, agent, "support");
  const { customer, orderIds } = await findMentioned(desk, agent, { act: "support", text: written });
  const [orderId, ...others] = orderIds;
  return openSupportAbout(session, {
    ...(customer ? { customerId: customer.id } : {}),
    ...(orderId === undefined ? {} : { orderId }),
    ...(customer || orderId !== undefined
      ? {}
      : { notice: texts.markup("shortcut.nothing", { act: "support" }) }),
    ...(others.length > 0
      ? { notice: texts.markup("shortcut.first_of", { count: orderIds.length, order: orderId ?? "" }) }
      : {}),
  });
}

/** The shortcuts: what the slash commands open, and what can be done about a message. */
export function registerShortcuts(on: Handlers): void {
  on.shortcut(shortcuts.buy, (session) => openBuy(session));
  on.shortcut(shortcuts.keys, (session) => openKeys(session));
  on.shortcut(shortcuts.cancel, (session) => openCancel(session));
  on.shortcut(shortcuts.support, (session) => openSupport(session));
  on.shortcut(shortcuts.activity, (session) => openActivity(session));
  on.messageShortcut(messageShortcuts.cancelOrder, cancelMentioned);
  on.messageShortcut(messageShortcuts.askSupport, askAboutMentioned);
}
