import type {
  AckFn,
  App,
  BlockAction,
  BlockSuggestion,
  RespondFn,
  SlashCommand,
  ViewResponseAction,
  ViewSubmitAction,
} from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { Agent } from "#src/access/agent.ts";
import { readAgent, recognise } from "#src/access/recognise.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import { ChatFailure } from "#src/messages/port.ts";
import type { Modal } from "./blocks/modal.ts";
import { type Choice, option } from "./blocks/selects.ts";
import { explain, nameOf } from "./explain.ts";
import { type Form, readForm, restoreForm } from "./form.ts";
import type { ActionId, CallbackId, CommandName, OptionSourceId } from "./ids.ts";
import { createTexts, type Language, type TextKey, type Texts } from "./locales/texts.ts";
import { openView, TriggerExpired, updateView } from "./views.ts";
import { loadingView, refusalView, workingView } from "./waiting.ts";

/** One person at one moment: who they are, and the words for them. */
export interface Session {
  desk: Desk;
  agent: Agent;
  texts: Texts;
  /** Where the Partner Center web portal is. */
  portalUrl: string;
}

/** Messages beside fields, by action id. */
export type FieldErrors = Record<string, string>;

/** What the flows register; every way through ends in something that the person sees. */
export interface Handlers {
  /** A slash command: a loading view at once, then what `open` draws. `typed` is what follows the command. */
  command(name: CommandName, open: (session: Session, typed: string) => Promise<Modal>): void;
  /** A button: in a message it opens a modal, in a modal it changes that one. `value` is the button's own. */
  button(actionId: ActionId, open: (session: Session, value: string) => Promise<Modal>): void;
  /** A select of a form: the form is drawn anew with what it leads to. */
  change(actionId: ActionId, redraw: (session: Session, form: Form) => Promise<Modal>): void;
  /** A button that only opens a page. */
  link(actionId: ActionId): void;
  /** The options of a select, for what has been typed so far. */
  options(
    actionId: OptionSourceId,
    find: (session: Session, query: string, form: Form) => Promise<Choice[]>,
  ): void;
  /** A form whose work is short (one transaction): done before Slack is answered, so that the answer is the outcome. */
  submit(
    callbackId: CallbackId,
    act: (session: Session, form: Form) => Promise<Modal | { errors: FieldErrors }>,
  ): void;
  /**
   * A form whose work needs other services: a working view at once, then the outcome. `check` is for mistakes that show at
   * once; a form that comes back after a failure carries the state that `renew` makes, where one try uses the state up.
   */
  submitThenWork(
    callbackId: CallbackId,
    steps: {
      working: TextKey;
      check: (texts: Texts, form: Form) => FieldErrors;
      work: (session: Session, form: Form) => Promise<Modal>;
      renew?: () => string;
    },
  ): void;
}

interface Person {
  workspaceId: string;
  slackUserId: string;
}

const noChoice = "-";

/**
 * Ties flows to Bolt. `track` is told about every piece of work, so that a stopping process can wait for it; `teamId` is
 * the workspace that the app is installed in, null while Slack can't be asked.
 */
export function createHandlers(input: {
  app: App;
  client: WebClient;
  desk: Desk;
  portalUrl: string;
  teamId: () => Promise<string | null>;
  /** The language of everyone met so far, by Slack user id; kept up to date here. */
  languages: Map<string, Language>;
  track: (work: Promise<void>) => Promise<void>;
}): Handlers {
  const { app, client, desk, portalUrl, languages, track } = input;
  const latest = new Map<string, string>();

  /** The words for someone we may not have met yet: of their last visit, else English. */
  const provisionalTexts = ({ slackUserId }: Person) =>
    createTexts(languages.get(slackUserId) ?? "en", "UTC");

  const sessionOf = (agent: Agent): Session => {
    const texts = createTexts(agent.locale, agent.timeZone);
    languages.set(agent.slackUserId, texts.language);
    return { desk, agent, texts, portalUrl };
  };

  const admit = async (person: Person) => {
    const installed = await input.teamId();
    // Deny by default: while Slack can't say whose app this is, nobody is known to belong here.
    if (installed === null) throw new ChatFailure("unknown", "the workspace of this app is not known yet");
    if (person.workspaceId === installed || !person.workspaceId.startsWith("T")) return;
    throw new DeskError(
      "not_member",
      `${person.slackUserId} belongs to ${person.workspaceId}, not to ${installed}`,
    );
  };

  const meet = async (person: Person): Promise<Session> => {
    await admit(person);
    return sessionOf(await recognise(desk, person));
  };

  /** Like `meet`, by what is stored: for answers that can't wait for another service. Only roles too old to count are read. */
  const meetAtOnce = async (person: Person): Promise<Session> => {
    await admit(person);
    const agent = await readAgent(desk, person);
    const oldest = desk.clock.now().getTime() - desk.timings.rolesMaxAgeSeconds * 1_000;
    return agent.rolesReadAt && agent.rolesReadAt.getTime() >= oldest ? sessionOf(agent) : meet(person);
  };

  const textsAtOnce = async (person: Person): Promise<Texts> => {
    if (languages.has(person.slackUserId)) return provisionalTexts(person);
    return meetAtOnce(person).then(
      ({ texts }) => texts,
      () => provisionalTexts(person),
    );
  };

  const textsOf = (session: Session | null, person: Person) => session?.texts ?? provisionalTexts(person);

  const fill = async (
    person: Person,
    viewId: string,
    where: string,
    draw: (session: Session) => Promise<Modal>,
  ) => {
    let session: Session | null = null;
    let view: Modal;
    try {
      session = await meet(person);
      view = await draw(session);
    } catch (error) {
      view = refusalView(
        textsOf(session, person),
        explain(desk, textsOf(session, person), error, where).markup,
      );
    }
    await show(person, session, viewId, view, where);
  };

  /** Puts a view in place. If Slack does not take it, the person sees why instead of waiting for ever. */
  const show = async (
    person: Person,
    session: Session | null,
    viewId: string,
    view: Modal,
    where: string,
  ) => {
    try {
      await updateView(client, viewId, view);
    } catch (error) {
      const texts = textsOf(session, person);
      await updateView(client, viewId, refusalView(texts, explain(desk, texts, error, where).markup));
    }
  };

  const openAndFill = async (
    person: Person,
    trigger: { triggerId: string; respond: RespondFn; retry: TextKey },
    where: string,
    draw: (session: Session) => Promise<Modal>,
  ) => {
    const texts = provisionalTexts(person);
    let viewId: string;
    try {
      viewId = await openView(client, trigger.triggerId, loadingView(texts));
    } catch (error) {
      const text =
        error instanceof TriggerExpired
          ? texts.markup(trigger.retry)
          : explain(desk, texts, error, where).markup;
      await trigger.respond({ response_type: "ephemeral", replace_original: false, text });
      return;
    }
    await fill(person, viewId, where, draw);
  };

  return {
    command(name, open) {
      app.command(name, ({ ack, command, respond }) =>
        track(
          (async () => {
            await ack();
            const person = { workspaceId: command.team_id, slackUserId: command.user_id };
            const trigger = {
              triggerId: command.trigger_id,
              respond,
              retry: "trigger_expired.command" as const,
            };
            await openAndFill(person, trigger, name, (session) => open(session, typedAfter(command)));
          })(),
        ),
      );
    },

    button(actionId, open) {
      app.action<BlockAction>(actionId, ({ ack, action, body, respond }) =>
        track(
          (async () => {
            await ack();
            const person = personOf(body);
            const value = action.type === "button" ? (action.value ?? "") : "";
            if (body.view) {
              await fill(person, body.view.id, actionId, (session) => open(session, value));
              return;
            }
            const trigger = { triggerId: body.trigger_id, respond, retry: "trigger_expired.button" as const };
            await openAndFill(person, trigger, actionId, (session) => open(session, value));
          })(),
        ),
      );
    },

    change(actionId, redraw) {
      app.action<BlockAction>(actionId, ({ ack, action, body }) =>
        track(
          (async () => {
            await ack();
            if (!body.view) return;
            const { view } = body;
            const person = personOf(body);
            latest.set(view.id, action.action_ts);
            const texts = await textsAtOnce(person);
            const busy = updateView(client, view.id, restoreForm(view, { busy: texts.markup("loading") }));
            const [, next] = await Promise.all([
              // The busy line is a courtesy: without it the form still changes.
              busy.catch((error: unknown) =>
                desk.log.warn({ where: actionId, error: nameOf(error) }, "no busy line"),
              ),
              drawOrRestore(person, view, actionId, redraw),
            ]);
            if (latest.get(view.id) !== action.action_ts) return;
            latest.delete(view.id);
            await show(person, null, view.id, next, actionId);
          })(),
        ),
      );
    },

    link(actionId) {
      app.action<BlockAction>(actionId, ({ ack }) => track(ack()));
    },

    options(actionId, find) {
      app.options<"block_suggestion">({ type: "block_suggestion", action_id: actionId }, ({ ack, body }) =>
        track(
          (async () => {
            const person = personOf(body);
            let session: Session | null = null;
            let choices: Choice[];
            try {
              if (!body.view) throw new Error("a suggestion outside a view");
              session = await meetAtOnce(person);
              choices = await find(session, body.value, readForm(body.view));
            } catch (error) {
              const texts = textsOf(session, person);
              choices = [{ value: noChoice, text: explain(desk, texts, error, actionId).plain }];
            }
            await ack({ options: choices.map(option) });
          })(),
        ),
      );
    },

    submit(callbackId, act) {
      app.view<ViewSubmitAction>(
        { type: "view_submission", callback_id: callbackId },
        ({ ack, body, view }) =>
          track(
            (async () => {
              const person = personOf(body);
              const form = readForm(view);
              let session: Session | null = null;
              try {
                session = await meetAtOnce(person);
                const outcome = await act(session, form);
                await answer(
                  ack,
                  view.id,
                  "errors" in outcome
                    ? withErrors(form, outcome.errors)
                    : { response_action: "update", view: outcome },
                );
              } catch (error) {
                const banner = explain(desk, textsOf(session, person), error, callbackId).markup;
                await answer(ack, view.id, {
                  response_action: "update",
                  view: restoreForm(view, { banner }),
                });
              }
            })(),
          ),
      );
    },

    submitThenWork(callbackId, { working, check, work, renew }) {
      app.view<ViewSubmitAction>(
        { type: "view_submission", callback_id: callbackId },
        ({ ack, body, view }) =>
          track(
            (async () => {
              const person = personOf(body);
              const form = readForm(view);
              const texts = await textsAtOnce(person);
              const errors = check(texts, form);
              if (Object.keys(errors).length > 0) {
                await answer(ack, view.id, withErrors(form, errors));
                return;
              }
              await answer(ack, view.id, {
                response_action: "update",
                view: workingView(texts, view.title.text, working),
              });
              const again = renew ? { ...view, private_metadata: renew() } : view;
              const next = await drawOrRestore(person, view, callbackId, work, again);
              await show(person, null, view.id, next, callbackId);
            })(),
          ),
      );
    },
  };

  /** What `draw` makes of the form, or the form as it was with the reason at its top. */
  async function drawOrRestore(
    person: Person,
    view: ViewSubmitAction["view"],
    where: string,
    draw: (session: Session, form: Form) => Promise<Modal>,
    again = view,
  ): Promise<Modal> {
    let session: Session | null = null;
    try {
      session = await meet(person);
      return await draw(session, readForm(view));
    } catch (error) {
      return restoreForm(again, { banner: explain(desk, textsOf(session, person), error, where).markup });
    }
  }

  /** Answers a submission; when Slack has had a stand-by answer already, the view follows by itself. */
  async function answer(
    ack: AckFn<ViewResponseAction>,
    viewId: string,
    action: ViewResponseAction,
  ): Promise<void> {
    try {
      await ack(action);
    } catch (error) {
      desk.log.warn({ error: nameOf(error) }, "a submission was answered late");
      if (action.response_action === "update") await updateView(client, viewId, action.view as Modal);
    }
  }
}

function withErrors(form: Form, errors: FieldErrors): ViewResponseAction {
  const beside = Object.entries(errors).flatMap(([actionId, text]) => {
    const blockId = form.blockId(actionId);
    return blockId === undefined ? [] : [[blockId, text] as const];
  });
  return { response_action: "errors", errors: Object.fromEntries(beside) };
}

function personOf(body: BlockAction | BlockSuggestion | ViewSubmitAction): Person {
  return { workspaceId: body.user.team_id ?? body.team?.id ?? "", slackUserId: body.user.id };
}

function typedAfter(command: SlashCommand): string {
  return command.text?.trim() ?? "";
}
