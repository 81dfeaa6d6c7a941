import type { Selectable } from "kysely";
import type { DigestItem, DigestsRow } from "#src/db/rows.ts";
import { actionRow, type Block, button, context, divider, section } from "../blocks/blocks.ts";
import { limits, shorten } from "../blocks/limits.ts";
import { spokenLine } from "../blocks/spoken.ts";
import { actions } from "../ids.ts";
import type { TextKey, Texts } from "../locales/texts.ts";
import type { Message } from "../message.ts";
import { encodeState } from "../state.ts";

const dayMs = 24 * 60 * 60_000;

/**
 * The morning message: the windows that close soon, soonest first, each with keep, cancel and snooze until somebody has
 * decided; then who decided what.
 */
export function digestMessage(texts: Texts, row: Selectable<DigestsRow>): Message {
  const open = row.items.filter((item) => item.state === "open").length;
  const title = texts.markup("digest.title", { count: open, total: row.items.length });
  return {
    text: shorten([title, ...row.items.map((item) => line(texts, item))].join("\n"), limits.messageText),
    blocks: [
      section(title),
      ...row.items.flatMap((item) => [divider, ...itemBlocks(texts, row, item)]),
      context([texts.markup("digest.footer")]),
    ],
  };
}

function line(texts: Texts, item: DigestItem): string {
  return texts.markup("digest.item", {
    product: item.productTitle,
    customer: item.customerName,
    order: item.orderId,
    quantity: item.quantity,
    deadline: { at: new Date(item.deadlineAt), show: "minute" },
    known: item.creditAmount !== null && item.creditCurrency !== null ? "yes" : "no",
    credit: { amount: item.creditAmount ?? "0", currency: item.creditCurrency ?? "" },
  });
}

function itemBlocks(texts: Texts, row: Selectable<DigestsRow>, item: DigestItem): Block[] {
  const about = section(line(texts, item));
  if (item.state !== "open") {
    const by = { mention: item.by ?? "" };
    return [about, context([texts.markup("digest.decided", { state: item.state, by })])];
  }
  const value = encodeState("window", { windowId: item.windowId });
  const called = (key: TextKey) => {
    const text = texts.plain(key);
    return { text, spoken: spokenLine(texts, text, { ...item, title: item.productTitle }) };
  };
  // On the last day there is no later day to be reminded on.
  const canWait = new Date(item.deadlineAt).getTime() - row.created_at.getTime() > dayMs;
  return [
    about,
    actionRow([
      button({ ...called("digest.keep"), actionId: actions.digestKeep, value }),
      button({
        ...called("digest.cancel"),
        actionId: actions.cancelOpen,
        value: encodeState("line", {
          customerId: item.customerId,
          orderId: item.orderId,
          lineItemNumber: item.lineItemNumber,
        }),
        style: "danger",
      }),
      ...(canWait ? [button({ ...called("digest.snooze"), actionId: actions.digestSnooze, value })] : []),
      button({ ...called("digest.hand_over"), actionId: actions.digestHandOver, value }),
    ]),
  ];
}
