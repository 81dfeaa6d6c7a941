import type {
  AckFn,
  AnyMiddlewareArgs,
  App,
  BlockAction,
  BlockSuggestion,
  GlobalShortcut,
  MessageShortcut,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackOptionsMiddlewareArgs,
  SlackShortcutMiddlewareArgs,
  SlackViewMiddlewareArgs,
  SlashCommand,
  types,
  ViewResponseAction,
  ViewSubmitAction,
} from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Agent } from "#src/access/agent.ts";
import { readAgent, recognise } from "#src/access/recognise.ts";
import { actAs } from "#src/connections/act-as.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import type { Workspaces } from "#src/installations/port.ts";
import { ChatFailure } from "#src/messages/port.ts";
import { redrawClicked } from "#src/messages/redraw-clicked.ts";
import type { Modal } from "./blocks/modal.ts";
import { type Choice, option } from "./blocks/selects.ts";
import type { SlackClients } from "./client.ts";
import { asksToSignIn, connectButton, drawConnect } from "./connect/view.ts";
import { explain, nameOf } from "./explain.ts";
import { type Form, readForm, restoreForm } from "./form.ts";
import {
  type ActionId,
  actions,
  type CallbackId,
  type CommandName,
  type MessageShortcutId,
  type OptionSourceId,
  type ShortcutId,
} from "./ids.ts";
import { createTexts, type Language, type TextKey, type Texts } from "./locales/texts.ts";
import type { Message } from "./message.ts";
import type { Drawn, OnScreen } from "./on-screen.ts";
import { workspaceOf } from "./sender.ts";
import { readMessage } from "./shortcuts/read-message.ts";
import { openView, pushView, TriggerExpired, updateView } from "./views.ts";
import { loadingView, refusalView, workingView } from "./waiting.ts";

/** One person at one moment: who they are, and the words for them. */
export interface Session {
  desk: Desk;
  /** The same desk as nobody in particular: for what is everybody's, such as the roles. */
  ground: Desk;
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
  /** A shortcut of the app's menu: a loading view at once, then what `open` draws. */
  shortcut(callbackId: ShortcutId, open: (session: Session) => Promise<Modal>): void;
  /** A shortcut of a message's menu, in the same way; `written` is what can be read in that message. */
  messageShortcut(
    callbackId: MessageShortcutId,
    open: (session: Session, written: string) => Promise<Modal>,
  ): void;
  /**
   * A button: in a message it opens a modal, in a modal it changes that one. `value` is the button's own, `form` the modal
   * it stands in.
   */
  button(
    actionId: ActionId,
    open: (session: Session, value: string, form: Form | null) => Promise<Drawn>,
  ): void;
  /** A button of a modal that opens another on top: closing that one leads back to everything chosen below. */
  detour(actionId: ActionId, open: (session: Session, value: string, form: Form) => Promise<Drawn>): void;
  /**
   * A button of a message or the Home tab that acts at once: what became of it is drawn there, a refusal is told beside it
   * or, where there is no beside, in a direct message.
   */
  press(actionId: ActionId, act: (session: Session, value: string) => Promise<void>): void;
  /** A select or button of a form: the form is drawn anew with what it leads to. `value` is a button's own. */
  change(actionId: ActionId, redraw: (session: Session, form: Form, value: string) => Promise<Drawn>): void;
  /** A button that opens a page; `told` learns of the click. */
  link(actionId: ActionId, told?: (session: Session, value: string) => Promise<unknown>): void;
  /** The Home tab, shown anew whenever somebody opens it; `refuse` is what they see instead where it can't be. */
  home(open: (session: Session) => Promise<void>, refuse: (texts: Texts, markup: string) => HomeView): void;
  /**
   * What people write in channels that the bot is in, where the app was given a scope for it. The writer alone is warned
   * where `looksLike` says so; each message is looked at once.
   */
  message(looksLike: (text: string) => boolean, warn: (texts: Texts) => Message): void;
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
  /** The same where `read` reads what the form is about together with who submits it, in one question to the database. */
  submitAsRead<Read extends { agent: Agent }>(
    callbackId: CallbackId,
    read: (desk: Desk, person: Person, form: Form) => Promise<Read>,
    act: (session: Session, form: Form, read: Read) => Promise<Modal>,
  ): void;
  /**
   * A form whose work needs other services: a working view at once, then the outcome. `check` is for mistakes that show at
   * once; a form that comes back after a failure carries the state that `renew` makes, where one try uses the state up or
   * the state keeps what a form can't be given back, such as files.
   */
  submitThenWork(
    callbackId: CallbackId,
    steps: {
      working: TextKey;
      check: (texts: Texts, form: Form) => FieldErrors;
      /** Null: another delivery of the same form shows what comes of it. */
      work: (session: Session, form: Form) => Promise<Drawn | null>;
      renew?: (form: Form) => string;
    },
  ): void;
}

/** Whom Slack names. */
interface Person {
  workspaceId: string;
  slackUserId: string;
}

const noChoice = "-";

type Tell = (said: { response_type: "ephemeral"; replace_original: false; text: string }) => Promise<unknown>;
type HomeView = types.HomeView;

/**
 * Ties flows to Bolt. `track` is told about every piece of work, so that a stopping process can wait for it.
 */
export function createHandlers(input: {
  app: App;
  clients: SlackClients;
  workspaces: Workspaces;
  desk: Desk;
  portalUrl: string;
  /** The language of everyone met so far, by Slack user id; kept up to date here. */
  languages: Map<string, Language>;
  onScreen: OnScreen;
  track: (work: Promise<void>) => Promise<void>;
}): Handlers {
  const { app, clients, workspaces, desk, portalUrl, languages, onScreen, track } = input;
  const latest = new Map<string, string>();
  /** Messages that were looked at, so that one which Slack delivers again is not. Only where and when, never what. */
  const heard = new LRUCache<string, true>({ max: 10_000 });

  /** The words for someone we may not have met yet: of their last visit, else English. */
  const provisionalTexts = ({ slackUserId }: Person) =>
    createTexts(languages.get(slackUserId) ?? "en", "UTC");

  const sessionOf = (agent: Agent): Session => {
    const texts = createTexts(agent.locale, agent.timeZone);
    languages.set(agent.slackUserId, texts.language);
    return { desk: actAs(desk, agent.personId), ground: desk, agent, texts, portalUrl };
  };

  const stranger = ({ slackUserId, workspaceId }: Person) =>
    new DeskError("not_member", `${slackUserId} belongs to ${workspaceId}, where the app is not installed`);

  const admit = async (person: Person) => {
    if ((await workspaces.scopesOf(person.workspaceId)) === null) throw stranger(person);
  };

  /** What speaks to this person. */
  const clientFor = async (person: Person): Promise<WebClient> => {
    try {
      return (await clients(person.workspaceId)).client;
    } catch (error) {
      throw error instanceof ChatFailure && error.kind === "away" ? stranger(person) : error;
    }
  };

  const hearsChannels = async ({ workspaceId }: Person) => {
    const scopes = (await workspaces.scopesOf(workspaceId)) ?? [];
    return channelScopes.some((scope) => scopes.includes(scope));
  };

  const meet = async (person: Person): Promise<Session> => {
    await admit(person);
    return sessionOf(await recognise(desk, person));
  };

  /** Like `meet`, by what is stored: for answers that can't wait for another service. Only roles too old to count are read. */
  const meetAtOnce = async (person: Person): Promise<Session> => {
    const { agent } = await readAtOnce(person, () => readAlone(desk, person));
    return sessionOf(agent);
  };

  const readAlone = async (at: Desk, person: Person) => ({ agent: await readAgent(at, person) });

  /** What `read` reads of somebody; once more where their roles were too old to count, and could be read again. */
  const readAtOnce = async <Read extends { agent: Agent }>(
    person: Person,
    read: () => Promise<Read>,
  ): Promise<Read> => {
    await admit(person);
    const stored = await read();
    const oldest = desk.clock.now().getTime() - desk.timings.rolesMaxAgeSeconds * 1_000;
    const { rolesReadAt } = stored.agent;
    if (rolesReadAt && rolesReadAt.getTime() >= oldest) return stored;
    await recognise(desk, person);
    return read();
  };

  /** Where there is no response address, as in the Home tab: a direct message. */
  const tellDirectly =
    (person: Person): Tell =>
    async ({ text }) => {
      const client = await clientFor(person);
      await client.chat.postMessage({ channel: person.slackUserId, text });
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
    draw: (session: Session) => Promise<Drawn>,
  ) => {
    let session: Session | null = null;
    let view: Drawn;
    try {
      session = await meet(person);
      view = await drawOrConnect(session, draw);
    } catch (error) {
      view = refusalView(
        textsOf(session, person),
        explain(desk, textsOf(session, person), error, where).markup,
        desk.helpContact,
      );
    }
    await show(person, session, viewId, view, where);
  };

  /** What was asked for, or the way to sign in where that comes first. */
  const drawOrConnect = async (
    session: Session,
    draw: (session: Session) => Promise<Drawn>,
  ): Promise<Drawn> => {
    try {
      return await draw(session);
    } catch (error) {
      if (asksToSignIn(desk, error)) return drawConnect(session);
      throw error;
    }
  };

  /** Where a button no longer fits what is so, its message is drawn anew, besides what is said about it. */
  const keepingUp = async <T>(session: Session, body: BlockAction, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      const messageId = messageIdOf(body);
      if (messageId && error instanceof DeskError && error.code === "request_moved_on")
        await redrawClicked(session.ground, session.agent, messageId);
      throw error;
    }
  };

  /** Why a form came back, with the way to sign in where that is why. */
  const bannerOf = (texts: Texts, error: unknown, where: string) => ({
    banner: explain(desk, texts, error, where).markup,
    ...(asksToSignIn(desk, error) ? { beside: connectButton(texts, "trouble", actions.connectAbove) } : {}),
  });

  /** Puts a view in place. If Slack does not take it, the person sees why instead of waiting for ever. */
  const show = async (
    person: Person,
    session: Session | null,
    viewId: string,
    view: Drawn,
    where: string,
  ) => {
    const client = await clientFor(person);
    try {
      const { workspaceId } = person;
      await updateView(client, viewId, onScreen.admit({ workspaceId, viewId }, view));
    } catch (error) {
      const texts = textsOf(session, person);
      await updateView(
        client,
        viewId,
        refusalView(texts, explain(desk, texts, error, where).markup, desk.helpContact),
      );
    }
  };

  const openAndFill = async (
    person: Person,
    trigger: { triggerId: string; respond: Tell; retry: TextKey },
    where: string,
    draw: (session: Session) => Promise<Drawn>,
  ) => {
    const texts = provisionalTexts(person);
    let viewId: string;
    try {
      viewId = await openView(await clientFor(person), trigger.triggerId, loadingView(texts));
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

  const take = listen(app, track);

  return {
    command(name, open) {
      take.command.add(name, async ({ ack, command, respond }) => {
        await ack();
        const person = { workspaceId: workspaceOf(command), slackUserId: command.user_id };
        const trigger = {
          triggerId: command.trigger_id,
          respond,
          retry: "trigger_expired.command" as const,
        };
        await openAndFill(person, trigger, name, (session) => open(session, typedAfter(command)));
      });
    },

    shortcut(callbackId, open) {
      take.shortcut.add(callbackId, async ({ ack, shortcut }) => {
        await ack();
        const person = personOf(shortcut);
        const trigger = {
          triggerId: shortcut.trigger_id,
          respond: tellDirectly(person),
          retry: "trigger_expired.shortcut" as const,
        };
        await openAndFill(person, trigger, callbackId, open);
      });
    },

    messageShortcut(callbackId, open) {
      take.messageShortcut.add(callbackId, async ({ ack, shortcut, respond }) => {
        await ack();
        const written = readMessage(shortcut.message);
        const trigger = {
          triggerId: shortcut.trigger_id,
          respond,
          retry: "trigger_expired.shortcut" as const,
        };
        await openAndFill(personOf(shortcut), trigger, callbackId, (session) => open(session, written));
      });
    },

    button(actionId, open) {
      take.action.add(actionId, async ({ ack, action, body, respond }) => {
        await ack();
        const person = personOf(body);
        const value = action.type === "button" ? (action.value ?? "") : "";
        if (body.view?.type === "modal") {
          const form = readForm(body.view);
          await fill(person, body.view.id, actionId, (session) => open(session, value, form));
          return;
        }
        const trigger = {
          triggerId: body.trigger_id,
          respond: body.response_url ? respond : tellDirectly(person),
          retry: "trigger_expired.button" as const,
        };
        await openAndFill(person, trigger, actionId, (session) =>
          keepingUp(session, body, () => open(session, value, null)),
        );
      });
    },

    detour(actionId, open) {
      take.action.add(actionId, async ({ ack, action, body }) => {
        await ack();
        if (!body.view) return;
        const form = readForm(body.view);
        const person = personOf(body);
        const value = action.type === "button" ? (action.value ?? "") : "";
        const client = await clientFor(person);
        const above = await pushView(client, body.trigger_id, loadingView(provisionalTexts(person))).catch(
          // Slack was too slow for a modal on top: the open one shows it instead.
          () => body.view?.id ?? "",
        );
        await fill(person, above, actionId, (session) => open(session, value, form));
      });
    },

    press(actionId, act) {
      take.action.add(actionId, async ({ ack, action, body, respond }) => {
        await ack();
        const person = personOf(body);
        let session: Session | null = null;
        try {
          session = await meet(person);
          const pressed = session;
          const value = action.type === "button" ? (action.value ?? "") : "";
          await keepingUp(pressed, body, () => act(pressed, value));
        } catch (error) {
          const text = explain(desk, textsOf(session, person), error, actionId).markup;
          const tell = body.response_url ? respond : tellDirectly(person);
          await tell({ response_type: "ephemeral", replace_original: false, text });
        }
      });
    },

    change(actionId, redraw) {
      take.action.add(actionId, async ({ ack, action, body }) => {
        await ack();
        if (!body.view) return;
        const { view } = body;
        const person = personOf(body);
        const value = action.type === "button" ? (action.value ?? "") : "";
        latest.set(view.id, action.action_ts);
        const texts = await textsAtOnce(person);
        const client = await clientFor(person);
        const busy = updateView(client, view.id, restoreForm(view, { busy: texts.markup("loading") }));
        const [, next] = await Promise.all([
          // The busy line is a courtesy: without it the form still changes.
          busy.catch((error: unknown) =>
            desk.log.warn({ where: actionId, error: nameOf(error) }, "no busy line"),
          ),
          drawOrRestore(person, view, actionId, (session, form) => redraw(session, form, value)),
        ]);
        if (latest.get(view.id) !== action.action_ts) return;
        latest.delete(view.id);
        if (next) await show(person, null, view.id, next, actionId);
      });
    },

    link(actionId, told) {
      take.action.add(actionId, async ({ ack, action, body }) => {
        await ack();
        if (!told) return;
        try {
          await told(await meet(personOf(body)), action.type === "button" ? (action.value ?? "") : "");
        } catch (error) {
          // The page is open by now: there is nothing to be said to the person any more.
          desk.log.warn({ where: actionId, error: nameOf(error) }, "a click could not be counted");
        }
      });
    },

    home(open, refuse) {
      app.event("app_home_opened", ({ event, body }) =>
        track(
          (async () => {
            if (event.tab !== "home") return;
            const person = { workspaceId: workspaceOf(body), slackUserId: event.user };
            let session: Session | null = null;
            try {
              session = await meet(person);
              await open(session);
            } catch (error) {
              const texts = textsOf(session, person);
              const view = refuse(texts, explain(desk, texts, error, "home").markup);
              const client = await clientFor(person);
              await client.views.publish({ user_id: person.slackUserId, view }).catch((failure: unknown) => {
                desk.log.warn({ error: nameOf(failure) }, "a Home tab could not be drawn");
              });
            }
          })(),
        ),
      );
    },

    message(looksLike, warn) {
      app.event("message", ({ event, body }) =>
        track(
          (async () => {
            const written = readWritten(event);
            if (!written) return;
            const person = {
              workspaceId: workspaceOf({ ...body, team_id: written.team ?? body.team_id }),
              slackUserId: written.user,
            };
            if (!(await hearsChannels(person))) return;
            const id = `${written.channel} ${written.ts}`;
            if (heard.get(id)) return;
            heard.set(id, true);
            if (!looksLike(written.text)) return;
            const texts = await meet(person).then(
              (session) => session.texts,
              () => provisionalTexts(person),
            );
            try {
              const client = await clientFor(person);
              await client.chat.postEphemeral({
                ...warn(texts),
                channel: written.channel,
                user: written.user,
              });
            } catch (error) {
              heard.delete(id);
              desk.log.warn({ error: nameOf(error) }, "a person could not be warned");
            }
          })(),
        ),
      );
    },

    options(actionId, find) {
      take.options.add(actionId, async ({ ack, body }) => {
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
      });
    },

    submit(callbackId, act) {
      takeSubmission(callbackId, readAlone, act);
    },

    submitAsRead: takeSubmission,

    submitThenWork(callbackId, { working, check, work, renew }) {
      take.submission.add(callbackId, async ({ ack, body, view }) => {
        const person = personOf(body);
        const form = readForm(view);
        const texts = await textsAtOnce(person);
        const errors = check(texts, form);
        if (Object.keys(errors).length > 0) {
          await answer(ack, person, view.id, withErrors(form, errors));
          return;
        }
        // A redraw that is still under way belongs to the form, which is gone now.
        latest.delete(view.id);
        await answer(ack, person, view.id, {
          response_action: "update",
          view: workingView(texts, view.title.text, working),
        });
        const again = renew ? { ...view, private_metadata: renew(form) } : view;
        const next = await drawOrRestore(person, view, callbackId, work, again);
        if (next) await show(person, null, view.id, next, callbackId);
      });
    },
  };

  function takeSubmission<Read extends { agent: Agent }>(
    callbackId: CallbackId,
    read: (desk: Desk, person: Person, form: Form) => Promise<Read>,
    act: (session: Session, form: Form, read: Read) => Promise<Modal | { errors: FieldErrors }>,
  ): void {
    take.submission.add(callbackId, async ({ ack, body, view }) => {
      const person = personOf(body);
      const form = readForm(view);
      let session: Session | null = null;
      try {
        const own = await readAtOnce(person, () => read(desk, person, form));
        session = sessionOf(own.agent);
        const outcome = await act(session, form, own);
        await answer(
          ack,
          person,
          view.id,
          "errors" in outcome
            ? withErrors(form, outcome.errors)
            : { response_action: "update", view: outcome },
        );
      } catch (error) {
        const texts = session?.texts ?? (await textsAtOnce(person));
        await answer(ack, person, view.id, {
          response_action: "update",
          view: restoreForm(view, bannerOf(texts, error, callbackId)),
        });
      }
    });
  }

  /** What `draw` makes of the form, or the form as it was with the reason at its top. */
  async function drawOrRestore(
    person: Person,
    view: ViewSubmitAction["view"],
    where: string,
    draw: (session: Session, form: Form) => Promise<Drawn | null>,
    again = view,
  ): Promise<Drawn | null> {
    let session: Session | null = null;
    try {
      session = await meet(person);
      return await draw(session, readForm(view));
    } catch (error) {
      return restoreForm(again, {
        ...bannerOf(textsOf(session, person), error, where),
        away: again !== view,
      });
    }
  }

  /** Answers a submission; when Slack has had a stand-by answer already, the view follows by itself. */
  async function answer(
    ack: AckFn<ViewResponseAction>,
    person: Person,
    viewId: string,
    action: ViewResponseAction,
  ): Promise<void> {
    try {
      await ack(action);
    } catch (error) {
      desk.log.warn({ error: nameOf(error) }, "a submission was answered late");
      if (action.response_action === "update")
        await updateView(await clientFor(person), viewId, action.view as Modal);
    }
  }
}

/** What is done about each of Slack's requests of one kind, by the name that it carries. */
class Named<Args> {
  readonly #kind: string;
  readonly #handlers = new Map<string, (args: Args) => Promise<void>>();

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Throws where the name is taken: of two handlers both would answer. */
  add(name: string, handle: (args: Args) => Promise<void>): void {
    if (this.#handlers.has(name)) throw new Error(`the ${this.#kind} ${name} is registered twice`);
    this.#handlers.set(name, handle);
  }

  /** Does nothing about a name that nobody registered. */
  async take(name: string, args: Args): Promise<void> {
    await this.#handlers.get(name)?.(args);
  }
}

/**
 * Takes what comes, by the name that it carries, before Bolt's listeners: each request would go through the chains of all of them.
 * Events go on to theirs.
 */
function listen(app: App, track: (work: Promise<void>) => Promise<void>) {
  const take = {
    command: new Named<SlackCommandMiddlewareArgs>("command"),
    shortcut: new Named<SlackShortcutMiddlewareArgs<GlobalShortcut>>("shortcut"),
    messageShortcut: new Named<SlackShortcutMiddlewareArgs<MessageShortcut>>("message shortcut"),
    action: new Named<SlackActionMiddlewareArgs<BlockAction>>("action"),
    options: new Named<SlackOptionsMiddlewareArgs<"block_suggestion">>("select"),
    submission: new Named<SlackViewMiddlewareArgs<ViewSubmitAction>>("form"),
  };
  const taken = (args: AnyMiddlewareArgs): Promise<void> | null => {
    if (isCommand(args)) return take.command.take(args.command.command, args);
    if (isGlobalShortcut(args)) return take.shortcut.take(args.shortcut.callback_id, args);
    if (isMessageShortcut(args)) return take.messageShortcut.take(args.shortcut.callback_id, args);
    if (isAction(args)) return take.action.take(args.action.action_id, args);
    if (isSelect(args)) return take.options.take(args.options.action_id, args);
    if (isSubmission(args)) return take.submission.take(args.view.callback_id, args);
    return null;
  };
  app.use(async (args) => {
    const work = taken(args);
    await (work ? track(work) : args.next());
  });
  return take;
}

type Args = AnyMiddlewareArgs;

const isCommand = (args: Args): args is SlackCommandMiddlewareArgs => "command" in args;
const isGlobalShortcut = (args: Args): args is SlackShortcutMiddlewareArgs<GlobalShortcut> =>
  args.body.type === "shortcut";
const isMessageShortcut = (args: Args): args is SlackShortcutMiddlewareArgs<MessageShortcut> =>
  args.body.type === "message_action";
const isAction = (args: Args): args is SlackActionMiddlewareArgs<BlockAction> =>
  args.body.type === "block_actions";
const isSelect = (args: Args): args is SlackOptionsMiddlewareArgs<"block_suggestion"> =>
  args.body.type === "block_suggestion";
const isSubmission = (args: Args): args is SlackViewMiddlewareArgs<ViewSubmitAction> =>
  args.body.type === "view_submission";

function withErrors(form: Form, errors: FieldErrors): ViewResponseAction {
  const beside = Object.entries(errors).flatMap(([actionId, text]) => {
    const blockId = form.blockId(actionId);
    return blockId === undefined ? [] : [[blockId, text] as const];
  });
  return { response_action: "errors", errors: Object.fromEntries(beside) };
}

function personOf(
  body: BlockAction | BlockSuggestion | GlobalShortcut | MessageShortcut | ViewSubmitAction,
): Person {
  // Whoever is in another workspace, as in a shared channel, is not taken for one of this.
  const team = [body.user.team_id, body.team?.id].find((id) => id?.startsWith("T"));
  const organisation = body.enterprise?.id ?? body.team?.enterprise_id;
  const workspaceId = workspaceOf({
    ...(team === undefined ? {} : { team_id: team }),
    ...(organisation === undefined ? {} : { enterprise_id: organisation }),
    is_enterprise_install: body.is_enterprise_install,
  });
  return { workspaceId, slackUserId: body.user.id };
}

/** With one of these the app may read what is written in channels. */
const channelScopes = ["channels:history", "groups:history"];

/** Our id of the message that was clicked, as Slack gives it back; null outside of such messages. */
function messageIdOf(body: BlockAction): string | null {
  const clicked = ourMessage.safeParse(body.message);
  return clicked.success ? clicked.data.metadata.event_payload.message_id : null;
}

const ourMessage = z.object({
  metadata: z.object({ event_payload: z.object({ message_id: z.string() }) }),
});

/** What a person wrote in a channel; null for what bots, edits and deletions are. */
function readWritten(
  event: unknown,
): { channel: string; ts: string; user: string; text: string; team?: string | undefined } | null {
  const written = writtenMessage.safeParse(event);
  return written.success ? written.data : null;
}

const writtenMessage = z.object({
  subtype: z.enum(["file_share", "me_message", "thread_broadcast"]).optional(),
  bot_id: z.never().optional(),
  channel_type: z.enum(["channel", "group"]),
  channel: z.string(),
  ts: z.string(),
  user: z.string(),
  team: z.string().optional(),
  text: z.string(),
});

function typedAfter(command: SlashCommand): string {
  return command.text?.trim() ?? "";
}
