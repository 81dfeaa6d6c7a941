import { issuedLink } from "#src/fulfilment/link-life.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, fields, section, warning } from "../blocks/blocks.ts";
import { actions } from "../ids.ts";
import type { TextKey, Texts } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";
import { linkLife, linkUses, packageFacts, renewButton } from "./hand-over.ts";

type KeyRequest = RequestRows["key_request"];

const statusTexts = {
  requested: "key_request.requested",
  shown: "key_request.shown",
  sent_to_portal: "key_request.sent_to_portal",
  refused: "key_request.refused",
  interrupted: "key_request.interrupted",
} as const satisfies Record<KeyRequest["status"], TextKey>;

/** The message of a request for keys: what was asked and what became of it, never the key or the link itself. */
export function keyRequestMessage(texts: Texts, row: KeyRequest): Message {
  return message(texts, row, {
    title: texts.markup("key_request.title", { product: row.product_title, customer: row.customer_name }),
    status: texts.markup(statusTexts[row.status], { asked: { at: row.created_at, show: "minute" } }),
    blocks: [
      fields([texts.markup("fact.order", { order: row.order_id })]),
      packageFacts(texts, choiceOf(row)),
      ...(row.reason === "" ? [] : [section(texts.markup("key_request.reason", { reason: row.reason }))]),
      ...(row.status === "refused" ? failureBlocks(texts, row) : []),
      ...(row.revoked_at
        ? [warning(texts.markup("key_request.revoked", { revoked: { at: row.revoked_at, show: "minute" } }))]
        : validBlocks(texts, row)),
    ],
  });
}

const choiceOf = (row: KeyRequest) => ({
  version: row.software_version,
  language: row.software_language,
  fileType: row.file_type,
});

/** How long the link lives and how often it was used, that it is about to die, and the way to a new one (K5). */
function validBlocks(texts: Texts, row: KeyRequest): Block[] {
  const line = { customerId: row.customer_id, orderId: row.order_id, lineItemNumber: row.line_item_number };
  const link = row.status === "shown" && row.link ? issuedLink(row.link, row.updated_at) : null;
  return [
    ...(row.link_warned_at ? [warning(texts.markup("key_request.dying"))] : []),
    ...(link
      ? [
          section(
            `${texts.markup("link.life", linkLife(link))}\n${texts.markup("link.uses", linkUses(link))}`,
          ),
        ]
      : []),
    ...(row.handed_to_customer_at
      ? [
          section(
            texts.markup("key_request.handed", { handed: { at: row.handed_to_customer_at, show: "minute" } }),
          ),
        ]
      : []),
    actionRow([
      ...(link ? [renewButton(texts, { ...line, ...choiceOf(row), linkId: link.linkId })] : []),
      button({
        text: texts.plain("keys.again"),
        actionId: actions.keysOpen,
        value: encodeState("line", line),
      }),
    ]),
  ];
}
