import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, fields, section, warning } from "../blocks/blocks.ts";
import { actions } from "../ids.ts";
import type { TextKey, Texts } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";
import { languageName } from "./form.ts";
import { linkLife } from "./hand-over.ts";

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
      fields([
        texts.markup("fact.order", { order: row.order_id }),
        texts.markup("keys.version", { version: row.software_version }),
        texts.markup("keys.language", { language: languageName(texts, row.software_language) }),
        texts.markup("keys.file_type", { fileType: row.file_type }),
      ]),
      ...(row.status === "refused" ? failureBlocks(texts, row) : []),
      ...(row.revoked_at
        ? [warning(texts.markup("key_request.revoked", { revoked: { at: row.revoked_at, show: "minute" } }))]
        : validBlocks(texts, row)),
    ],
  });
}

/** Until when the link lives, and the way to a new one (K5). */
function validBlocks(texts: Texts, row: KeyRequest): Block[] {
  const line = { customerId: row.customer_id, orderId: row.order_id, lineItemNumber: row.line_item_number };
  const life = linkLife({ linkExpiresAt: row.link_expires_at, downloadsAllowed: row.downloads_allowed });
  return [
    ...(row.status === "shown" && life.known !== "none" ? [section(texts.markup("link.life", life))] : []),
    actionRow([
      button({
        text: texts.plain("keys.again"),
        actionId: actions.keysOpen,
        value: encodeState("line", line),
      }),
    ]),
  ];
}
