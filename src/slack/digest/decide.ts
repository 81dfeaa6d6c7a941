import { DeskError } from "#src/desk/errors.ts";
import { handOverWindow, keepPurchase, readOpenWindow, snoozeWindow } from "#src/windows/decide.ts";
import { input, section } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { usersSelect } from "../blocks/selects.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import { decodeState, encodeState } from "../state.ts";

/** Asks who is to decide instead. */
async function openHandOver({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  const { windowId } = decodeState("window", value);
  const window = await readOpenWindow(desk, agent, { windowId });
  return modal(texts, {
    title: texts.plain("digest.hand_over"),
    submit: texts.plain("digest.hand_over"),
    callbackId: callbacks.digestHandOver,
    metadata: encodeState("window", { windowId }),
    blocks: [
      section(
        texts.markup("digest.hand_over.intro", {
          product: window.product_title,
          customer: window.customer_name,
        }),
      ),
      input({
        label: texts.plain("digest.colleague.label"),
        hint: texts.plain("digest.colleague.hint"),
        element: usersSelect({ actionId: inputs.digestColleague, placeholder: texts.plain("choose") }),
      }),
    ],
  });
}

async function handOver(
  { desk, agent, texts }: Session,
  form: Form,
): Promise<Modal | { errors: FieldErrors }> {
  const { windowId } = decodeState("window", form.metadata);
  const slackUserId = form.user(inputs.digestColleague);
  const wrong = { errors: { [inputs.digestColleague]: texts.plain("digest.colleague.invalid") } };
  if (!slackUserId) return wrong;
  try {
    await handOverWindow(desk, agent, { windowId, slackUserId });
  } catch (error) {
    if (!(error instanceof DeskError && error.code === "invalid_input")) throw error;
    return wrong;
  }
  return modal(texts, {
    title: texts.plain("digest.hand_over"),
    close: texts.plain("done"),
    blocks: [section(texts.markup("digest.handed_over", { to: { mention: slackUserId } }))],
  });
}

/** What is decided about a window from the morning message (C1); cancelling goes through the cancellation form. */
export function registerDigest(on: Handlers): void {
  on.press(actions.digestKeep, ({ desk, agent }, value) =>
    keepPurchase(desk, agent, { windowId: decodeState("window", value).windowId }),
  );
  on.press(actions.digestSnooze, ({ desk, agent }, value) =>
    snoozeWindow(desk, agent, { windowId: decodeState("window", value).windowId }),
  );
  on.button(actions.digestHandOver, openHandOver);
  on.submit(callbacks.digestHandOver, handOver);
}
