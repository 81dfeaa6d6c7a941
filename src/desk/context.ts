import type { PolicyEditionName } from "../cancellations/editions.ts";
import type { Database } from "../db/database.ts";
import type { FulfilmentProvider } from "../fulfilment/port.ts";
import type { Chat, DrawMessage } from "../messages/port.ts";
import type { PartnerCenter } from "../partner-center/port.ts";
import type { SupportDesk } from "../support-requests/port.ts";
import type { Clock } from "./clock.ts";
import type { ReachFailpoint } from "./failpoints.ts";

/** Codes and ids for the operator; an entry never holds a payload, a key or a link. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields & { error?: string }, message: string): void;
}

/** Lengths of time, in seconds. */
export interface Timings {
  /** How long a worker owns a request that it has claimed. */
  leaseSeconds: number;
  /** How long something that was rung for may stay away before the sweeper rings again. */
  patienceSeconds: number;
  rolesRefreshSeconds: number;
  rolesMaxAgeSeconds: number;
}

/** What every verb is given. Nothing in the domain is reached by another way. */
export interface Desk {
  db: Database;
  clock: Clock;
  log: Log;
  partnerCenter: PartnerCenter;
  fulfilment: FulfilmentProvider;
  supportDesk: SupportDesk;
  chat: Chat;
  drawMessage: DrawMessage;
  policyEdition: PolicyEditionName | null;
  timings: Timings;
  failpoint: ReachFailpoint;
}
