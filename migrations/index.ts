import type { Migration } from "kysely/migration";
import * as desk from "./20261123T010000-desk.ts";
import * as reminders from "./20261123T020000-reminders.ts";
import * as callBudget from "./20261123T030000-call-budget.ts";
import * as approvals from "./20261123T041000-approvals.ts";
import * as vault from "./20261123T042000-vault.ts";
import * as cancellationsFollowed from "./20261123T043000-cancellations-followed.ts";
import * as supportRequestsFollowed from "./20261123T044000-support-requests-followed.ts";
import * as windows from "./20261123T045000-windows.ts";
import * as afterCancellations from "./20261123T046000-after-cancellations.ts";
import * as activity from "./20261123T050000-activity.ts";
import * as connections from "./20261123T051000-connections.ts";
import * as messagesAloud from "./20261123T052000-messages-aloud.ts";
import * as home from "./20261123T053000-home.ts";
import * as offersAndRetries from "./20261123T060000-offers-and-retries.ts";
import * as onboarding from "./20261123T061000-onboarding.ts";
import * as homeAndRecords from "./20261123T062000-home-and-records.ts";
import * as installations from "./20261123T063000-installations.ts";
import * as years from "./20261123T064000-years.ts";
import * as operations from "./20261123T065000-operations.ts";
import * as partnerTenant from "./20261123T066000-partner-tenant.ts";
import * as scale from "./20261123T090000-scale.ts";
import * as batches from "./20261123T100000-batches.ts";

/** Every migration, oldest first. A new one is added at the end; a released one never changes. */
export const migrations: Record<string, Migration> = {
  "20261123T010000-desk": desk,
  "20261123T020000-reminders": reminders,
  "20261123T030000-call-budget": callBudget,
  "20261123T041000-approvals": approvals,
  "20261123T042000-vault": vault,
  "20261123T043000-cancellations-followed": cancellationsFollowed,
  "20261123T044000-support-requests-followed": supportRequestsFollowed,
  "20261123T045000-windows": windows,
  "20261123T046000-after-cancellations": afterCancellations,
  "20261123T050000-activity": activity,
  "20261123T051000-connections": connections,
  "20261123T052000-messages-aloud": messagesAloud,
  "20261123T053000-home": home,
  "20261123T060000-offers-and-retries": offersAndRetries,
  "20261123T061000-onboarding": onboarding,
  "20261123T062000-home-and-records": homeAndRecords,
  "20261123T063000-installations": installations,
  "20261123T064000-years": years,
  "20261123T065000-operations": operations,
  "20261123T066000-partner-tenant": partnerTenant,
  "20261123T090000-scale": scale,
  "20261123T100000-batches": batches,
};
