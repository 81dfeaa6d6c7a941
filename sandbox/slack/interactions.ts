import { z } from "zod";
import { accept } from "./accept.ts";
import type { Deliverer } from "./deliver.ts";
import { elementsIn, isEmpty, type Placed, stateField, stateOf } from "./elements.ts";
import {
  type Delivery,
  type Message,
  NotPossible,
  type Option,
  type Person,
  SlackError,
  type StateValue,
  type View,
  type Wire,
} from "./model.ts";
import type { Origin, ResponseUrls } from "./response-url.ts";
import type { Workspace } from "./workspace.ts";

const trouble = "We had some trouble connecting. Try again?";
const required = "Please complete this required field.";

/** Where an interactive element is: in an open modal or a home, or in a message. */
export type Place = { view: View } | { message: Message };

/** How a submission ended. `incomplete`: the client found empty or wrong fields and sent nothing. */
export interface Submission {
  outcome: "closed" | "cleared" | "updated" | "pushed" | "errors" | "incomplete" | "trouble";
  /** By block id. */
  errors?: Record<string, string>;
  trouble?: string;
}

const submissionAnswer = z.discriminatedUnion("response_action", [
  z.looseObject({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string()) }),
  z.looseObject({ response_action: z.literal("update"), view: z.unknown() }),
  z.looseObject({ response_action: z.literal("push"), view: z.unknown() }),
  z.looseObject({ response_action: z.literal("clear") }),
]);

/** What people do in the client, turned into deliveries, and what the bot's answers do to the client. */
export class Interactions {
  readonly #workspace: Workspace;
  readonly #deliverer: Deliverer;
  readonly #responseUrls: ResponseUrls;

  constructor(workspace: Workspace, deliverer: Deliverer, responseUrls: ResponseUrls) {
    this.#workspace = workspace;
    this.#deliverer = deliverer;
    this.#responseUrls = responseUrls;
  }

  /** Sends a slash command and shows what the bot answers, or that it did not. */
  async command(person: Person, command: string, text: string, channelId: string): Promise<Delivery> {
    const workspace = this.#workspace;
    const channel = workspace.channels.get(channelId);
    const declared = workspace.grants.commands;
    const entry = declared?.find((candidate) => candidate.command === command);
    if (!channel) throw new NotPossible(`There is no channel ${channelId}`);
    if (declared && !entry) throw new NotPossible(`${command} is not a valid command`);
    const origin: Origin = {
      person: person.id,
      channel: channel.id,
      typed: text === "" ? command : `${command} ${text}`,
    };
    const delivery = await this.#deliverer.form("command", person.id, {
      token: workspace.verificationToken,
      team_id: workspace.team.id,
      team_domain: workspace.team.domain,
      ...(workspace.organisation
        ? { enterprise_id: workspace.organisation.id, enterprise_name: workspace.organisation.name }
        : {}),
      channel_id: channel.id,
      channel_name: channel.name,
      user_id: person.id,
      user_name: person.key,
      command,
      text: entry?.should_escape ? this.#escaped(text) : text,
      api_app_id: workspace.app.id,
      is_enterprise_install: String(workspace.organisation !== null),
      response_url: this.#responseUrls.issue(origin),
      trigger_id: workspace.issueTrigger(person.id),
    });
    const result = delivery.result;
    if (result?.outcome === "answered") {
      this.#note(delivery, this.#responseUrls.answerCommand(origin, result.body, command));
    } else {
      const reason = result?.outcome === "late" ? "operation_timeout" : "dispatch_failed";
      workspace.tell(person.id, channel.id, `${command} failed with the error "${reason}"`);
    }
    return delivery;
  }

  /** What `should_escape` in the manifest does to the text of a command. */
  #escaped(text: string): string {
    return text
      .replaceAll(/@([\w.-]+)/g, (typed, key: string) => {
        const person = [...this.#workspace.people.values()].find((candidate) => candidate.key === key);
        return person ? `<@${person.id}|${person.key}>` : typed;
      })
      .replaceAll(/#([\w-]+)/g, (typed, name: string) => {
        const channel = [...this.#workspace.channels.values()].find(
          (candidate) => candidate.kind === "channel" && candidate.name === name,
        );
        return channel ? `<#${channel.id}|${channel.name}>` : typed;
      })
      .replaceAll(/https?:\/\/[^\s<>]+/g, (url) => `<${url}>`);
  }

  /** Sends a global shortcut. */
  async shortcut(person: Person, callbackId: string): Promise<Delivery> {
    return this.#deliverer.interaction("shortcut", person.id, {
      type: "shortcut",
      ...this.#shortcut(person, callbackId, "global"),
    });
  }

  /** Sends a shortcut of a message's menu, with the message and an address for the answer. */
  async messageShortcut(person: Person, callbackId: string, message: Message): Promise<Delivery> {
    const workspace = this.#workspace;
    const { channel, ts } = message;
    if (message.visibleTo !== undefined) throw new NotPossible("A message for one person has no shortcuts");
    return this.#deliverer.interaction("message_action", person.id, {
      type: "message_action",
      ...this.#shortcut(person, callbackId, "message"),
      channel: { id: channel, name: workspace.channels.get(channel)?.name ?? "" },
      message_ts: ts,
      message: workspace.wireMessage(message, true),
      response_url: this.#responseUrls.issue({ person: person.id, channel }),
    });
  }

  #shortcut(person: Person, callbackId: string, type: "global" | "message"): Wire {
    const workspace = this.#workspace;
    const declared = workspace.grants.shortcuts;
    if (declared && !declared.some((entry) => entry.callback_id === callbackId && entry.type === type)) {
      throw new NotPossible(`There is no ${type} shortcut ${callbackId}`);
    }
    this.#requireInteractivity();
    return {
      ...this.#envelope(person),
      action_ts: workspace.nextTs(),
      callback_id: callbackId,
      trigger_id: workspace.issueTrigger(person.id),
    };
  }

  #requireInteractivity(): void {
    if (!this.#workspace.grants.interactive) {
      throw new NotPossible("The app is not set up for interactivity");
    }
  }

  /** Posts as a person and tells the bot, when it is subscribed to messages there. */
  async say(
    person: Person,
    channelId: string,
    text: string,
    threadTs?: string,
  ): Promise<Delivery | undefined> {
    const workspace = this.#workspace;
    const channel = workspace.channels.get(channelId);
    if (!channel) throw new NotPossible(`There is no channel ${channelId}`);
    if (channel.kind === "im" && !workspace.grants.maySay) {
      throw new NotPossible("The app takes no messages: its messages tab is off or read-only");
    }
    const message = workspace.post({ author: person.id, channel: channel.id, content: { text }, threadTs });
    const botListens = channel.members.includes(workspace.app.botUserId);
    const event = channel.kind === "im" ? "message.im" : "message.channels";
    if (!botListens || !workspace.grants.hears(event)) return undefined;
    return this.#event(person, {
      ...workspace.wireMessage(message, false),
      channel: channel.id,
      channel_type: channel.kind,
      event_ts: message.ts,
    });
  }

  /** Opens the App Home, whose tab the bot is told about. */
  async openHome(person: Person): Promise<Delivery | undefined> {
    const workspace = this.#workspace;
    if (!workspace.grants.homeTab) throw new NotPossible("The app has no Home tab");
    if (!workspace.grants.hears("app_home_opened")) return undefined;
    const home = workspace.homes.get(person.id);
    return this.#event(person, {
      type: "app_home_opened",
      user: person.id,
      channel: workspace.dm(person.id, true).id,
      tab: "home",
      event_ts: workspace.nextTs(),
      ...(home ? { view: workspace.wireView(home) } : {}),
    });
  }

  /** Tells the app of its own installation, if it listens. */
  async aboutItself(event: Wire & { type: string }): Promise<Delivery | undefined> {
    return this.#workspace.grants.hears(event.type) ? this.#event(null, event) : undefined;
  }

  #event(person: Person | null, event: Wire): Promise<Delivery> {
    const workspace = this.#workspace;
    const enterpriseId = workspace.organisation?.id ?? null;
    return this.#deliverer.event(person?.id ?? null, {
      token: workspace.verificationToken,
      team_id: workspace.team.id,
      ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
      api_app_id: workspace.app.id,
      event,
      type: "event_callback",
      event_id: workspace.nextId("Ev"),
      event_time: workspace.seconds(),
      authorizations: [
        {
          enterprise_id: enterpriseId,
          team_id: enterpriseId === null ? workspace.team.id : null,
          user_id: workspace.app.botUserId,
          is_bot: true,
          is_enterprise_install: enterpriseId !== null,
        },
      ],
      is_ext_shared_channel: false,
      context_team_id: workspace.team.id,
      context_enterprise_id: enterpriseId,
    });
  }

  /** Sends the use of one element. `fields` are the action's own, for instance `selected_option`. */
  async act(person: Person, place: Place, placed: Placed, fields: Wire): Promise<Delivery> {
    const workspace = this.#workspace;
    const { element } = placed;
    this.#requireInteractivity();
    const delivery = await this.#deliverer.interaction("block_actions", person.id, {
      type: "block_actions",
      ...this.#envelope(person),
      ...this.#surroundings(person, place),
      trigger_id: workspace.issueTrigger(person.id, "view" in place ? place.view.id : undefined),
      ...("message" in place
        ? {
            response_url: this.#responseUrls.issue({
              person: person.id,
              channel: place.message.channel,
              message: place.message,
            }),
          }
        : {}),
      actions: [
        {
          type: element.type,
          action_id: placed.actionId,
          block_id: placed.blockId,
          ...(element.type === "button" ? { text: element.text } : {}),
          ...(element.value === undefined ? {} : { value: element.value }),
          ...(element.placeholder === undefined ? {} : { placeholder: element.placeholder }),
          ...fields,
          action_ts: workspace.nextTs(),
        },
      ],
    });
    if ("view" in place) {
      place.view.trouble = delivery.result?.outcome === "answered" ? null : trouble;
      workspace.changes.emit("view", place.view.id);
    }
    return delivery;
  }

  /** Asks the bot for the options of an external select; none when it does not answer properly or cannot be asked. */
  async suggest(person: Person, place: Place, placed: Placed, query: string): Promise<Option[]> {
    if (!this.#workspace.grants.suggests) return [];
    const delivery = await this.#deliverer.interaction("block_suggestion", person.id, {
      type: "block_suggestion",
      ...this.#envelope(person),
      ...this.#surroundings(person, place),
      action_id: placed.actionId,
      block_id: placed.blockId,
      value: query,
    });
    const options = this.#optionsFrom(delivery);
    const surface = "view" in place ? place.view : place.message;
    surface.offered.set(`${placed.blockId}/${placed.actionId}`, options);
    this.#workspace.changes.emit(
      "view" in place ? "view" : "message",
      "view" in place ? place.view.id : place.message.ts,
    );
    return options;
  }

  #optionsFrom(delivery: Delivery): Option[] {
    if (delivery.result?.outcome !== "answered") return [];
    try {
      const content = accept("options", JSON.parse(delivery.result.body));
      return content.options ?? content.option_groups?.flatMap((group) => group.options) ?? [];
    } catch (error) {
      this.#note(delivery, reasonOf(error));
      return [];
    }
  }

  /** Keeps with a delivery why nothing could be done with its answer. */
  #note(delivery: Delivery, refusal: string | undefined): void {
    if (refusal === undefined) return;
    delivery.refusal = refusal;
    this.#workspace.changes.emit("delivery", delivery.id);
  }

  /** Submits a modal as the client does: checks the fields, sends, and does what the answer says. */
  async submit(person: Person, view: View): Promise<Submission> {
    const workspace = this.#workspace;
    if (!view.content.submit) throw new NotPossible(`The view ${view.id} has no submit button`);
    if (view.submitting) throw new NotPossible(`The view ${view.id} is being submitted already`);
    view.trouble = null;
    view.errors = fieldErrors(view);
    if (Object.keys(view.errors).length > 0) {
      workspace.changes.emit("view", view.id);
      return { outcome: "incomplete", errors: view.errors };
    }
    view.submitting = true;
    workspace.changes.emit("view", view.id);
    const delivery = await this.#deliverer.interaction("view_submission", person.id, {
      type: "view_submission",
      ...this.#envelope(person),
      trigger_id: workspace.issueTrigger(person.id, view.id),
      view: workspace.wireView(view),
      response_urls: [],
    });
    view.submitting = false;
    const submission = this.#answered(view, delivery);
    workspace.changes.emit("view", view.id);
    return submission;
  }

  #answered(view: View, delivery: Delivery): Submission {
    const workspace = this.#workspace;
    try {
      if (delivery.result?.outcome !== "answered") throw new SlackError(delivery.result?.outcome ?? "failed");
      const body = delivery.result.body.trim();
      if (body === "" || body === "{}") {
        workspace.closeView(view);
        return { outcome: "closed" };
      }
      const answer = submissionAnswer.parse(JSON.parse(body));
      switch (answer.response_action) {
        case "clear":
          workspace.closeAll(view.owner);
          return { outcome: "cleared" };
        case "update":
          workspace.updateView(view, answer.view);
          return { outcome: "updated" };
        case "push":
          workspace.pushAfterSubmit(view, answer.view);
          return { outcome: "pushed" };
        case "errors": {
          const inputs = view.content.blocks.filter((block) => block.type === "input");
          const stray = Object.keys(answer.errors).find(
            (id) => !inputs.some((block) => block.block_id === id),
          );
          if (stray !== undefined) throw new SlackError(`no input block ${stray} for this error`);
          view.errors = answer.errors;
          return { outcome: "errors", errors: answer.errors };
        }
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (delivery.result?.outcome === "answered") this.#note(delivery, reason);
      view.trouble = trouble;
      return { outcome: "trouble", trouble: `${trouble} (${reason})` };
    }
  }

  /** Closes the topmost modal by its Cancel button, or the whole stack by the cross, and tells the bot if it asked. */
  async close(person: Person, view: View, all: boolean): Promise<void> {
    const workspace = this.#workspace;
    const root = workspace.views.get(view.rootId) ?? view;
    const reported = all ? root : view;
    const wire = workspace.wireView(reported);
    const cleared = all || view.content.clear_on_close === true;
    if (cleared) workspace.closeAll(person.id);
    else workspace.closeView(view);
    if (!reported.content.notify_on_close) return;
    await this.#deliverer.interaction("view_closed", person.id, {
      type: "view_closed",
      ...this.#envelope(person),
      view: { ...wire, state: { values: {} } },
      is_cleared: cleared,
    });
  }

  /** Asks the bot to prove that the address is its own; true when it returns the challenge. */
  async verifyUrl(): Promise<boolean> {
    this.#requireAddress();
    const challenge = this.#workspace.nextId("challenge-", 6);
    const delivery = await this.#deliverer.json("url_verification", null, {
      token: this.#workspace.verificationToken,
      challenge,
      type: "url_verification",
    });
    const body = delivery.result?.outcome === "answered" ? delivery.result.body : "";
    return body === challenge || body === JSON.stringify({ challenge });
  }

  /** The probe Slack sends to command addresses of distributed apps. */
  async sslCheck(): Promise<boolean> {
    this.#requireAddress();
    const delivery = await this.#deliverer.form("ssl_check", null, {
      ssl_check: "1",
      token: this.#workspace.verificationToken,
    });
    return delivery.result?.outcome === "answered";
  }

  #requireAddress(): void {
    if (this.#workspace.grants.socketMode) throw new NotPossible("In Socket Mode the app has no address");
  }

  #envelope(person: Person): Wire {
    const workspace = this.#workspace;
    return {
      user: workspace.wireUser(person),
      team: workspace.organisation ? null : workspace.wireTeam(),
      api_app_id: workspace.app.id,
      token: workspace.verificationToken,
      enterprise: workspace.organisation,
      is_enterprise_install: workspace.organisation !== null,
    };
  }

  #surroundings(person: Person, place: Place): Wire {
    const workspace = this.#workspace;
    if ("view" in place) {
      return { container: { type: "view", view_id: place.view.id }, view: workspace.wireView(place.view) };
    }
    const { message } = place;
    const channel = workspace.channels.get(message.channel);
    const ephemeral = message.visibleTo !== undefined;
    return {
      container: {
        type: "message",
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: ephemeral,
        ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
      },
      channel: { id: message.channel, name: channel?.name ?? "" },
      ...(ephemeral ? {} : { message: workspace.wireMessage(message, true) }),
      state: { values: workspace.messageState(message, person.id) },
    };
  }
}

/** Why an answer could not be used. Throws what is no fault of the answer. */
function reasonOf(error: unknown): string {
  if (error instanceof SlackError) return error.detail;
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SyntaxError) return "not JSON";
  throw error;
}

/** What Slack's client complains about before it sends a form. */
function fieldErrors(view: View): Record<string, string> {
  const errors: Record<string, string> = {};
  const inputs = elementsIn(view.content.blocks).filter(({ block }) => block.type === "input");
  for (const { block, blockId, element, actionId } of inputs) {
    const value: StateValue | undefined = (view.state[blockId] ?? stateOf([block])[blockId])?.[actionId];
    if (isEmpty(value)) {
      if (block.optional !== true) errors[blockId] = required;
      continue;
    }
    const content = value?.[stateField(element.type) ?? ""];
    if (typeof content === "string") {
      const complaint = textComplaint(element, content);
      if (complaint !== undefined) errors[blockId] = complaint;
    }
  }
  return errors;
}

function textComplaint(element: Placed["element"], content: string): string | undefined {
  const length = [...content].length;
  switch (element.type) {
    case "plain_text_input":
      if (typeof element.min_length === "number" && length < element.min_length) {
        return `Must be at least ${element.min_length} characters`;
      }
      if (typeof element.max_length === "number" && length > element.max_length) {
        return `Must be at most ${element.max_length} characters`;
      }
      return undefined;
    case "number_input": {
      const number = Number(content);
      if (!Number.isFinite(number)) return "Must be a number";
      if (element.is_decimal_allowed !== true && !/^-?\d+$/.test(content)) return "Must be a whole number";
      if (element.min_value !== undefined && number < Number(element.min_value)) {
        return `Must be ${String(element.min_value)} or more`;
      }
      if (element.max_value !== undefined && number > Number(element.max_value)) {
        return `Must be ${String(element.max_value)} or less`;
      }
      return undefined;
    }
    case "email_text_input":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(content) ? undefined : "Must be an e-mail address";
    case "url_text_input":
      return URL.canParse(content) ? undefined : "Must be a URL";
    default:
      return undefined;
  }
}
