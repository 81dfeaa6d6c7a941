import { type ConnectionState, readConnection } from "#src/connections/read.ts";
import { removeConnection } from "#src/connections/remove.ts";
import { startConnection } from "#src/connections/start.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import {
  type ActionsElement,
  actionRow,
  type Block,
  button,
  context,
  linkButton,
  question,
  section,
} from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";

/** Whether this person has to sign in before what they asked for can be done, and can do so here. */
export function asksToSignIn(desk: Pick<Desk, "connecting">, error: unknown): boolean {
  return desk.connecting !== null && error instanceof DeskError && error.code === "sign_in_needed";
}

/** The button that leads to the sign-in: from a message or the Home tab, or on top of a form that is kept below. */
export function connectButton(
  texts: Texts,
  state: ConnectionState["state"],
  actionId: typeof actions.connectOpen | typeof actions.connectAbove = actions.connectOpen,
): ActionsElement {
  return button({
    text: texts.plain("connect.button", { state }),
    actionId,
    ...(state === "connected" ? {} : { style: "primary" as const }),
  });
}

/** How the person stands with Partner Center, in a line with a button; nothing where agents do not sign in themselves. */
export function connectionBlocks(texts: Texts, connection: ConnectionState): Block[] {
  if (connection.state === "off") return [];
  return [section(stateText(texts, connection)), actionRow([connectButton(texts, connection.state)])];
}

function stateText(texts: Texts, { state, upn, since, trouble }: ConnectionState): string {
  return texts.markup("connect.state", {
    state,
    upn: upn ?? "–",
    trouble: trouble ?? "expired",
    since: since ? { at: since, show: "minute" } : "–",
  });
}

/** Who the person is at Partner Center, the link to sign in with, and the way to end it. */
export function connectView(texts: Texts, connection: ConnectionState, signInUrl: string): Modal {
  const signedIn = connection.state === "connected";
  const remove = button({
    text: texts.plain("connect.remove"),
    actionId: actions.connectRemove,
    style: "danger",
    confirm: question(texts, {
      title: texts.plain("connect.remove.title"),
      text: texts.markup("connect.remove.text"),
      confirm: texts.plain("connect.remove"),
    }),
  });
  return modal(texts, {
    title: texts.plain("connect.title"),
    blocks: [
      section(stateText(texts, connection)),
      ...(signedIn ? [] : [section(texts.markup("connect.why"))]),
      actionRow([
        linkButton({
          text: texts.plain("connect.sign_in", {
            again: connection.state === "not_connected" ? "no" : "yes",
          }),
          actionId: actions.connectSignIn,
          url: signInUrl,
          ...(signedIn ? {} : { style: "primary" as const }),
        }),
        ...(connection.state === "not_connected" ? [] : [remove]),
      ]),
      context([texts.markup("connect.hint")]),
    ],
  });
}

/** The modal to sign in with. Its link is good for ten minutes, so it is made anew each time. */
export async function drawConnect({ desk, agent, texts }: Session): Promise<Modal> {
  const connection = await readConnection(desk, agent);
  if (connection.state === "off")
    return modal(texts, {
      title: texts.plain("connect.title"),
      blocks: [section(texts.markup("connect.off"))],
    });
  return connectView(texts, connection, await startConnection(desk, agent));
}

async function disconnect(session: Session): Promise<Modal> {
  await removeConnection(session.desk, session.agent);
  return drawConnect(session);
}

/** "Connect Partner Center", wherever it stands. */
export function registerConnect(on: Handlers): void {
  on.button(actions.connectOpen, drawConnect);
  on.detour(actions.connectAbove, drawConnect);
  on.button(actions.connectRemove, disconnect);
  on.link(actions.connectSignIn);
}
