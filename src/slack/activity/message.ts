import type { Selectable } from "kysely";
import type { ActivityAlertsRow, ActivityExportsRow, ChainHeadsRow } from "#src/db/rows.ts";
import { context, section } from "../blocks/blocks.ts";
import { limits, shorten } from "../blocks/limits.ts";
import { commands } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import type { Message } from "../message.ts";
import { operationText, whoOf } from "./entry.ts";

/** What the readers of the activity are told of at once (A3): a broken chain, or accesses that did not come from here. */
export function alertMessage(texts: Texts, { details }: Selectable<ActivityAlertsRow>): Message {
  if (details.kind === "chain_broken") {
    const { sequence, problem } = details;
    return drawn(
      [texts.markup("activity.alert.chain", { sequence, problem })],
      [texts.markup("activity.alert.chain.next")],
    );
  }
  const items = details.items.map((item) =>
    texts.markup("activity.alert.outside.item", {
      what: operationText(texts, item.operationType),
      who: whoOf(texts, {
        slackUserId: item.slackUserId,
        name: item.userPrincipalName,
        source: "partner_center",
      }),
      customer: item.customerName,
      order: item.orderId ?? "",
      ordered: item.orderId === null ? "no" : "yes",
      at: { at: new Date(item.at), show: "minute" },
    }),
  );
  const more = details.count - items.length;
  return drawn(
    [
      texts.markup("activity.alert.outside", { count: details.count }),
      ...items,
      ...(more > 0 ? [texts.markup("activity.alert.outside.more", { count: more })] : []),
    ],
    [texts.markup("activity.alert.outside.next", { command: commands.activity })],
  );
}

/** An export on its way, sent, or not (A3). */
export function exportMessage(texts: Texts, row: Selectable<ActivityExportsRow>): Message {
  const { from, until } = row.filter;
  return drawn(
    [
      texts.markup("activity.export", {
        status: row.status,
        format: row.format.toUpperCase(),
        count: row.row_count ?? 0,
        command: commands.activity,
      }),
    ],
    [
      texts.markup("activity.export.range", {
        from: { at: new Date(from), show: "minute" },
        until: { at: new Date(until), show: "minute" },
        id: row.id,
      }),
    ],
  );
}

/** The end of the chain, as it is published. */
export function headPost(texts: Texts, row: Selectable<ChainHeadsRow>): Message {
  return drawn(
    [
      texts.markup("activity.head", {
        workspace: row.workspace_id,
        sequence: row.sequence,
        hash: row.hash,
        at: row.at.toISOString(),
      }),
    ],
    [texts.markup("activity.head.check", { sequence: row.sequence, hash: row.hash })],
  );
}

function drawn(lines: string[], small: string[]): Message {
  return {
    text: shorten(lines.join("\n"), limits.messageText),
    blocks: [...lines.map((line) => section(line)), context(small)],
  };
}
