import type { Selectable } from "kysely";
import type { ConnectionAttemptsRow, FailureRecord } from "#src/db/rows.ts";
import type { MessageSubject } from "#src/messages/subjects.ts";
import { actionRow, section, warning } from "../blocks/blocks.ts";
import { limits, shorten } from "../blocks/limits.ts";
import { commands } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { type Message, message } from "../message.ts";
import { connectButton } from "./view.ts";

/** That a sign-in worked, and how to go on. */
export function connectionMessage(texts: Texts, row: Selectable<ConnectionAttemptsRow>): Message {
  return message(texts, row, {
    title: texts.markup("connection.title"),
    status: texts.markup("connection.connected", { upn: row.user_principal_name ?? "–" }),
    blocks: [
      section(
        texts.markup("connection.next", {
          count: row.went_on,
          command: commands.help,
          buy: commands.buy,
          keys: commands.keys,
          cancel: commands.cancel,
        }),
      ),
    ],
  });
}

/** A request's message with what its person has to do where it waits for their sign-in. */
export function withSignIn(texts: Texts, subject: MessageSubject, drawn: Message, own: boolean): Message {
  if (!waitsForSignIn(subject)) return drawn;
  const said = texts.markup("connection.waits", { mode: own ? "own" : "service" });
  const [title, status, ...rest] = drawn.blocks;
  return {
    text: shorten(`${said}\n${drawn.text}`, limits.messageText),
    blocks: [
      ...[title, status].filter((block) => block !== undefined),
      warning(said),
      ...(own ? [actionRow([connectButton(texts, "trouble")])] : []),
      ...rest,
    ].slice(0, 50),
  };
}

function waitsForSignIn(subject: MessageSubject): boolean {
  const waits = ({ status, failure }: { status: string; failure: FailureRecord | null }) =>
    (status === "requested" || status === "unknown") && failure?.kind === "reauthorise";
  switch (subject.kind) {
    case "purchase":
    case "cancellation":
    case "support_request":
      return waits(subject.row);
    case "cancellation_batch":
      return subject.row.items.some(waits);
    default:
      return false;
  }
}
