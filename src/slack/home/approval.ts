import { readApproval } from "#src/approvals/decide.ts";
import { approverMessage } from "../approve/message.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions } from "../ids.ts";
import { decodeState } from "../state.ts";

/** What the person is asked to approve, as their message shows it, with the answers below. */
async function openApproval({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  const { purchaseId, hash } = decodeState("approval", value);
  const { purchase } = await readApproval(desk, agent, { purchaseId, hash });
  return modal(texts, {
    title: texts.plain("home.approval.title"),
    blocks: approverMessage(texts, purchase, agent).blocks,
  });
}

/** "Look at it", beside an approval that waits. */
export function registerHomeApproval(on: Handlers): void {
  on.button(actions.homeApproval, openApproval);
}
