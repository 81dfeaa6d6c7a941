import type { Selectable } from "kysely";
import type {
  ActivityAlertsRow,
  ActivityExportsRow,
  ChainHeadsRow,
  ConnectionAttemptsRow,
  DigestsRow,
  MessageKind,
  WelcomesRow,
} from "../db/rows.ts";
import { type RequestRow, requestTables } from "../requests/tables.ts";

/** What a message is drawn from. */
export type MessageSubject =
  | RequestRow
  | { kind: "digest"; row: Selectable<DigestsRow> }
  | { kind: "activity_alert"; row: Selectable<ActivityAlertsRow> }
  | { kind: "activity_export"; row: Selectable<ActivityExportsRow> }
  | { kind: "connection"; row: Selectable<ConnectionAttemptsRow> }
  | { kind: "welcome"; row: Selectable<WelcomesRow> };

/** What is posted into a channel, once and for whoever reads there. */
export interface ChannelPost {
  kind: "chain_head";
  row: Selectable<ChainHeadsRow>;
}

/** Where the rows are that messages are drawn from. */
export const subjectTables = {
  ...requestTables,
  digest: "digests",
  activity_alert: "activity_alerts",
  activity_export: "activity_exports",
  connection: "connection_attempts",
  welcome: "welcomes",
} as const satisfies Record<MessageKind, string>;
