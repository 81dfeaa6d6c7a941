import fastify, { type FastifyInstance } from "fastify";
import { type Clock, systemClock } from "#src/desk/clock.ts";
import type { Change, WaitOptions } from "./changes.ts";
import { movableClock } from "./clock.ts";
import { controlRoutes } from "./control.ts";
import { Deliverer } from "./deliver.ts";
import { type Fault, Faults } from "./faults.ts";
import { type Exchange, Inspector } from "./inspector.ts";
import { Interactions } from "./interactions.ts";
import { acceptManifest } from "./manifest.ts";
import {
  type Call,
  type Channel,
  type Delivery,
  type Message,
  NotPossible,
  type Person,
  type View,
  type Wire,
} from "./model.ts";
import { CLIENT_ID, CLIENT_SECRET, Installs } from "./oauth/installs.ts";
import { authorizeRoutes } from "./oauth/routes.ts";
import { type PersonSeed, personas } from "./people.ts";
import { type ShownView, SlackPerson } from "./person.ts";
import { ResponseUrls } from "./response-url.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import { type DisconnectReason, SocketMode } from "./socket-mode.ts";
import { everythingShownInViews, everythingStored } from "./stored.ts";
import { RateLimits } from "./web-api/rate-limits.ts";
import { type WebApiTenant, webApiRoutes } from "./web-api/routes.ts";
import { type Team, Workspace } from "./workspace.ts";

const bodyLimit = 32 * 1024 * 1024;

export interface SlackStandInOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  host?: string;
  signingSecret?: string;
  botToken?: string;
  /** Opens connections in Socket Mode. */
  appToken?: string;
  /** False: the app is not installed yet, and the bot token not good; somebody installs it through OAuth. */
  installed?: boolean;
  /** Another workspace beside the usual one. */
  team?: Team;
  /** The stand-in at whose address the app finds this workspace as well, as all are at Slack's. */
  beside?: SlackStandIn;
  /** Address that takes all deliveries, for instance `http://127.0.0.1:3000/slack/events`. */
  botUrl?: string;
  /** What the workspace's own time follows: triggers, response addresses, time stamps of messages. */
  clock?: Clock;
  /** Stamps the signatures; real time unless given, since receivers compare it with real time. */
  signatureClock?: Clock;
  people?: PersonSeed[];
  /** The parsed `manifest.yml`. Without one every command, scope and event is allowed. */
  manifest?: unknown;
  /** Real milliseconds the bot has for an answer; Slack gives 3000. */
  ackDeadlineMs?: number;
  /** A file in which people's conversations live from one start to the next: read at the start, written at the end. */
  keep?: string;
  /** False lifts the limits on how often methods may be called, for measurements. */
  rateLimits?: boolean;
  /** Adds routes of its own, for instance a page under `/`, before the stand-in listens. */
  serve?: (app: FastifyInstance) => void;
}

/** All there is in the workspace, as plain data. */
export interface WorkspaceState {
  now: string;
  team: Team;
  /** Whether the app is in this workspace alone, in all of its organisation, or not there. */
  installed: Workspace["installed"];
  app: { id: string; botUserId: string; botId: string; name: string };
  /** What the app has: a Home tab, a conversation, and whether people may write in it. */
  tabs: { home: boolean; messages: boolean; maySay: boolean };
  commands: { command: string; description?: string | undefined; usage_hint?: string | undefined }[];
  people: Person[];
  channels: (Channel & { messages: Wire[] })[];
  /** Seen by one person only. */
  ephemerals: Wire[];
  /** Open modals by key of the person, the topmost last. */
  views: Record<string, ShownView[]>;
  homes: Record<string, ShownView>;
  files: Wire[];
  deliveries: Delivery[];
  calls: Call[];
  faults: Fault[];
  /** Connections the app has open in Socket Mode. */
  connections: number;
}

/** A Slack workspace on this machine, with the app installed in it. */
export interface SlackStandIn {
  /** Address of the stand-in, without a slash at the end. */
  readonly url: string;
  /** For `clientOptions.slackApiUrl`. */
  readonly apiUrl: string;
  readonly signingSecret: string;
  /** For an app that people install themselves. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the app is installed, and by which tokens. */
  readonly installs: Installs<WebApiTenant>;
  readonly botToken: string;
  readonly appToken: string;
  /** The workspace's time. */
  readonly clock: Clock;
  readonly calls: readonly Call[];
  readonly deliveries: readonly Delivery[];
  setBotUrl(url: string): void;
  /** Takes the app out of the workspace. It hears of it, and its tokens are good for nothing any more. */
  uninstall(): Promise<void>;
  /** Revokes the app's tokens in this workspace. It hears of it. */
  revokeTokens(): Promise<void>;
  /** Asks the app to connect anew, as Slack does now and then in Socket Mode. */
  disconnect(reason: DisconnectReason): void;
  /** The person with this key (`admin.agent`), e-mail address or id. */
  as(who: string): SlackPerson;
  /** The person before whom this modal is open, on top. */
  viewer(viewId: string): SlackPerson;
  /** Changes a person, for instance deactivates them. */
  changePerson(who: string, changes: Partial<Omit<Person, "id" | "key">>): void;
  /** Resolves with the first truthy answer of `fact`, asked again after every change; rejects at the deadline. */
  waitFor<T>(
    fact: () => T | Promise<T>,
    options?: WaitOptions,
  ): Promise<Exclude<T, false | 0 | "" | null | undefined>>;
  onChange(listener: (change: Change) => void): () => void;
  /** Moves the workspace's time forward and runs the event retries that fall due. */
  advance(ms: number): Promise<void>;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Sends a delivery again, byte for byte; with `fresh`, stamped and signed anew. */
  redeliver(deliveryId: string, options?: { fresh?: boolean }): Promise<Delivery>;
  /** True when the bot returns the challenge. */
  verifyUrl(): Promise<boolean>;
  sslCheck(): Promise<boolean>;
  /** What went between Slack and the bot, keys and links masked; only what changed after that number, if given. */
  exchanges(after?: number): Exchange[];
  state(): WorkspaceState;
  /** All that the bot has left with Slack, but for what people read in modals. JSON. */
  everythingStored(): string;
  /** The content of every modal there ever was. JSON. */
  everythingShownInViews(): string;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a stand-in; several may live in one process. Throws when the port is taken, Slack would refuse the manifest, or what was kept is of another version. */
export async function startSlackStandIn(options: SlackStandInOptions = {}): Promise<SlackStandIn> {
  const signingSecret = options.signingSecret ?? "sandbox-signing-secret";
  const botToken = options.botToken ?? "xoxb-sandbox-bot-token";
  const appToken = options.appToken ?? "xapp-sandbox-app-token";
  const { keep } = options;
  const kept = keep === undefined ? null : await readSnapshot(keep);
  const clock = movableClock(options.clock ?? systemClock, kept?.aheadMs);
  const manifest = options.manifest === undefined ? undefined : acceptManifest(options.manifest);
  let url = "";
  const workspace = new Workspace({
    clock,
    manifest,
    team: options.team,
    people: options.people ?? personas,
    baseUrl: () => url,
  });
  if (kept) workspace.restore(kept);
  const inspector = new Inspector(workspace);
  const faults = new Faults();
  const closing = new AbortController();
  const socketMode = new SocketMode(workspace);
  const deliverer = new Deliverer(workspace, faults, socketMode, {
    signingSecret,
    ackDeadlineMs: options.ackDeadlineMs ?? 3_000,
    signatureClock: options.signatureClock ?? systemClock,
  });
  if (options.botUrl !== undefined) deliverer.setBotUrl(options.botUrl);
  const responseUrls = new ResponseUrls(workspace);
  const interactions = new Interactions(workspace, deliverer, responseUrls);

  const installs = options.beside?.installs ?? new Installs<WebApiTenant>(clock);
  const tenant: WebApiTenant = {
    workspace,
    faults,
    socketMode,
    rateLimits: options.rateLimits === false ? null : new RateLimits(clock),
    appToken,
    closing: closing.signal,
    tell: (event) => interactions.aboutItself(event),
  };
  installs.add(tenant, options.installed === false ? null : botToken);

  const as = (who: string): SlackPerson => {
    const person = [...workspace.people.values()].find(
      (candidate) => candidate.key === who || candidate.id === who || candidate.email === who,
    );
    if (!person) throw new NotPossible(`There is nobody called ${who}`);
    return new SlackPerson(workspace, interactions, person.id);
  };

  const standIn: SlackStandIn = {
    get url() {
      return url;
    },
    get apiUrl() {
      return options.beside?.apiUrl ?? `${url}/api/`;
    },
    signingSecret,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    installs,
    botToken,
    appToken,
    clock,
    calls: workspace.calls,
    deliveries: workspace.deliveries,
    disconnect: (reason) => socketMode.disconnect(reason),
    setBotUrl: (botUrl) => deliverer.setBotUrl(botUrl),
    uninstall: () => installs.end(tenant, "removed"),
    revokeTokens: () => installs.end(tenant, "revoked"),
    as,
    viewer(viewId) {
      const view = workspace.views.get(viewId);
      if (!view || workspace.stack(view.owner).at(-1) !== view) {
        throw new NotPossible(`The view ${viewId} is not open on top`);
      }
      return as(view.owner);
    },
    changePerson(who, changes) {
      const person = workspace.person(as(who).id);
      Object.assign(person, changes);
      workspace.changes.emit("person", person.id);
    },
    waitFor: (fact, waitOptions) => workspace.changes.waitFor(fact, waitOptions),
    onChange: (listener) => workspace.changes.on(listener),
    async advance(ms) {
      clock.advance(ms);
      workspace.changes.emit("clock", clock.now().toISOString());
      await deliverer.runDue();
    },
    addFault(fault) {
      faults.add(fault);
      workspace.changes.emit("faults", fault.fault);
    },
    clearFaults() {
      faults.clear();
      workspace.changes.emit("faults", "");
    },
    redeliver: (deliveryId, { fresh = false } = {}) => deliverer.redeliver(deliveryId, fresh),
    verifyUrl: () => interactions.verifyUrl(),
    sslCheck: () => interactions.sslCheck(),
    exchanges: (after) => inspector.list(after),
    state: () => stateOf(workspace, faults, socketMode, as),
    everythingStored: () => everythingStored(workspace),
    everythingShownInViews: () => everythingShownInViews(workspace),
    async close() {
      const first = !closing.signal.aborted;
      closing.abort();
      workspace.changes.close();
      endStreams();
      socketMode.close();
      await deliverer.close();
      await server.close();
      if (first && keep !== undefined) {
        await writeSnapshot(keep, { aheadMs: clock.aheadMs, ...workspace.kept() });
      }
    },
    [Symbol.asyncDispose]: () => standIn.close(),
  };

  const server = fastify({ bodyLimit, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  webApiRoutes(server, tenant, installs);
  authorizeRoutes(server, installs);
  socketMode.attach(server.server);
  server.post<{ Params: { token: string } }>("/response/:team/:token", async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
    let content: Wire;
    try {
      content = JSON.parse(body) as Wire;
    } catch {
      return reply.code(400).send({ ok: false, error: "invalid_payload" });
    }
    const answer = responseUrls.take(request.params.token, content);
    return reply
      .code(answer.status)
      .type(answer.body.startsWith("{") ? "application/json" : "text/plain")
      .send(answer.body);
  });
  const endStreams = controlRoutes(server, standIn, inspector);
  options.serve?.(server);
  url = await server.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
  return standIn;
}

function stateOf(
  workspace: Workspace,
  faults: Faults,
  socketMode: SocketMode,
  as: (who: string) => SlackPerson,
): WorkspaceState {
  const people = [...workspace.people.values()];
  const wire = (message: Message): Wire => ({
    ...workspace.wireMessage(message, true),
    channel: message.channel,
    deleted: message.deleted,
    versions: message.versions,
    ...(message.visibleTo === undefined ? {} : { visibleTo: message.visibleTo }),
  });
  const shared = workspace.messages.filter((message) => message.visibleTo === undefined);
  const key = (view: View): string => workspace.person(view.owner).key;
  return {
    now: workspace.clock.now().toISOString(),
    team: workspace.team,
    installed: workspace.installed,
    app: workspace.app,
    tabs: {
      home: workspace.grants.homeTab,
      messages: workspace.grants.messagesTab,
      maySay: workspace.grants.maySay,
    },
    commands: workspace.grants.commands ?? [],
    people,
    channels: [...workspace.channels.values()].map((channel) => ({
      ...channel,
      messages: shared.filter((message) => message.channel === channel.id).map(wire),
    })),
    ephemerals: workspace.messages.filter((message) => message.visibleTo !== undefined).map(wire),
    views: Object.fromEntries(
      [...workspace.stacks.values()].flatMap((stack) => {
        const [top] = stack;
        return top ? [[key(top), as(top.owner).viewStack()]] : [];
      }),
    ),
    homes: Object.fromEntries(
      [...workspace.homes.values()].flatMap((home) => {
        const shown = as(home.owner).home();
        return shown ? [[key(home), shown]] : [];
      }),
    ),
    files: [...workspace.files.values()].map((file) => workspace.wireFile(file)),
    deliveries: workspace.deliveries,
    calls: workspace.calls,
    faults: faults.list(),
    connections: socketMode.connections,
  };
}
