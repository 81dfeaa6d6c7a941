import { randomUUID } from "node:crypto";
import { authorise } from "#src/access/authorise.ts";
import { requestExport } from "#src/activity/export.ts";
import { type ActivityQuestion, lastDays, rangeProblem } from "#src/activity/filter.ts";
import { readActivity } from "#src/activity/read-activity.ts";
import type { ExportFormat } from "#src/activity/write-export.ts";
import { readCustomer } from "#src/customers/read.ts";
import type { Modal } from "../blocks/modal.ts";
import { customerOf, suggestCustomers } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { usageView, withHelp } from "../help/usage.ts";
import { actions, callbacks, commands, inputs, optionSources } from "../ids.ts";
import { decodeState } from "../state.ts";
import { activityForm, askedKinds } from "./form.ts";
import { activityPage, exportRequestedView } from "./page.ts";

/** Opens the question for those who may read the activity (A1): the last seven days, everybody and everything. */
export async function openActivity({ desk, agent, texts }: Session): Promise<Modal> {
  await authorise(desk, agent, "activity");
  const days = lastDays(desk.clock.now(), agent.timeZone);
  return activityForm(texts, { ...days, slackUserId: null, customer: null, kind: null });
}

/** `/csp-activity`: nothing follows it but a question for help. */
export const openActivityTyped = withHelp("activity", async (session, typed) => {
  if (typed === "") return openActivity(session);
  await authorise(session.desk, session.agent, "activity");
  return usageView(session, "activity", typed);
});

function rangeOf(form: Form) {
  return { from: form.date(inputs.activityFrom), to: form.date(inputs.activityTo) };
}

async function showFirst(session: Session, form: Form): Promise<Modal | { errors: FieldErrors }> {
  const { desk, agent, texts } = session;
  const { from, to } = rangeOf(form);
  const wrong = rangeProblem({ from, to }, desk.clock.now(), agent.timeZone);
  if (wrong || from === null || to === null) {
    const { field, problem } = wrong ?? { field: "from", problem: "missing" };
    const actionId = field === "from" ? inputs.activityFrom : inputs.activityTo;
    return { errors: { [actionId]: texts.plain("activity.invalid", { problem }) } };
  }
  const kind = form.value(inputs.activityKind);
  return show(session, {
    formToken: randomUUID(),
    question: {
      from,
      to,
      slackUserId: form.user(inputs.activityPerson),
      customerId: customerOf(form.chosen(inputs.activityCustomer))?.value ?? null,
      kind: askedKinds.find((known) => known === kind) ?? null,
    },
  });
}

type Asked = { formToken: string; question: ActivityQuestion };

async function show(
  { desk, agent, texts }: Session,
  asked: Asked,
  turn: Parameters<typeof readActivity>[2]["turn"] = null,
): Promise<Modal> {
  return activityPage(texts, asked, await readActivity(desk, agent, { question: asked.question, turn }));
}

function askedIn(form: Form): Asked {
  const { formToken, from, to, slackUserId, customerId, kind } = decodeState("activity", form.metadata);
  return { formToken, question: { from, to, slackUserId, customerId, kind } };
}

function turned(direction: "older" | "newer") {
  return (session: Session, form: Form, value: string): Promise<Modal> => {
    const { at, source, number } = decodeState("activityPlace", value);
    return show(session, askedIn(form), { direction, place: { at: new Date(at), source, number } });
  };
}

/** The question again, as it was asked; a customer who can't be read just now is chosen anew. */
async function change({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  await authorise(desk, agent, "activity");
  const { customerId, ...rest } = askedIn(form).question;
  const customer =
    customerId === null
      ? null
      : await readCustomer(desk, customerId).then(
          ({ id, companyName }) => ({ value: id, text: companyName }),
          () => null,
        );
  return activityForm(texts, { ...rest, customer });
}

function exported(format: ExportFormat) {
  return async ({ desk, agent, texts }: Session, _value: string, form: Form): Promise<Modal> => {
    await requestExport(desk, agent, { ...askedIn(form), format });
    return exportRequestedView(texts);
  };
}

/** `/csp-activity`, its pages and its exports (A1-A3). */
export function registerActivity(on: Handlers): void {
  on.command(commands.activity, openActivityTyped);
  on.button(actions.activityOpen, openActivity);
  on.options(optionSources.activityCustomer, (session, query) =>
    suggestCustomers(session, "activity", query),
  );
  on.submit(callbacks.activityForm, showFirst);
  on.change(actions.activityOlder, turned("older"));
  on.change(actions.activityNewer, turned("newer"));
  on.change(actions.activityNewest, (session, form) =>
    show(session, { ...askedIn(form), formToken: randomUUID() }),
  );
  on.change(actions.activityChange, change);
  on.detour(actions.activityCsv, exported("csv"));
  on.detour(actions.activityJson, exported("json"));
}
