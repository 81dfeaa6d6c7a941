import type { Cluster } from "../ground/cluster.ts";
import type { OwnRedis } from "../ground/own-redis.ts";
import { onDatabase } from "../ground/server.ts";
import type { Stage } from "./stage.ts";

/** Begins something that goes wrong, and gives back how it ends. */
export type Trouble = (stage: Stage) => Promise<() => Promise<void>>;

const once =
  (happens: (stage: Stage) => unknown): Trouble =>
  async (stage) => {
    await happens(stage);
    return async () => {};
  };

/** What can happen to a database. */
export const databaseTroubles = (cluster: Cluster) =>
  ({
    "PostgreSQL is killed": async () => {
      cluster.kill();
      return () => cluster.start();
    },
    "connections to PostgreSQL break": async ({ gates }) => {
      gates.database.shut();
      return async () => gates.database.open();
    },
    "connections to PostgreSQL are left half open": once(({ gates }) => gates.database.abandon()),
  }) satisfies Record<string, Trouble>;

/** The queue in PostgreSQL loses all its jobs. */
export const emptyQueueTables: Trouble = once(({ world }) =>
  onDatabase(world.databaseUrl, (client) => client.query("truncate bullmq.job cascade")),
);

/** What can happen to a Redis. */
export const redisTroubles = (redis: OwnRedis) =>
  ({
    "Redis is killed, and comes back with what it had": async () => {
      await redis.kill();
      return () => redis.start("with its data");
    },
    "Redis is killed, and comes back empty": async () => {
      await redis.kill();
      return () => redis.start("empty");
    },
    "Redis is emptied": once(() => redis.flush()),
    "Redis stands still": async () => {
      redis.pause();
      return async () => redis.resume();
    },
    "connections to Redis are left half open": once(({ gates }) => gates.redis?.abandon()),
  }) satisfies Record<string, Trouble>;

type PartnerCenterFault = Parameters<Stage["world"]["partnerCenter"]["addFault"]>[0];

/** What Partner Center, or the way to it, may make of a call. */
export const partnerCenterFaults = {
  "limits and errors of its own": [
    { fault: "429", retryAfterSeconds: 1 },
    { fault: "503", retryAfterSeconds: 1 },
    { fault: "500" },
    { fault: "502" },
  ],
  "no answer, though it was done or not": [
    { fault: "reset-before" },
    { fault: "reset-after-commit" },
    { fault: "hang" },
  ],
  "half an answer, or a page": [{ fault: "invalid-json" }, { fault: "html" }],
  "another content type, or a byte order mark": [{ fault: "wrong-content-type" }, { fault: "bom" }],
  "a token that is over": [{ fault: "expired-token" }],
} satisfies Record<string, Omit<PartnerCenterFault, "path">[]>;

/** By what workers find out what became of a call whose answer they could not read. */
const lookingCalls: Pick<PartnerCenterFault, "method" | "path">[] = [
  { method: "GET", path: "/carts/" },
  { method: "GET", path: "/v1/servicerequests" },
];

/** The calls that workers make for every request, by method and path. */
export const partnerCenterCalls = {
  token: { method: "POST", path: "/oauth2/" },
  checkout: { method: "POST", path: "/checkout$" },
  order: { method: "GET", path: "/orders/" },
  cancellation: { method: "PATCH", path: "/orders/" },
  ticket: { method: "POST", path: "/v1/servicerequests/" },
} satisfies Record<string, Pick<PartnerCenterFault, "method" | "path">>;

/** The first calls of each kind fare like that, one after the other. */
export const partnerCenterTrouble =
  (faults: readonly Omit<PartnerCenterFault, "path">[]): Trouble =>
  async ({ world }) => {
    for (const call of [...Object.values(partnerCenterCalls), ...lookingCalls])
      for (const fault of faults) world.partnerCenter.addFault({ ...call, ...fault, times: 1 });
    return async () => world.partnerCenter.clearFaults();
  };

export const partnerCenterHalfOpen: Trouble = once(({ gates }) => gates.partnerCenter.abandon());

type SlackFault = Parameters<Stage["world"]["slack"]["addFault"]>[0]["fault"];

/** What Slack may make of a call. */
export const slackFaults = {
  "limits and errors of its own": ["429", "500", "error:internal_error"],
  "no answer, though it was done or not": ["reset-before", "reset-after-commit"],
  "a token or a scope that is refused": ["error:invalid_auth", "error:missing_scope"],
  "a conversation that is not there, and a message that is too long": [
    "error:channel_not_found",
    "error:msg_too_long",
  ],
} satisfies Record<string, SlackFault[]>;

const slackMethods = ["chat.postMessage", "chat.update", "conversations.open", "conversations.history"];

/** The first calls of each kind fare like that, one after the other. */
export const slackTrouble =
  (faults: readonly SlackFault[], times = 2): Trouble =>
  async ({ world }) => {
    for (const method of slackMethods)
      for (const fault of faults) world.slack.addFault({ method, fault, times, retryAfterSeconds: 1 });
    return async () => world.slack.clearFaults();
  };

export const slackHalfOpen: Trouble = once(({ gates }) => gates.slack.abandon());

/** The oldest is killed, wherever it is, and another takes its place. */
export const workerDies: Trouble = once((stage) => stage.replaceWorker(0));

export const botDies: Trouble = once((stage) => stage.startBot());

/** One machine's clock is wrong by so much until the trouble ends. */
export const clockJumps =
  (ms: number): Trouble =>
  async (stage) => {
    const [worker] = stage.workers;
    const setClock = async (aheadMs: number): Promise<void> => {
      try {
        await worker?.setClock(aheadMs);
      } catch (error) {
        // It may have been killed meanwhile; the next one has a clock of its own.
        if (worker && stage.workers.includes(worker)) throw error;
      }
    };
    await setClock(stage.world.aheadMs() + ms);
    return () => setClock(stage.world.aheadMs());
  };
