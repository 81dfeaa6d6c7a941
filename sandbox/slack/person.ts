import type { WaitOptions } from "./changes.ts";
import { elementsIn, ownOptions, type Placed, readableText, stateField } from "./elements.ts";
import type { Interactions, Place, Submission } from "./interactions.ts";
import {
  type Block,
  type Delivery,
  type Message,
  type Metadata,
  NotPossible,
  type Option,
  type Person,
  type StateValues,
  type View,
} from "./model.ts";
import type { Workspace } from "./workspace.ts";

/** A modal or home as the person sees it. */
export interface ShownView {
  id: string;
  type: "modal" | "home";
  callbackId: string;
  title: string;
  /** Label of the submit button, if there is one. */
  submit: string | undefined;
  close: string | undefined;
  blocks: Block[];
  /** Everything that can be read in it, one text a line. */
  text: string;
  state: StateValues;
  /** Under the input blocks, by block id. */
  errors: Record<string, string>;
  /** Slack's line when the app did not answer properly. */
  trouble: string | null;
  privateMetadata: string;
  externalId: string;
  hash: string;
  /** 1 for the first modal of a stack. */
  depth: number;
}

/** A message as the person sees it. */
export interface ShownMessage {
  ts: string;
  channel: string;
  channelName: string;
  /** Key of the person, `bot` or `slack`. */
  from: string;
  /** The top-level text: what a notification shows. */
  notification: string;
  blocks: Block[];
  /** Everything that can be read in it, one text a line. */
  text: string;
  ephemeral: boolean;
  /** Slack marks an edit only on messages without blocks. */
  edited: boolean;
  threadTs: string | undefined;
  metadata: Metadata | undefined;
  fileIds: string[];
}

/** Where to look for an element. By default: the open modal, else the newest message that has it, else the home. */
export interface Where {
  message?: { ts: string };
  home?: boolean;
  /** Answer to the element's confirmation dialog; yes unless told otherwise. */
  confirm?: boolean;
  /** Of several buttons with one name, the one with this value. */
  value?: string;
}

/** What a person chooses: the value or the text of an option, several of them, an id, a date, or null to clear. */
export type Choice = string | number | string[] | null;

export interface Upload {
  name: string;
  content: string | Buffer;
  mimetype?: string;
  /** Where the file lies, if it is only linked to. */
  externalUrl?: string;
}

/** So often somebody types into a select that offers nothing. */
const mostTries = 5;

/**
 * One person at Slack's client. Methods throw NotPossible where the client would not let a person do that: an element
 * that is not there, an option that is not offered, a command in a channel they are not in.
 */
export class SlackPerson {
  readonly #workspace: Workspace;
  readonly #interactions: Interactions;
  readonly #id: string;

  constructor(workspace: Workspace, interactions: Interactions, id: string) {
    this.#workspace = workspace;
    this.#interactions = interactions;
    this.#id = id;
  }

  get id(): string {
    return this.#id;
  }

  get profile(): Person {
    return { ...this.#workspace.person(this.#id) };
  }

  #active(): Person {
    const person = this.#workspace.person(this.#id);
    if (person.deactivated) throw new NotPossible(`${person.key} is deactivated and cannot sign in`);
    return person;
  }

  /** Types a slash command; in #csp unless another channel (name, `#name` or id) is given, or `dm`. Resolves when acknowledged. */
  async command(command: string, text = "", options: { channel?: string } = {}): Promise<Delivery> {
    const person = this.#active();
    return this.#interactions.command(person, command, text, this.#channel(options.channel ?? "csp").id);
  }

  /** Picks a global shortcut. */
  async shortcut(callbackId: string): Promise<Delivery> {
    return this.#interactions.shortcut(this.#active(), callbackId);
  }

  /** Picks a shortcut from the menu of a message. */
  async messageShortcut(callbackId: string, message: { ts: string }): Promise<Delivery> {
    return this.#interactions.messageShortcut(this.#active(), callbackId, this.#seen(message.ts));
  }

  /** Posts a message; to the bot's DM unless a channel is given. */
  async say(
    text: string,
    options: { channel?: string; threadTs?: string } = {},
  ): Promise<Delivery | undefined> {
    const person = this.#active();
    return this.#interactions.say(person, this.#channel(options.channel ?? "dm").id, text, options.threadTs);
  }

  /** Opens the App Home; resolves when the bot has taken the event. What it publishes is then in `home()`. */
  async openHome(): Promise<Delivery | undefined> {
    return this.#interactions.openHome(this.#active());
  }

  /** The App Home, once the bot has published one. */
  home(): ShownView | undefined {
    const home = this.#workspace.homes.get(this.#id);
    return home && shownView(home, 1);
  }

  /** The topmost open modal. */
  currentView(): ShownView | undefined {
    const stack = this.#workspace.stack(this.#id);
    const top = stack.at(-1);
    return top && shownView(top, stack.length);
  }

  /** All open modals, the topmost last. */
  viewStack(): ShownView[] {
    return this.#workspace.stack(this.#id).map((view, index) => shownView(view, index + 1));
  }

  /** Waits for a modal, by callback id if given. */
  async view(callbackId?: string, options: WaitOptions = {}): Promise<ShownView> {
    return this.#workspace.changes.waitFor(
      () => {
        const top = this.currentView();
        return callbackId === undefined || top?.callbackId === callbackId ? top : undefined;
      },
      { what: `${this.profile.key} sees the modal ${callbackId ?? ""}`, ...options },
    );
  }

  /** Everything before this person's eyes, oldest first: DMs, their channels, their own ephemeral messages. */
  messages(): ShownMessage[] {
    return this.#workspace.seenBy(this.#id).map((message) => this.#shownMessage(message));
  }

  /** The conversation with the bot, oldest first. */
  dm(): ShownMessage[] {
    const channel = this.#workspace.dm(this.#id);
    return channel ? this.messages().filter((message) => message.channel === channel.id) : [];
  }

  /** Reloads the client: ephemeral messages are gone. */
  reload(): void {
    const own = this.#workspace.messages.filter(
      (message) => message.visibleTo === this.#id && !message.deleted,
    );
    for (const message of own) this.#workspace.remove(message);
  }

  /** Presses a button. */
  async click(actionId: string, where: Where = {}): Promise<Delivery | undefined> {
    const person = this.#active();
    const { place, placed } = this.#find(actionId, where);
    if (placed.element.type !== "button") {
      throw new NotPossible(`${actionId} is a ${placed.element.type}, not a button`);
    }
    if (declined(placed, where)) return undefined;
    return this.#interactions.act(person, place, placed, {});
  }

  /** Types into a text, number, e-mail or URL field. `enter` also presses the enter key. */
  async type(
    id: string,
    value: string,
    options: Where & { enter?: boolean } = {},
  ): Promise<Delivery | undefined> {
    const { place, placed } = this.#find(id, options);
    if (!/^(plain_text|number|email_text|url_text)_input$/.test(placed.element.type)) {
      throw new NotPossible(`${id} is a ${placed.element.type}: nothing can be typed there`);
    }
    this.#set(place, placed, value === "" ? null : value);
    const config = placed.element.dispatch_action_config as { trigger_actions_on?: string[] } | undefined;
    const triggers = config?.trigger_actions_on ?? ["on_enter_pressed"];
    const dispatches =
      placed.block.dispatch_action === true &&
      (triggers.includes("on_character_entered") ||
        (options.enter === true && triggers.includes("on_enter_pressed")));
    return dispatches ? this.#interactions.act(this.#active(), place, placed, { value }) : undefined;
  }

  /**
   * Chooses in a select, radio group, checkboxes, overflow menu or picker. Options are named by value or text; those
   * of external selects must have been suggested before. Tells the bot where Slack would.
   */
  async select(id: string, choice: Choice, where: Where = {}): Promise<Delivery | undefined> {
    const person = this.#active();
    const { place, placed } = this.#find(id, where);
    const { element, block } = placed;
    if (element.type === "overflow") {
      const option = this.#offeredOption(place, placed, String(choice));
      if (declined(placed, where)) return undefined;
      return this.#interactions.act(person, place, placed, { selected_option: option });
    }
    const field = stateField(element.type);
    if (field === undefined || field === "value" || field === "files" || field === "rich_text_value") {
      throw new NotPossible(`${id} is a ${element.type}: nothing can be chosen there`);
    }
    const value = this.#chosen(place, placed, field, choice);
    if (declined(placed, where)) return undefined;
    this.#set(place, placed, value);
    if (block.type === "input" && block.dispatch_action !== true) return undefined;
    return this.#interactions.act(person, place, placed, { [field]: value });
  }

  /** Types into an external select and sees what the bot suggests. */
  async suggest(id: string, query: string, where: Where = {}): Promise<Option[]> {
    const person = this.#active();
    const { place, placed } = this.#find(id, where);
    const { element } = placed;
    if (!/^(multi_)?external_select$/.test(element.type)) {
      throw new NotPossible(`${id} is a ${element.type}: it asks nobody for options`);
    }
    const least = typeof element.min_query_length === "number" ? element.min_query_length : 3;
    if ([...query].length < least)
      throw new NotPossible(`${id} asks for options from ${least} characters on`);
    return this.#interactions.suggest(person, place, placed, query);
  }

  /**
   * Types into an external select and takes one of the suggestions: by index, value or text, or the first that fits. One
   * that takes several keeps what it had. Suggestions that come too late are none: who sees none types again, a few times.
   */
  async pick(
    id: string,
    query: string,
    which: number | string | ((option: Option) => boolean) = 0,
    where: Where = {},
  ): Promise<Option> {
    let options = await this.suggest(id, query, where);
    for (let tries = 1; options.length === 0 && tries < mostTries; tries += 1)
      options = await this.suggest(id, query, where);
    const option =
      typeof which === "number"
        ? options[which]
        : options.find(typeof which === "string" ? (candidate) => isNamed(candidate, which) : which);
    if (!option) {
      throw new NotPossible(`${id} offers no such option for "${query}"; it offers ${names(options)}`);
    }
    const { place, placed } = this.#find(id, where);
    const choice = choiceOf(option);
    const several = placed.element.type.startsWith("multi_");
    const values = new Set([...this.#selected(place, placed).map(choiceOf), choice]);
    await this.select(id, several ? [...values] : choice, where);
    return option;
  }

  /** Puts files into a file field. */
  attach(id: string, uploads: Upload[]): void {
    const person = this.#active();
    const { place, placed } = this.#find(id, {});
    if (placed.element.type !== "file_input") throw new NotPossible(`${id} is a ${placed.element.type}`);
    const most = typeof placed.element.max_files === "number" ? placed.element.max_files : 10;
    if (uploads.length > most) throw new NotPossible(`${id} takes ${most} files`);
    const allowed = placed.element.filetypes as string[] | undefined;
    const files = uploads.map((upload) => {
      const extension = upload.name.slice(upload.name.lastIndexOf(".") + 1).toLowerCase();
      if (allowed && !allowed.includes(extension))
        throw new NotPossible(`${id} takes no .${extension} files`);
      const bytes = Buffer.from(upload.content);
      const file = {
        id: this.#workspace.nextId("F"),
        name: upload.name,
        title: upload.name,
        mimetype: upload.mimetype ?? "application/octet-stream",
        length: bytes.length,
        bytes,
        owner: person.id,
        complete: true,
        created: this.#workspace.seconds(),
        channels: [],
        ...(upload.externalUrl === undefined ? {} : { externalUrl: upload.externalUrl }),
      };
      this.#workspace.files.set(file.id, file);
      this.#workspace.changes.emit("file", file.id);
      return this.#workspace.wireFile(file);
    });
    this.#set(place, placed, files);
  }

  /** Deletes one of the person's own files. */
  deleteFile(fileId: string): void {
    const { files, changes } = this.#workspace;
    if (files.get(fileId)?.owner !== this.#active().id)
      throw new NotPossible(`${fileId} is no file of theirs`);
    files.delete(fileId);
    changes.emit("file", fileId);
  }

  /** Presses the submit button of the open modal. */
  async submit(): Promise<Submission> {
    return this.#interactions.submit(this.#active(), this.#top());
  }

  /** Presses Cancel, or with `all` the cross that takes the whole stack away. */
  async close(options: { all?: boolean } = {}): Promise<void> {
    await this.#interactions.close(this.#active(), this.#top(), options.all ?? false);
  }

  #top(): View {
    const top = this.#workspace.stack(this.#id).at(-1);
    if (!top) throw new NotPossible(`${this.profile.key} has no modal open`);
    return top;
  }

  #channel(name: string): { id: string } {
    const workspace = this.#workspace;
    if (name === "dm") return workspace.dm(this.#id, true);
    const bare = name.replace(/^#/, "");
    const channel =
      workspace.channels.get(bare) ??
      [...workspace.channels.values()].find(
        (candidate) => candidate.kind === "channel" && candidate.name === bare,
      );
    if (!channel?.members.includes(this.#id)) throw new NotPossible(`${this.profile.key} is not in ${name}`);
    return channel;
  }

  #find(id: string, where: Where): { place: Place; placed: Placed } {
    const workspace = this.#workspace;
    const places = this.#places(where);
    for (const place of places) {
      const blocks = "view" in place ? place.view.content.blocks : place.message.blocks;
      const elements = elementsIn(blocks);
      const exact = elements.filter(
        ({ actionId, element }) =>
          actionId === id && (where.value === undefined || element.value === where.value),
      );
      const found = exact.length > 0 ? exact : elements.filter((placed) => placed.blockId === id);
      if (found.length > 1) throw new NotPossible(`${id} names ${found.length} elements`);
      const [placed] = found;
      if (placed) return { place, placed };
    }
    const [first] = places;
    const present =
      places.length === 1 && first
        ? elementsIn("view" in first ? first.view.content.blocks : first.message.blocks).map(
            (p) => p.actionId,
          )
        : [];
    const spot =
      first && "view" in first ? `the view ${first.view.content.callback_id ?? first.view.id}` : "messages";
    throw new NotPossible(
      `${workspace.person(this.#id).key} sees no element ${id} in ${spot}; there is ${present.join(", ") || "none"}`,
    );
  }

  #places(where: Where): Place[] {
    const workspace = this.#workspace;
    const home = workspace.homes.get(this.#id);
    if (where.home) return home ? [{ view: home }] : [];
    if (where.message) return [{ message: this.#seen(where.message.ts) }];
    const top = workspace.stack(this.#id).at(-1);
    if (top) return [{ view: top }];
    const messages = workspace.seenBy(this.#id).toReversed();
    return [...messages.map((message) => ({ message })), ...(home ? [{ view: home }] : [])];
  }

  #seen(ts: string): Message {
    const message = this.#workspace.seenBy(this.#id).find((candidate) => candidate.ts === ts);
    if (!message) throw new NotPossible(`${this.profile.key} sees no message ${ts}`);
    return message;
  }

  #set(place: Place, placed: Placed, value: unknown): void {
    const workspace = this.#workspace;
    const field = stateField(placed.element.type);
    const inBlock = this.#stateOf(place)[placed.blockId];
    if (!inBlock || field === undefined) throw new NotPossible(`${placed.actionId} keeps no value`);
    inBlock[placed.actionId] = { type: placed.element.type, [field]: value };
    if ("view" in place) workspace.changes.emit("view", place.view.id);
    else workspace.changes.emit("message", place.message.ts);
  }

  #stateOf(place: Place): StateValues {
    return "view" in place ? place.view.state : this.#workspace.messageState(place.message, this.#id);
  }

  /** What is chosen in a select that takes several. */
  #selected(place: Place, { blockId, actionId }: Placed): Option[] {
    return (this.#stateOf(place)[blockId]?.[actionId]?.selected_options ?? []) as Option[];
  }

  #chosen(place: Place, placed: Placed, field: string, choice: Choice): unknown {
    const several = field.endsWith("s");
    if (several !== Array.isArray(choice) && choice !== null) {
      throw new NotPossible(`${placed.actionId} takes ${several ? "several values" : "one value"}`);
    }
    if (choice === null) return several ? [] : null;
    const one = (name: string): unknown => {
      if (field.startsWith("selected_option")) return this.#offeredOption(place, placed, name);
      if (field.startsWith("selected_user")) return this.#knownPerson(name).id;
      if (field.startsWith("selected_c")) return this.#channel(name).id;
      return name;
    };
    if (Array.isArray(choice)) {
      const most = placed.element.max_selected_items;
      if (typeof most === "number" && choice.length > most) {
        throw new NotPossible(`${placed.actionId} takes ${most} at most`);
      }
      return choice.map(one);
    }
    if (field === "selected_date_time") {
      if (typeof choice !== "number" || !Number.isInteger(choice)) throw new NotPossible("Give Unix seconds");
      return choice;
    }
    const pattern = { selected_date: /^\d{4}-\d{2}-\d{2}$/, selected_time: /^\d{2}:\d{2}$/ }[field];
    if (pattern && !pattern.test(String(choice))) throw new NotPossible(`${choice} does not fit ${field}`);
    return one(String(choice));
  }

  #offeredOption(place: Place, placed: Placed, name: string): Option {
    const surface = "view" in place ? place.view : place.message;
    const external = placed.element.type.endsWith("external_select");
    // What is chosen already can stay chosen, though the last query did not bring it.
    const options = external
      ? [
          ...(surface.offered.get(`${placed.blockId}/${placed.actionId}`) ?? []),
          ...this.#selected(place, placed),
        ]
      : ownOptions(placed.element);
    const option = options.find((candidate) => isNamed(candidate, name));
    if (!option)
      throw new NotPossible(`${placed.actionId} does not offer "${name}"; it offers ${names(options)}`);
    return option;
  }

  #knownPerson(name: string): Person {
    const people = [...this.#workspace.people.values()];
    const person = people.find((candidate) => candidate.id === name || candidate.key === name);
    if (!person) throw new NotPossible(`There is nobody called ${name}`);
    return person;
  }

  #shownMessage(message: Message): ShownMessage {
    const workspace = this.#workspace;
    const text = [message.blocks.length === 0 ? message.text : "", readableText(message.blocks)];
    return {
      ts: message.ts,
      channel: message.channel,
      channelName: workspace.channels.get(message.channel)?.name ?? "",
      from:
        message.author === workspace.app.botUserId
          ? "bot"
          : (workspace.people.get(message.author)?.key ?? "slack"),
      notification: message.text,
      blocks: structuredClone(message.blocks),
      text: [...text, readableText(message.attachments)].filter(Boolean).join("\n"),
      ephemeral: message.visibleTo !== undefined,
      edited: message.edited !== undefined && message.blocks.length === 0,
      threadTs: message.threadTs,
      metadata: message.metadata,
      fileIds: [...message.fileIds],
    };
  }
}

function shownView(view: View, depth: number): ShownView {
  const { content } = view;
  return {
    id: view.id,
    type: content.type,
    callbackId: content.callback_id ?? "",
    title: content.title?.text ?? "",
    submit: content.submit?.text,
    close: content.close?.text,
    blocks: structuredClone(content.blocks),
    text: [content.title?.text, readableText(content.blocks)].filter(Boolean).join("\n"),
    state: structuredClone(view.state),
    errors: { ...view.errors },
    trouble: view.trouble,
    privateMetadata: content.private_metadata ?? "",
    externalId: content.external_id ?? "",
    hash: view.hash,
    depth,
  };
}

function declined(placed: Placed, where: Where): boolean {
  return placed.element.confirm !== undefined && where.confirm === false;
}

function isNamed(option: Option, name: string): boolean {
  return option.value === name || option.text.text === name;
}

function choiceOf(option: Option): string {
  return option.value ?? option.text.text;
}

function names(options: Option[]): string {
  return options.map((option) => `"${option.text.text}"`).join(", ") || "nothing";
}
