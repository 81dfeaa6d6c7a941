import { checkChain } from "#src/activity/check-chain.ts";
import { sendExport } from "#src/activity/export.ts";
import { mirrorAuditRecords } from "#src/activity/mirror.ts";
import { publishHead } from "#src/activity/publish-head.ts";
import { lookForCredits } from "#src/cancellations/watch-credit.ts";
import { checkConnection } from "#src/connections/watch.ts";
import type { Desk } from "#src/desk/context.ts";
import { remindOfLink } from "#src/fulfilment/remind-of-link.ts";
import { refreshHome } from "#src/home/refresh.ts";
import { sendWelcome } from "#src/onboarding/welcome-installer.ts";
import type { ReminderKind } from "#src/reminders/kinds.ts";
import { type RemindVerb, runReminder } from "#src/reminders/run.ts";
import { followTicket } from "#src/support-requests/follow.ts";
import { keepFiles } from "#src/support-requests/keep-files.ts";
import { sendDigest } from "#src/windows/digest.ts";
import type { JobHandler } from "./worker.ts";

/** What a reminder of each kind does. */
const verbs: Partial<Record<ReminderKind, RemindVerb>> = {
  link_dies: remindOfLink,
  credit: lookForCredits,
  digest: sendDigest,
  ticket: followTicket,
  support_files: keepFiles,
  connection: checkConnection,
  chain_check: checkChain,
  chain_head: publishHead,
  audit_mirror: mirrorAuditRecords,
  activity_export: sendExport,
  home: refreshHome,
  welcome: sendWelcome,
};

export const reminderJob: JobHandler = {
  topic: "reminder",
  concurrency: 4,
  handle: (desk: Desk, id: string) => runReminder(desk, verbs, { reminderId: id }),
};
