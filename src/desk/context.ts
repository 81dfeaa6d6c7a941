import type { ApprovalPolicy } from "../approvals/policy.ts";
import type { MarketWindow, PolicyEditionName } from "../cancellations/editions.ts";
import type { Connecting } from "../connections/port.ts";
import type { Database } from "../db/database.ts";
import type { FulfilmentProvider } from "../fulfilment/port.ts";
import type { DrawHome } from "../home/port.ts";
import type { Installing } from "../installations/port.ts";
import type { Chat, DrawMessage, DrawPost } from "../messages/port.ts";
import type { PartnerCenter } from "../partner-center/port.ts";
import type { SupportDesk } from "../support-requests/port.ts";
import type { Vault } from "../vault/vault.ts";
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
  /** How long a cancellation can be taken back before it leaves; 0: it leaves at once. */
  graceSeconds: number;
  /** How long after it was accepted a cancellation is looked for, before its last look at Partner Center's own limit. */
  followSeconds: readonly number[];
}

/** What every verb is given. Nothing in the domain is reached by another way. */
export interface Desk {
  db: Database;
  clock: Clock;
  log: Log;
  /** As the person whom `actAs` named; else as nobody in particular, with the service account's or the app's own token. */
  partnerCenter: PartnerCenter;
  fulfilment: FulfilmentProvider;
  supportDesk: SupportDesk;
  /** How agents sign in and act as themselves. Null: everything is done with the service account's token. */
  connecting: Connecting | null;
  /** How the app is installed in several workspaces. Null: in one, with a token that is configured. */
  installing: Installing | null;
  vault: Vault;
  chat: Chat;
  drawMessage: DrawMessage;
  drawPost: DrawPost;
  drawHome: DrawHome;
  policyEdition: PolicyEditionName | null;
  /** Null: nothing needs a second person. */
  approvalPolicy: ApprovalPolicy | null;
  /** Markets whose law gives longer windows. */
  marketWindows: readonly MarketWindow[];
  /** The morning message about windows that close: at which hour where the person is, and how many days before. 0 days: none. */
  digest: { hour: number; days: number };
  /** Slack's id of the channel in which the head of the activity's chain is published every day. Null: it is not. */
  activityChannel: string | null;
  /** Where people who are stuck find help: an address, an e-mail address, or words. */
  helpContact: string | null;
  /** How much one person may do. */
  limits: { revealsPerHour: number };
  timings: Timings;
  failpoint: ReachFailpoint;
}
