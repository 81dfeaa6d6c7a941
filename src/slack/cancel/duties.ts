import type { types } from "@slack/bolt";
import {
  type Duty,
  type DutySide,
  doneForAll,
  duties,
  dutySides,
  type TickedDuties,
  tickDuties,
} from "#src/cancellations/duties.ts";
import { readBatch } from "#src/cancellations/read-batch.ts";
import { DeskError } from "#src/desk/errors.ts";
import { actionRow, button, context, copyable, input, section } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { option } from "../blocks/selects.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import { createTexts, type Language, type Texts } from "../locales/texts.ts";
import { decodeState, encodeState, type StateOf } from "../state.ts";
import type { Cancellation } from "./item-text.ts";

type About = StateOf<"duties">;

const questions: Record<DutySide, string> = {
  partner: inputs.cancelDutiesPartner,
  customer: inputs.cancelDutiesCustomer,
};

/** What the checklist is about: those that Partner Center has accepted. */
async function readAccepted({ desk, agent }: Session, about: About): Promise<Cancellation[]> {
  const { items } = await readBatch(
    desk,
    agent,
    about.batchId === undefined ? { cancellationId: about.cancellationId ?? "" } : { batchId: about.batchId },
  );
  const accepted = items.filter(({ accepted_at }) => accepted_at !== null);
  if (accepted.length === 0) throw new DeskError("request_moved_on", "nothing of it was accepted");
  return accepted;
}

async function openDuties(session: Session, value: string): Promise<Modal> {
  const about = decodeState("duties", value);
  const rows = await readAccepted(session, about);
  return dutiesForm(session.texts, { rows, about, ticked: doneForAll(rows) });
}

/** The same form with the customer's text in another language; what was ticked meanwhile stays. */
async function openInLanguage(session: Session, value: string, form: Form | null): Promise<Modal> {
  const about = decodeState("duties", value);
  const rows = await readAccepted(session, about);
  return dutiesForm(session.texts, { rows, about, ticked: form ? tickedIn(form) : doneForAll(rows) });
}

/**
 * The checklist of what both sides do after a cancellation (C10), and a text for the customer, whom we send nothing
 * ourselves.
 */
export function dutiesForm(
  texts: Texts,
  form: { rows: Cancellation[]; about: About; ticked: TickedDuties },
): Modal {
  const { rows, about, ticked } = form;
  const language = about.language ?? languageIn(rows[0]?.market ?? "", texts.language);
  const other = language === "en" ? "es" : "en";
  const customer = rows[0]?.customer_name ?? "";
  return modal(texts, {
    title: texts.plain("after.title"),
    submit: texts.plain("after.save"),
    callbackId: callbacks.cancelDuties,
    metadata: encodeState("duties", about),
    blocks: [
      section(texts.markup("after.intro", { count: rows.length, customer })),
      ...dutySides.map((side) =>
        input({
          label: texts.plain("after.side", { side }),
          element: checkboxes(texts, side, ticked[side]),
          optional: true,
        }),
      ),
      section(texts.markup("after.customer_text.title", { language })),
      copyable(customerText(language, customer, rows)),
      context([texts.markup("after.customer_text.hint")]),
      actionRow([
        button({
          text: texts.plain("after.language", { language: other }),
          actionId: actions.cancelDutiesLanguage,
          value: encodeState("duties", { ...about, language: other }),
        }),
      ]),
    ],
  });
}

function checkboxes(texts: Texts, side: DutySide, ticked: Duty[]): types.Checkboxes {
  const options = duties.map((duty) =>
    option({ value: duty, text: texts.plain(`after.duty.${duty}`, { side }) }),
  );
  const initial = options.filter(({ value }) => ticked.some((duty) => duty === value));
  return {
    type: "checkboxes",
    action_id: questions[side],
    options,
    ...(initial.length > 0 ? { initial_options: initial } : {}),
  };
}

/** What is spoken in a market (ISO 3166-1 alpha-2), where it is a language of ours; else the agent's. */
function languageIn(market: string, otherwise: Language): Language {
  if (!/^[A-Z]{2}$/.test(market)) return otherwise;
  const { language } = new Intl.Locale(`und-${market}`).maximize();
  return language === "en" || language === "es" ? language : otherwise;
}

/** What the customer must know and do, in their language: parts that are shown one after the other. */
function customerText(language: Language, customer: string, rows: Cancellation[]): string[] {
  const words = createTexts(language, "UTC");
  return [
    words.plain("after.customer_text.opening", { customer }),
    ...rows.map(
      (row) =>
        `\n${words.plain("after.customer_text.item", {
          product: row.product_title,
          quantity: row.quantity,
          order: row.order_id,
        })}`,
    ),
    `\n${words.plain("after.customer_text.closing")}`,
  ];
}

function tickedIn(form: Form): TickedDuties {
  const of = (side: DutySide) => {
    const values = form.chosenMany(questions[side]).map(({ value }) => value);
    return duties.filter((duty) => values.includes(duty));
  };
  return { partner: of("partner"), customer: of("customer") };
}

async function save(session: Session, form: Form): Promise<Modal> {
  const { desk, agent, texts } = session;
  const about = decodeState("duties", form.metadata);
  const { cancellationId, batchId } = about;
  await tickDuties(desk, agent, { cancellationId, batchId, ticked: tickedIn(form) });
  return modal(texts, {
    title: texts.plain("after.title"),
    close: texts.plain("done"),
    blocks: [section(texts.markup("after.saved"))],
  });
}

/** The checklist after a cancellation (C10). */
export function registerDuties(on: Handlers): void {
  on.button(actions.cancelDuties, openDuties);
  on.button(actions.cancelDutiesLanguage, openInLanguage);
  on.submitThenWork(callbacks.cancelDuties, {
    working: "loading",
    check: () => ({}),
    work: save,
  });
}
