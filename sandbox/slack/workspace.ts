import type { Clock } from "#src/desk/clock.ts";
import { accept } from "./accept.ts";
import { Changes } from "./changes.ts";
import { elementsIn, stateOf, withIds } from "./elements.ts";
import { Grants } from "./grants.ts";
import type { Manifest } from "./manifest.ts";
import {
  type Block,
  type Call,
  type Channel,
  type Delivery,
  type Message,
  type MessageContent,
  type MessageVersion,
  type Person,
  SlackError,
  type StateValues,
  type StoredFile,
  type View,
  type ViewContent,
  type Wire,
} from "./model.ts";
import { type PersonSeed, personFrom } from "./people.ts";
import type { Snapshot } from "./snapshot.ts";

const triggerLifeMs = 3_000;
const stackDepth = 3;
/** Author of the lines that Slack itself shows to one person. */
const slackbot = "USLACKBOT";

interface Trigger {
  person: string;
  /** The open modal whose component was used, if any. */
  viewId: string | undefined;
  expires: number;
  used: boolean;
}

export interface Team {
  id: string;
  domain: string;
  name: string;
}

export const firstTeam: Team = { id: "T0CSPDESK", domain: "csp-desk", name: "CSP Desk" };

/** The organisation that the first workspace belongs to. */
export const organisation = { id: "E0CSPDESK", name: "CSP Desk organization" };

export interface WorkspaceOptions {
  clock: Clock;
  /** Another than the usual one. */
  team?: Team | undefined;
  people: PersonSeed[];
  manifest: Manifest | undefined;
  /** Address of the stand-in itself, known once it listens. */
  baseUrl: () => string;
}

export interface PostOptions {
  author: string;
  channel: string;
  content: unknown;
  visibleTo?: string | undefined;
  threadTs?: string | undefined;
  fileIds?: string[];
}

/** Everything one Slack workspace with the app installed remembers, and the rules by which it changes. */
export class Workspace {
  readonly team: Team;
  readonly app: { id: string; botUserId: string; botId: string; name: string };
  /** Whether the app is in this workspace alone, in all of its organisation, or not there. */
  installed: "team" | "organisation" | null = null;
  /** What ids of this workspace have that those of another have not. */
  readonly #mark: string;
  /** Sent in payloads for old apps; nothing may rely on it. */
  readonly verificationToken = "unused-verification-token";
  readonly clock: Clock;
  readonly grants: Grants;
  readonly changes = new Changes();
  readonly people = new Map<string, Person>();
  readonly channels = new Map<string, Channel>();
  readonly messages: Message[] = [];
  /** Modals of all times by id. */
  readonly views = new Map<string, View>();
  /** Open modals of each person, the topmost last. */
  readonly stacks = new Map<string, View[]>();
  /** App Home by person. */
  readonly homes = new Map<string, View>();
  readonly files = new Map<string, StoredFile>();
  readonly deliveries: Delivery[] = [];
  readonly calls: Call[] = [];
  readonly #triggers = new Map<string, Trigger>();
  readonly #counters = new Map<string, number>();
  readonly #baseUrl: () => string;

  constructor(options: WorkspaceOptions) {
    this.clock = options.clock;
    this.team = options.team ?? firstTeam;
    this.#mark = options.team ? options.team.id.slice(1) : "";
    this.app = {
      id: "A0CSPDESK",
      botUserId: `U0CSPDESK${this.#mark}`,
      botId: `B0CSPDESK${this.#mark}`,
      name: "csp-desk",
    };
    this.grants = new Grants(options.manifest);
    this.#baseUrl = options.baseUrl;
    for (const seed of options.people) {
      const person = personFrom(seed, this.#mark);
      this.people.set(person.id, person);
    }
    const everyone = [...this.people.values()].filter((person) => !person.deactivated);
    const ids = everyone.map((person) => person.id);
    const employees = everyone.filter((person) => !person.isGuest).map((person) => person.id);
    this.channels.set("C0CSP", {
      id: "C0CSP",
      name: "csp",
      kind: "channel",
      members: [...ids, this.app.botUserId],
    });
    this.channels.set("C0GENERAL", { id: "C0GENERAL", name: "general", kind: "channel", members: employees });
  }

  /** The organisation, where the app is installed for all of it. */
  get organisation(): typeof organisation | null {
    return this.installed === "organisation" ? organisation : null;
  }

  get baseUrl(): string {
    return this.#baseUrl();
  }

  /** The next id with this prefix: the same sequence in every run. */
  nextId(prefix: string, digits = 8): string {
    const next = (this.#counters.get(prefix) ?? 0) + 1;
    this.#counters.set(prefix, next);
    const mark = prefix === "" ? "" : this.#mark;
    return `${prefix}${mark}${String(next).padStart(digits, "0")}`;
  }

  /** A message time stamp, never given twice. */
  nextTs(): string {
    return `${this.seconds()}.${this.nextId("", 6)}`;
  }

  /** Unix seconds on the stand-in's clock. */
  seconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }

  // From one start to the next

  /** Everything that a later workspace can take up by `restore`. */
  kept(): Omit<Snapshot, "version" | "aheadMs"> {
    return {
      counters: Object.fromEntries(this.#counters),
      dms: [...this.channels.values()].flatMap(({ kind, ...channel }) =>
        kind === "im" ? [{ ...channel, kind }] : [],
      ),
      messages: this.messages
        .filter((message) => !message.deleted && message.visibleTo === undefined)
        .map(
          ({ deleted: _deleted, versions: _versions, state: _state, offered: _offered, ...message }) =>
            message,
        ),
      homes: [...this.homes.values()].map(({ id, owner, hash, content }) => ({ id, owner, hash, content })),
      files: [...this.files.values()].map(({ bytes, ...file }) => ({
        ...file,
        base64: bytes?.toString("base64") ?? null,
      })),
    };
  }

  /** Takes up what another workspace has kept; for one in which nothing has happened yet. */
  restore(kept: Omit<Snapshot, "version" | "aheadMs">): void {
    for (const [prefix, count] of Object.entries(kept.counters)) this.#counters.set(prefix, count);
    for (const dm of kept.dms) this.channels.set(dm.id, dm);
    for (const { threadTs, edited, metadata, ...message } of kept.messages) {
      this.messages.push({
        ...message,
        ...(threadTs === undefined ? {} : { threadTs }),
        ...(edited === undefined ? {} : { edited }),
        ...(metadata === undefined ? {} : { metadata }),
        deleted: false,
        versions: [],
        state: new Map(),
        offered: new Map(),
      });
    }
    for (const { id, owner, hash, content } of kept.homes) {
      this.homes.set(owner, newView({ id, owner, content, hash, below: null }));
    }
    for (const { base64, externalUrl, ...file } of kept.files) {
      this.files.set(file.id, {
        ...file,
        ...(externalUrl === undefined ? {} : { externalUrl }),
        bytes: base64 === null ? null : Buffer.from(base64, "base64"),
      });
    }
  }

  // People and channels

  person(id: string): Person {
    const person = this.people.get(id);
    if (!person) throw new SlackError("user_not_found");
    return person;
  }

  /** The id that the DM between a person and the bot has or will have. */
  dmId(personId: string): string {
    return `D${personId.slice(1)}`;
  }

  /** The DM between a person and the bot; opened when `open` is set and it does not exist yet. */
  dm(personId: string, open: true): Channel;
  dm(personId: string, open?: boolean): Channel | undefined;
  dm(personId: string, open = false): Channel | undefined {
    const id = this.dmId(this.person(personId).id);
    const known = this.channels.get(id);
    if (known || !open) return known;
    const channel: Channel = {
      id,
      name: "directmessage",
      kind: "im",
      members: [personId, this.app.botUserId],
    };
    this.channels.set(id, channel);
    return channel;
  }

  // Triggers

  issueTrigger(personId: string, viewId?: string): string {
    const id = `${this.nextId("trigger-", 6)}.${this.team.id}`;
    const expires = this.clock.now().getTime() + triggerLifeMs;
    this.#triggers.set(id, { person: personId, viewId, expires, used: false });
    return id;
  }

  /** Spends a trigger: works once, within three seconds on the stand-in's clock. */
  #spendTrigger(id: string): Trigger {
    const trigger = this.#triggers.get(id);
    if (!trigger) throw new SlackError("invalid_trigger_id");
    if (trigger.used) throw new SlackError("exchanged_trigger_id");
    if (this.clock.now().getTime() > trigger.expires) throw new SlackError("expired_trigger_id");
    trigger.used = true;
    return trigger;
  }

  // Views

  stack(personId: string): View[] {
    return this.stacks.get(personId) ?? [];
  }

  /** Opens a modal for whoever pulled the trigger; a stack still open gives way to it. */
  openView(triggerId: string, raw: unknown): View {
    const content = this.#newContent("modal", raw);
    const { person } = this.#spendTrigger(triggerId);
    this.closeAll(person);
    const view = this.#addView(person, content, null);
    this.stacks.set(person, [view]);
    this.changes.emit("view", view.id);
    return view;
  }

  /** Pushes a modal onto the one whose component pulled the trigger. */
  pushView(triggerId: string, raw: unknown): View {
    const content = this.#newContent("modal", raw);
    const { viewId } = this.#spendTrigger(triggerId);
    const below = viewId === undefined ? undefined : this.views.get(viewId);
    if (!below?.open) throw new SlackError("invalid_trigger_id");
    return this.#pushOnto(below, content);
  }

  /** Pushes a modal in answer to the submission of `below`. */
  pushAfterSubmit(below: View, raw: unknown): View {
    return this.#pushOnto(below, this.#newContent("modal", raw));
  }

  #pushOnto(below: View, content: ViewContent): View {
    const stack = this.stack(below.owner);
    if (stack.length >= stackDepth) throw new SlackError("push_limit_reached");
    const view = this.#addView(below.owner, content, below);
    stack.push(view);
    this.changes.emit("view", view.id);
    return view;
  }

  /** Finds an open modal or a home by id or external id; a closed modal is not found. */
  openViewBy(key: { viewId?: string | undefined; externalId?: string | undefined }): View {
    const candidates = [...this.views.values(), ...this.homes.values()];
    const view = candidates.find(
      (candidate) =>
        candidate.open &&
        (key.viewId === undefined
          ? candidate.content.external_id === key.externalId
          : candidate.id === key.viewId),
    );
    if (!view) throw new SlackError("not_found");
    return view;
  }

  /** Replaces what a view shows. With `hash`, only if nobody else has done so since. */
  updateView(view: View, raw: unknown, hash?: string): View {
    const content = this.#newContent(view.content.type, raw, view);
    if (hash !== undefined && hash !== view.hash) throw new SlackError("hash_conflict");
    view.content = content;
    view.versions.push(structuredClone(content));
    view.state = stateOf(content.blocks, view.state);
    view.hash = this.#nextHash();
    view.errors = {};
    view.trouble = null;
    this.changes.emit(content.type === "home" ? "home" : "view", view.id);
    return view;
  }

  publishHome(personId: string, raw: unknown, hash?: string): View {
    const known = this.homes.get(this.person(personId).id);
    if (known) return this.updateView(known, raw, hash);
    if (hash !== undefined) throw new SlackError("hash_conflict");
    const view = this.#addView(personId, this.#newContent("home", raw), null);
    this.changes.emit("home", view.id);
    return view;
  }

  /** Takes one view off its stack. */
  closeView(view: View): void {
    const stack = this.stack(view.owner);
    this.stacks.set(
      view.owner,
      stack.filter((other) => other !== view),
    );
    view.open = false;
    view.submitting = false;
    this.changes.emit("view", view.id);
  }

  /** Takes away every modal of a person. */
  closeAll(personId: string): void {
    for (const view of this.stack(personId).toReversed()) this.closeView(view);
  }

  #newContent(surface: "modal" | "home", raw: unknown, replacing?: View): ViewContent {
    const content = accept(surface, raw);
    if (elementsIn(content.blocks).some(({ element }) => element.type === "file_input")) {
      this.grants.require("files:read");
    }
    const externalId = content.external_id;
    if (externalId) {
      const taken = [...this.views.values(), ...this.homes.values()].some(
        (view) => view !== replacing && view.open && view.content.external_id === externalId,
      );
      if (taken) throw new SlackError("duplicate_external_id");
    }
    return { ...content, blocks: this.#named(content.blocks) };
  }

  #addView(owner: string, content: ViewContent, below: View | null): View {
    const id = this.nextId("V");
    const view = newView({ id, owner, content, hash: this.#nextHash(), below });
    if (content.type === "home") this.homes.set(owner, view);
    else this.views.set(id, view);
    return view;
  }

  #nextHash(): string {
    return `${this.seconds()}.${this.nextId("h", 6)}`;
  }

  #named(blocks: Block[]): Block[] {
    return withIds(blocks, () => this.nextId("b", 5));
  }

  // Messages

  /** Puts a message into a channel, or before one person's eyes only (`visibleTo`). */
  post(options: PostOptions): Message {
    const content = accept("message", options.content);
    const message: Message = {
      ts: this.nextTs(),
      channel: options.channel,
      author: options.author,
      ...this.#version(content),
      fileIds: options.fileIds ?? [],
      deleted: false,
      versions: [],
      state: new Map(),
      offered: new Map(),
      ...(options.threadTs === undefined ? {} : { threadTs: options.threadTs }),
      ...(options.visibleTo === undefined ? {} : { visibleTo: options.visibleTo }),
    };
    this.messages.push(message);
    this.changes.emit("message", message.ts);
    return message;
  }

  /** Gives a message new content and marks it as edited. As with `chat.update`, what is not given
   * stays, but a text alone takes the blocks away. */
  edit(message: Message, raw: unknown): Message {
    const content = accept("message", raw);
    const { text, blocks, attachments, metadata } = message;
    message.versions.push({ text, blocks, attachments, ...(metadata ? { metadata } : {}) });
    const kept: MessageContent = {
      ...(content.text === undefined ? { text } : {}),
      ...(content.blocks === undefined && content.text === undefined ? { blocks } : {}),
      ...(content.attachments === undefined ? { attachments } : {}),
      ...(content.metadata === undefined && metadata ? { metadata } : {}),
    };
    Object.assign(message, this.#version({ ...kept, ...content }));
    message.edited = this.nextTs();
    for (const [person, state] of message.state) message.state.set(person, stateOf(message.blocks, state));
    this.changes.emit("message", message.ts);
    return message;
  }

  remove(message: Message): void {
    message.deleted = true;
    this.changes.emit("message", message.ts);
  }

  #version(content: MessageContent): MessageVersion {
    return {
      text: content.text ?? "",
      blocks: this.#named(content.blocks ?? []),
      attachments: content.attachments ?? [],
      ...(content.metadata ? { metadata: content.metadata } : {}),
    };
  }

  messageState(message: Message, personId: string): StateValues {
    const known = message.state.get(personId) ?? stateOf(message.blocks);
    message.state.set(personId, known);
    return known;
  }

  /** A message that everyone in the channel can see. */
  findMessage(channel: string, ts: string): Message | undefined {
    return this.messages.find(
      (message) =>
        message.channel === channel &&
        message.ts === ts &&
        !message.deleted &&
        message.visibleTo === undefined,
    );
  }

  /** What a person has before them: messages of their channels and their own ephemeral ones, oldest first. */
  seenBy(personId: string): Message[] {
    return this.messages.filter(
      (message) =>
        !message.deleted &&
        (message.visibleTo === undefined || message.visibleTo === personId) &&
        this.channels.get(message.channel)?.members.includes(personId),
    );
  }

  /** A line that only this person sees, from Slack itself. */
  tell(personId: string, channel: string, text: string): Message {
    return this.post({ author: slackbot, channel, content: { text }, visibleTo: personId });
  }

  // What leaves

  wireTeam(): Wire {
    return { id: this.team.id, domain: this.team.domain };
  }

  wireUser(person: Person): Wire {
    return { id: person.id, username: person.key, name: person.key, team_id: this.team.id };
  }

  /** A view as the Web API and the payloads show it. */
  wireView(view: View): Wire {
    const { content } = view;
    return {
      id: view.id,
      team_id: this.team.id,
      type: content.type,
      title: content.title ?? null,
      submit: content.submit ?? null,
      close: content.close ?? null,
      blocks: content.blocks,
      private_metadata: content.private_metadata ?? "",
      callback_id: content.callback_id ?? "",
      external_id: content.external_id ?? "",
      state: { values: view.state },
      hash: view.hash,
      clear_on_close: content.clear_on_close ?? false,
      notify_on_close: content.notify_on_close ?? false,
      root_view_id: view.rootId,
      previous_view_id: view.previousId,
      app_id: this.app.id,
      app_installed_team_id: this.organisation?.id ?? this.team.id,
      bot_id: this.app.botId,
    };
  }

  /** A message as the Web API and the payloads show it. */
  wireMessage(message: Message, withMetadata: boolean): Wire {
    const byBot = message.author === this.app.botUserId;
    return {
      type: "message",
      user: message.author,
      ts: message.ts,
      text: message.text,
      team: this.team.id,
      ...(byBot ? { bot_id: this.app.botId, app_id: this.app.id } : {}),
      ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
      ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
      ...(message.edited === undefined ? {} : { edited: { user: message.author, ts: message.edited } }),
      ...(message.fileIds.length > 0
        ? {
            files: message.fileIds
              .flatMap((id) => this.files.get(id) ?? [])
              .map((file) => this.wireFile(file)),
          }
        : {}),
      ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
    };
  }

  wireFile(file: StoredFile): Wire {
    const address = `${this.baseUrl}/files-pri/${this.team.id}-${file.id}`;
    const dot = file.name.lastIndexOf(".");
    return {
      id: file.id,
      created: file.created,
      timestamp: file.created,
      name: file.name,
      title: file.title,
      mimetype: file.mimetype,
      filetype: dot < 0 ? "binary" : file.name.slice(dot + 1).toLowerCase(),
      size: file.bytes?.length ?? 0,
      user: file.owner,
      user_team: this.team.id,
      mode: file.externalUrl === undefined ? "hosted" : "external",
      is_external: file.externalUrl !== undefined,
      is_public: false,
      channels: file.channels.filter((id) => this.channels.get(id)?.kind !== "im"),
      groups: [],
      ims: file.channels.filter((id) => this.channels.get(id)?.kind === "im"),
      url_private: file.externalUrl ?? `${address}/${encodeURIComponent(file.name)}`,
      ...(file.externalUrl === undefined
        ? { url_private_download: `${address}/download/${encodeURIComponent(file.name)}` }
        : {}),
      permalink: `${this.baseUrl}/files/${file.owner}/${file.id}/${encodeURIComponent(file.name)}`,
    };
  }
}

/** A view as it is first shown. */
function newView({
  below,
  ...shown
}: Pick<View, "id" | "owner" | "content" | "hash"> & { below: View | null }): View {
  return {
    ...shown,
    rootId: below?.rootId ?? shown.id,
    previousId: below?.id ?? null,
    open: true,
    state: stateOf(shown.content.blocks),
    errors: {},
    trouble: null,
    submitting: false,
    versions: [structuredClone(shown.content)],
    offered: new Map(),
  };
}
