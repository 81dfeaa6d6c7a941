import type {
  ClosingWindow,
  DyingLink,
  HomeContent,
  OpenSupport,
  Part,
  Underway,
  WaitingApproval,
} from "#src/home/read.ts";
import { entryBlocks } from "../activity/entry.ts";
import {
  type ActionsElement,
  actionRow,
  type Block,
  button,
  context,
  divider,
  section,
  sectionWith,
} from "../blocks/blocks.ts";
import { shorten } from "../blocks/limits.ts";
import { spoken, spokenLine } from "../blocks/spoken.ts";
import { actions } from "../ids.ts";
import { renewButton } from "../keys/hand-over.ts";
import type { TextKey, Texts } from "../locales/texts.ts";
import { encodeLine, encodeState } from "../state.ts";

/** A customer's or a product's name in one line. */
const longestName = 150;

/** What waits for a person or is under way, the most pressing first; parts without anything in them are left out. */
export function partBlocks(texts: Texts, content: HomeContent): Block[] {
  const { approvals, windows, links, underway, support, activity } = content;
  return [
    ...part(texts, "home.approvals", approvals, approvalBlock),
    ...part(
      texts,
      "home.windows",
      windows,
      windowBlock,
      button({ text: texts.plain("help.cancel.button"), actionId: actions.cancelOpen }),
    ),
    ...part(
      texts,
      "home.links",
      links,
      linkBlock,
      button({ text: texts.plain("help.keys.button"), actionId: actions.keysOpen }),
    ),
    ...part(texts, "home.underway", underway, underwayBlock),
    ...part(
      texts,
      "home.support",
      support,
      supportBlock,
      button({ text: texts.plain("support.list.open"), actionId: actions.supportList }),
    ),
    ...(activity.length === 0
      ? []
      : [
          section(texts.markup("home.activity")),
          ...activity.flatMap((entry) => entryBlocks(texts, entry)),
          divider,
        ]),
  ];
}

/** A title, the first few, and how many more there are, with the way to them: a button, or the messages. */
function part<T>(
  texts: Texts,
  title: TextKey,
  { items, more, uncounted }: Part<T>,
  block: (texts: Texts, item: T) => Block,
  wayOn?: ActionsElement,
): Block[] {
  if (items.length === 0) return [];
  const values = { more, uncounted: uncounted ? "yes" : "no", where: wayOn ? "here" : "messages" };
  return [
    section(texts.markup(title)),
    ...items.map((item) => block(texts, item)),
    ...(more === 0 ? [] : [context([texts.markup("home.more", values)])]),
    ...(more === 0 || !wayOn ? [] : [actionRow([wayOn])]),
    divider,
  ];
}

function named(item: { title: string; customerName: string }) {
  return { product: shorten(item.title, longestName), customer: shorten(item.customerName, longestName) };
}

function approvalBlock(texts: Texts, item: WaitingApproval): Block {
  const open = texts.plain("home.approval.open");
  return sectionWith(
    texts.markup("home.approval", {
      ...named(item),
      others: item.lineCount - 1,
      requester: { mention: item.requesterSlackId },
      total: { amount: item.amount, currency: item.currency },
      known: item.until ? "yes" : "no",
      until: item.until ? { at: item.until, show: "minute" } : "",
    }),
    button({
      text: open,
      actionId: actions.homeApproval,
      value: encodeState("approval", { purchaseId: item.purchaseId, hash: item.hash }),
      style: "primary",
      spoken: spoken(texts, open, item.purchaseId, item.title),
    }),
  );
}

function windowBlock(texts: Texts, item: ClosingWindow): Block {
  const { customerId, orderId, lineItemNumber } = item;
  const cancel = texts.plain("digest.cancel");
  return sectionWith(
    texts.markup("home.window", {
      ...named(item),
      quantity: item.quantity,
      order: orderId,
      deadline: { at: item.deadlineAt, show: "minute" },
    }),
    button({
      text: cancel,
      actionId: actions.cancelOpen,
      value: encodeState("line", { customerId, orderId, lineItemNumber }),
      spoken: spokenLine(texts, cancel, item),
    }),
    `${actions.cancelOpen}/${encodeLine(item)}`,
  );
}

function linkBlock(texts: Texts, item: DyingLink): Block {
  return sectionWith(
    texts.markup("home.link", {
      ...named(item),
      order: item.orderId,
      state: item.dead ? "dead" : item.diesAt ? "dies" : "used",
      at: item.diesAt ? { at: item.diesAt, show: "minute" } : "",
    }),
    renewButton(texts, item),
  );
}

function underwayBlock(texts: Texts, item: Underway): Block {
  if (item.kind === "cancellation")
    return section(
      texts.markup("home.cancellation", { ...named(item), order: item.orderId, status: item.status }),
    );
  return section(
    texts.markup("home.purchase", { ...named(item), others: item.lineCount - 1, status: item.status }),
  );
}

function supportBlock(texts: Texts, item: OpenSupport): Block {
  const show = texts.plain("support.show.open");
  return sectionWith(
    texts.markup("home.support_request", {
      title: shorten(item.title, longestName),
      customer: shorten(item.customerName, longestName),
      status: texts.plain(`support.status.${item.status}`),
    }),
    button({
      text: show,
      actionId: actions.supportShow,
      value: encodeState("supportRequest", { supportRequestId: item.supportRequestId }),
      spoken: spoken(texts, show, item.supportRequestId, item.title),
    }),
  );
}
