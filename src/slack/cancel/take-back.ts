import { readBatch } from "#src/cancellations/read-batch.ts";
import { canBeTakenBack, takeBack } from "#src/cancellations/take-back.ts";
import { DeskError } from "#src/desk/errors.ts";
import { input, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { multiStaticSelect } from "../blocks/selects.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeState, parseState } from "../state.ts";
import type { Cancellation } from "./item-text.ts";
import { mostAtOnce } from "./selection.ts";

/** Takes the one cancellation back that can be; of several it asks which. When all have left, it says so. */
async function openTakeBack(session: Session, value: string): Promise<Modal> {
  const { desk, agent, texts } = session;
  const single = parseState("cancellation", value);
  const { items } = await readBatch(desk, agent, single ?? decodeState("batch", value));
  const waiting = items.filter(canBeTakenBack);
  if (waiting.length > 1) return takeBackForm(texts, waiting, value);
  return takeAllBack(session, waiting.length > 0 ? waiting : items);
}

/** Which of those that have not left shall stay; all of them are chosen to begin with. */
export function takeBackForm(texts: Texts, waiting: Cancellation[], value: string): Modal {
  return modal(texts, {
    title: texts.plain("cancel.take_back.title"),
    submit: texts.plain("cancel.take_back.submit"),
    callbackId: callbacks.cancelTakeBack,
    metadata: value,
    blocks: [
      input({
        label: texts.plain("cancel.take_back.label"),
        hint: texts.plain("cancel.take_back.hint"),
        element: multiStaticSelect({
          actionId: inputs.cancelTakeBack,
          placeholder: texts.plain("choose"),
          choices: waiting.map((row) => ({
            value: row.id,
            text: texts.plain("cancel.choice.line", {
              order: row.order_id,
              number: row.line_item_number + 1,
              product: row.product_title,
            }),
          })),
          chosen: waiting.map(({ id }) => id),
          most: mostAtOnce,
        }),
      }),
    ],
  });
}

/** What became of each: taken back, or gone before. */
export function takenBackView(texts: Texts, taken: Cancellation[], gone: Cancellation[]): Modal {
  const list = (rows: Cancellation[]) => rows.map((row) => row.order_id).join(", ");
  return modal(texts, {
    title: texts.plain("cancel.take_back.title"),
    close: texts.plain("done"),
    blocks: [
      ...(taken.length > 0
        ? [section(texts.markup("cancel.taken_back", { count: taken.length, orders: list(taken) }))]
        : []),
      ...(gone.length > 0
        ? [warning(texts.markup("cancel.taken_back.gone", { count: gone.length, orders: list(gone) }))]
        : []),
    ],
  });
}

async function takeAllBack({ desk, agent, texts }: Session, rows: Cancellation[]): Promise<Modal> {
  const taken: Cancellation[] = [];
  const gone: Cancellation[] = [];
  for (const row of rows) {
    try {
      await takeBack(desk, agent, { cancellationId: row.id });
      taken.push(row);
    } catch (error) {
      if (!(error instanceof DeskError && error.code === "request_moved_on")) throw error;
      gone.push(row);
    }
  }
  return takenBackView(texts, taken, gone);
}

async function submitTakeBack(session: Session, form: Form): Promise<Modal> {
  const { desk, agent } = session;
  const { items } = await readBatch(desk, agent, decodeState("batch", form.metadata));
  const chosen = new Set(form.chosenMany(inputs.cancelTakeBack).map(({ value }) => value));
  return takeAllBack(
    session,
    items.filter(({ id }) => chosen.has(id)),
  );
}

/** Taking back what has not left yet. */
export function registerTakeBack(on: Handlers): void {
  on.button(actions.cancelTakeBack, openTakeBack);
  on.submitThenWork(callbacks.cancelTakeBack, {
    working: "cancel.take_back.working",
    check: () => ({}),
    work: submitTakeBack,
  });
}
