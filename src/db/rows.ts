import type { ColumnType, Generated } from "kysely";
import type { ActivityKind } from "../activity/kinds.ts";
import type { ChainProblem } from "../activity/verify.ts";
import type { TickedDuties } from "../cancellations/duties.ts";
import type { CancellationBatchStatus, CancellationStatus } from "../cancellations/statuses.ts";
import type { ProductKind } from "../catalog/kinds.ts";
import type { DeskErrorCode } from "../desk/errors.ts";
import type { KeyRequestStatus } from "../fulfilment/statuses.ts";
import type { PurchaseStatus } from "../purchases/statuses.ts";
import type { ReminderKind } from "../reminders/kinds.ts";
import type { FileProblem } from "../support-requests/file-types.ts";
import type {
  SupportRequestStatus,
  SupportUpdateKind,
  SupportUpdateStatus,
} from "../support-requests/statuses.ts";

type Json<T> = ColumnType<T, string, string>;
type GeneratedJson<T> = ColumnType<T, string | undefined, string>;
/** numeric and bigint arrive as strings: money is never a float. */
type Decimal = string;

/** What every kind of request carries: who, for whom, where it stands, and when someone must look again. */
interface RequestColumns<Status extends string> {
  id: string;
  workspace_id: string;
  person_id: string;
  customer_id: string;
  customer_name: string;
  status: Status;
  correlation_id: string;
  failure: ColumnType<FailureRecord | null, string | null | undefined, string | null>;
  version: Generated<number>;
  attempts: Generated<number>;
  due_at: Date | null;
  lease: string | null;
  leased_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** What Partner Center (or another service) said no with: codes and ids, never a body. */
export interface FailureRecord {
  kind: string;
  status: number;
  code: number;
  description: string;
  operation: string;
  requestId: string;
  correlationId: string;
  /** `reauthorise`: since when nobody's sign-in was good for it, ISO-8601. */
  since?: string;
}

export interface PeopleRow {
  id: string;
  workspace_id: string;
  slack_user_id: string;
  display_name: string;
  email: string | null;
  locale: string;
  time_zone: string;
  is_member: boolean;
  profile_read_at: Date;
  created_at: Date;
  /** The language that the person chose here; null: as in Slack. */
  locale_override: ColumnType<"en" | "es" | null, "en" | "es" | null | undefined, "en" | "es" | null>;
  /** When they last had the roles read from Partner Center. */
  roles_asked_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** Who opened their Home tab, and when last; one process at a time draws it. */
export interface HomesRow {
  person_id: string;
  workspace_id: string;
  opened_at: Date;
  /** How often it was asked for: whoever draws it draws again where this has grown meanwhile. */
  wanted_version: Generated<number>;
  lease: ColumnType<string | null, string | null | undefined, string | null>;
  leased_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** The last day, YYYY-MM-DD in UTC, on which others' activity was shown there. */
  activity_shown_on: ColumnType<string | null, string | null | undefined, string | null>;
  /** Until when it greets somebody who opened it for the first time. */
  welcome_until: ColumnType<Date | null, Date | undefined, Date | null>;
}

export interface PartnerUsersRow {
  user_principal_name: string;
  partner_user_id: string;
  display_name: string;
  roles: string[];
  read_at: Date;
}

export interface PartnerUserReadsRow {
  only_row: Generated<boolean>;
  read_at: Date;
}

/** One line as it was quoted and confirmed. Money is a decimal string in the purchase's currency. */
export interface PurchaseLine {
  catalogItemId: string;
  productId: string;
  skuId: string;
  title: string;
  kind: ProductKind;
  quantity: number;
  billingCycle: string;
  termDuration: string | null;
  unitPrice: string;
  extendedPrice: string;
  /** Azure reservations: what the cart line says about scope and Azure subscription. */
  provisioningContext?: Record<string, string>;
  /** Azure reservations, for people to read: the SKU's region (its name in Azure) and what the subscription is called. */
  region?: string;
  azureSubscription?: string;
  /** What Partner Center stated about giving back, as ISO-8601 durations; where it stated nothing, our editions decide. */
  refundOptions?: { type: "Full" | "Partial"; expiresAfter: string }[];
  /** Lines of one group become one order, or none. */
  orderGroup?: string;
}

/** What a purchase would be now that it is no longer what was confirmed, ready in a cart of its own. */
export interface OfferedContent {
  /** `price`: it costs something else; `expired`: its cart is gone. */
  why: "price" | "expired";
  cartId: string;
  lines: PurchaseLine[];
  currencyCode: string | null;
  totalPrice: string;
  hash: string;
}

export interface PurchasedOrder {
  orderId: string;
  createdAt: string;
  lines: {
    lineItemNumber: number;
    catalogItemId: string;
    quantity: number;
    subscriptionId: string | null;
    /** What tells two lines of one SKU apart. Absent in older rows. */
    termDuration?: string | null;
    billingCycle?: string;
    /** Until when it may be cancelled, as an instant; null where it can't be cancelled here. Absent in older rows. */
    deadlineAt?: string | null;
    /** What the order itself says the line costs; null where it does not say. Absent in older rows. */
    price?: string | null;
  }[];
}

export interface PurchasesRow extends RequestColumns<PurchaseStatus> {
  market: string;
  form_token: string;
  content_hash: string;
  lines: Json<PurchaseLine[]>;
  currency_code: string | null;
  total_price: Decimal | null;
  tax_included: boolean;
  cart_request_id: string;
  cart_id: string | null;
  ms_request_id: string | null;
  perhaps_sent: Generated<boolean>;
  sent_at: Date | null;
  orders: GeneratedJson<PurchasedOrder[]>;
  order_errors: GeneratedJson<{ code: number; description: string; orderGroup?: string }[]>;
  /** Of what was confirmed; null until then. */
  frozen_hash: string | null;
  offered: ColumnType<OfferedContent | null, string | null | undefined, string | null>;
  /** Slack user ids of those whom the approval is asked of now. */
  approvers: Generated<string[]>;
  approval_due_at: Date | null;
  /** Partner user who asked, and who decided: one person may have two Slack accounts. */
  requester_user: string | null;
  requester_slack_id: string | null;
  decided_by: string | null;
  decided_by_user: string | null;
  decided_by_slack_id: string | null;
  decided_at: Date | null;
  approved_hash: string | null;
  decline_reason: string | null;
  /** The purchase of which it tries again what was not ordered. */
  retry_of: string | null;
  /** Slack user id of who tried again what this one left unordered, and since when. */
  retried_by: string | null;
  retried_at: Date | null;
}

export interface CancellationsRow extends RequestColumns<CancellationStatus> {
  market: string;
  order_id: string;
  line_item_number: number;
  catalog_item_id: string;
  subscription_id: string | null;
  product_title: string;
  product_kind: ProductKind;
  quantity: number;
  purchased_at: Date;
  deadline_at: Date | null;
  /** `market`: a longer window by that market's law; `offer`, `subscription` and `refusal`: stated by Partner Center. */
  deadline_origin: "policy" | "market" | "offer" | "subscription" | "refusal" | null;
  credit_amount: Decimal | null;
  credit_currency: string | null;
  method: "order" | "subscription";
  ms_request_id: string | null;
  perhaps_sent: Generated<boolean>;
  sent_at: Date | null;
  accepted_at: Date | null;
  visible_at: Date | null;
  looks: Generated<number>;
  /** Whose report tells of it; null where it has a message of its own. */
  batch_id: string | null;
  /** Until then it can be taken back, unless it was sent before; null where it leaves at once. */
  leaves_at: Date | null;
  /** When Partner Center is asked next whether it shows; null before it is accepted and after it has ended. */
  next_look_at: Date | null;
  /** Sent without other lines of its order, because together they were refused. */
  alone: Generated<boolean>;
  /** How often it was refused in one way and sent in another. */
  reroutes: Generated<number>;
  duties: GeneratedJson<TickedDuties>;
  /** The order's other id, by which invoices name it; null until it was needed. */
  alternate_order_id: string | null;
  /** Null: no invoice that should have it is out yet. */
  credit_status: "seen" | "different" | "overdue" | null;
  /** Of the credit that was seen, where it is not the one that was expected. */
  credit_seen_currency: string | null;
  credit_seen: Decimal | null;
  credit_invoice_id: string | null;
}

/** A line of a batch that could not be asked for: the code and values of the refusal (`error.<code>`). */
export interface RefusedItem {
  orderId: string;
  lineItemNumber: number;
  productTitle: string | null;
  quantity: number | null;
  code: DeskErrorCode;
  values: Record<string, string | number>;
}

export interface CancellationBatchesRow extends RequestColumns<CancellationBatchStatus> {
  form_token: string;
  refused_items: Json<RefusedItem[]>;
}

export interface KeyRequestsRow extends RequestColumns<KeyRequestStatus> {
  order_id: string;
  line_item_number: number;
  product_title: string;
  form_token: string;
  software_version: string;
  software_language: string;
  file_type: string;
  /** Why, in the agent's words. */
  reason: string;
  hand_over_request_id: string;
  /** Where it came from; null while that is not known, or where nothing came. */
  source: "service" | "vault" | "portal" | null;
  /** The download link that was shown. */
  link_id: string | null;
  /** The link that this request renewed. */
  renews: string | null;
  link_expires_at: Date | null;
  downloads_allowed: number | null;
  /** When its agent copied the link for the customer. */
  handed_to_customer_at: Date | null;
  /** Since when its message tells that the link, which a customer has, is about to die; null again once it was renewed. */
  link_warned_at: Date | null;
  revoked_at: Date | null;
}

/** A secret of the vault: its wrapped data key, its content sealed under that, and nothing of it in the clear. */
export interface SecretsRow {
  id: string;
  workspace_id: string;
  customer_id: string;
  subject_id: string;
  kind: "key" | "link" | "file" | "refresh_token" | "verifier" | "slack_tokens" | "fingerprint_key";
  envelope_version: number;
  /** Of the key that wraps the data key. */
  key_id: string;
  /** Null once it was destroyed. */
  wrapped_key: Buffer | null;
  sealed: Buffer;
  fingerprint: Buffer | null;
  /** What may be shown of a key: its last characters. */
  display: string | null;
  destroyed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** A download link that was issued (K5); the link itself is with the service, or in the vault under `secret_id`. */
export interface LinksRow {
  id: string;
  workspace_id: string;
  person_id: string;
  customer_id: string;
  order_id: string;
  line_item_number: number;
  product_title: string;
  /** By what the fulfilment service knows it; null where it can't be asked about. */
  reference: string | null;
  secret_id: string | null;
  renews: string | null;
  issued_at: Date;
  expires_at: Date | null;
  days_after_first_download: number | null;
  downloads_allowed: number | null;
  first_download_at: Date | null;
  /** Of our own download button. */
  clicks: Generated<number>;
  /** As the fulfilment service counts; null where it does not say. */
  downloads_stated: number | null;
  handed_to_customer_at: Date | null;
  warned_at: Date | null;
  revoked_at: Date | null;
  updated_at: Date;
}

/** What an agent fetched from the portal and put into the vault for an order line. */
export interface DepositsRow {
  workspace_id: string;
  form_token: string;
  person_id: string;
  customer_id: string;
  order_id: string;
  line_item_number: number;
  software_version: string;
  software_language: string;
  file_type: string;
  key_secret_id: string | null;
  link_id: string | null;
  deposited_at: Date;
  ended_at: Date | null;
  ended_by: "replaced" | "revoked" | null;
}

/** A file that came with a support request (S6), by Slack's id. The kept copy lies in the vault. */
export interface SupportFile {
  fileId: string;
  /** Null until Slack was asked. */
  name: string | null;
  /** Bytes. */
  size: number | null;
  /** Where people with access see the original. */
  permalink: string | null;
  state: "wanted" | "kept" | "refused" | "destroyed";
  problem: FileProblem | null;
  secretId: string | null;
}

/** What was last seen of the ticket at Microsoft (S7). Instants are ISO-8601; notes are other people's words. */
export interface SupportTicket {
  /** `not_found`: there is none with this number; `other`: it seems to be about something else. */
  trouble: "not_found" | "other" | null;
  /** The title of a ticket that seems to be another one. */
  otherTitle: string | null;
  /** A person gave the same number again: it is this one, whatever it is called. */
  confirmed: boolean;
  /** The last three, oldest first. */
  notes: { text: string; by: string; at: string | null }[];
  noteCount: number;
  /** How many of them are Microsoft's and came with the last change. */
  newNotes: number;
  /** Null: nothing was seen yet. */
  changedAt: string | null;
  /** Since when it is no longer followed, because nothing changed for too long. */
  endedAt: string | null;
}

/** The last note or closing that a person asked for from here. */
export interface LastSupportUpdate {
  updateId: string;
  kind: SupportUpdateKind;
  status: SupportUpdateStatus;
  /** The note as typed, so that one that was not taken is not lost. */
  text: string | null;
}

export interface SupportRequestsRow extends RequestColumns<SupportRequestStatus> {
  form_token: string;
  problem_type: string;
  impact: "critical" | "moderate" | "minimal";
  title: string;
  tenant: string;
  order_or_subscription_id: string;
  reason: string;
  amount_requested: string;
  contact_name: string;
  contact_email: string;
  contact_phone: string;
  language: string;
  desk: "api" | "portal" | null;
  ticket_number: string | null;
  ms_request_id: string | null;
  perhaps_sent: Generated<boolean>;
  sent_at: Date | null;
  filed_at: Date | null;
  order_known: boolean | null;
  files: GeneratedJson<SupportFile[]>;
  ticket: ColumnType<SupportTicket | null, string | null | undefined, string | null>;
  last_update: ColumnType<LastSupportUpdate | null, string | null | undefined, string | null>;
  closed_at: Date | null;
}

export interface SupportUpdatesRow {
  id: string;
  workspace_id: string;
  support_request_id: string;
  person_id: string;
  form_token: string;
  kind: SupportUpdateKind;
  text: string | null;
  status: SupportUpdateStatus;
  ms_request_id: string | null;
  correlation_id: string;
  failure: ColumnType<FailureRecord | null, string | null | undefined, string | null>;
  attempts: Generated<number>;
  lease: string | null;
  leased_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

export type RequestKind =
  | "purchase"
  | "cancellation"
  | "cancellation_batch"
  | "key_request"
  | "support_request";

/** What a message is about. */
export type MessageKind =
  | RequestKind
  | "digest"
  | "activity_alert"
  | "activity_export"
  | "connection"
  | "welcome";

export interface MessagesRow {
  id: string;
  workspace_id: string;
  person_id: string;
  request_kind: MessageKind;
  request_id: string;
  channel: string | null;
  ts: string | null;
  wanted_version: number;
  drawn_version: Generated<number>;
  /** The newest version that must be noticed: an edit is not, so the message is posted anew for it. */
  aloud_version: Generated<number>;
  posted_at: Date | null;
  posting_since: Date | null;
  undeliverable: string | null;
  attempts: Generated<number>;
  due_at: Date | null;
  lease: string | null;
  leased_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface ActivityRow {
  workspace_id: string;
  sequence: string;
  at: Date;
  person_id: string | null;
  roles: string[];
  act: string;
  outcome: "done" | "refused" | "failed";
  request_kind: string | null;
  request_id: string | null;
  customer_id: string | null;
  details: Json<Record<string, unknown>>;
  correlation_id: string | null;
  previous_hash: string;
  hash: string;
  /** Follows from `act`. */
  kind: ColumnType<ActivityKind, never, never>;
}

/** A record of Partner Center's own log, copied because it keeps them for 90 days only; no value that was changed, ids alone. */
export interface AuditRecordsRow {
  number: ColumnType<string, never, never>;
  workspace_id: string;
  id: string;
  at: Date;
  operation_type: string;
  resource_type: string;
  status: string;
  /** In lower case; null where an application acted on its own. */
  user_principal_name: string | null;
  application_id: string | null;
  customer_id: string | null;
  customer_name: string | null;
  order_id: string | null;
  product_id: string | null;
  correlation_id: string | null;
  /** Follows from operation and resource. */
  kind: ColumnType<ActivityKind, never, never>;
  /** Known through another workspace of the same partner, and not through this one. */
  elsewhere: Generated<boolean>;
  mirrored_at: Date;
}

/** How far the copy is: the slice under way and where in it, and the last day that was read whole. Days are UTC, YYYY-MM-DD. */
export interface AuditMirrorsRow {
  workspace_id: string;
  slice_from: string | null;
  slice_to: string | null;
  continuation: string | null;
  complete_to: string | null;
  /** When it was last brought up to the moment. */
  read_at: Date | null;
  failure: ColumnType<FailureRecord | null, string | null | undefined, string | null>;
  updated_at: Date;
}

/** What an alert says. `outside_access`: the newest of what was found. Instants are ISO-8601. */
export type AlertDetails =
  | { kind: "chain_broken"; sequence: string; problem: ChainProblem }
  | {
      kind: "outside_access";
      count: number;
      items: {
        at: string;
        operationType: string;
        userPrincipalName: string | null;
        slackUserId: string | null;
        customerName: string;
        orderId: string | null;
      }[];
    };

export interface ActivityAlertsRow {
  id: string;
  workspace_id: string;
  kind: "chain_broken" | "outside_access";
  /** What it is raised for once. */
  subject: string;
  details: Json<AlertDetails>;
  version: Generated<number>;
  created_at: Date;
  updated_at: Date;
}

/** A software access in Partner Center's log that the activity does not know. */
export interface AuditFindingsRow {
  record_number: string;
  workspace_id: string;
  at: Date;
  found_at: Date;
  /** Null: nobody was told yet. */
  alert_id: string | null;
}

/** Which entries are meant: instants are ISO-8601, `until` exclusive; `slackUserId` and `customerId` as they were chosen. */
export interface ExportFilter {
  from: string;
  until: string;
  personId: string | null;
  userPrincipalName: string | null;
  customerId: string | null;
  kind: ActivityKind | "outside" | null;
}

export interface ActivityExportsRow {
  id: string;
  workspace_id: string;
  person_id: string;
  form_token: string;
  format: "csv" | "json";
  filter: Json<ExportFilter>;
  status: "requested" | "sent" | "refused" | "failed";
  row_count: number | null;
  /** Slack's id of the uploaded file; only shared with the person after it was stored here. */
  file_id: string | null;
  version: Generated<number>;
  created_at: Date;
  updated_at: Date;
}

/** The end of a workspace's chain as it was published on a day (UTC, YYYY-MM-DD). */
export interface ChainHeadsRow {
  id: string;
  workspace_id: string;
  day: string;
  sequence: string;
  hash: string;
  at: Date;
  channel: string;
  posting_since: Date | null;
  /** Null: not posted yet. */
  ts: string | null;
  created_at: Date;
}

/** An order line whose cancellation window somebody watches. */
export interface WindowsRow {
  id: string;
  workspace_id: string;
  /** Whom the morning message goes to: the purchaser, or who took over. */
  person_id: string;
  customer_id: string;
  customer_name: string;
  order_id: string;
  line_item_number: number;
  product_title: string;
  quantity: number;
  deadline_at: Date;
  credit_amount: Decimal | null;
  credit_currency: string | null;
  decision: "keep" | "cancel" | null;
  decided_by: string | null;
  decided_at: Date | null;
  snoozed_until: Date | null;
  /** When it was found to be over, or its line to be cancelled. */
  closed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** A window as a morning message shows it. `by` is the Slack user who decided; instants are ISO-8601. */
export interface DigestItem {
  windowId: string;
  customerId: string;
  customerName: string;
  orderId: string;
  lineItemNumber: number;
  productTitle: string;
  quantity: number;
  deadlineAt: string;
  creditAmount: string | null;
  creditCurrency: string | null;
  state: "open" | "keep" | "cancel" | "snoozed" | "handed_over" | "closed";
  by: string | null;
}

export interface DigestsRow {
  id: string;
  workspace_id: string;
  person_id: string;
  /** The calendar day where the person is, such as 2026-11-23. */
  day: string;
  items: Json<DigestItem[]>;
  version: Generated<number>;
  created_at: Date;
  updated_at: Date;
}

export interface RemindersRow {
  id: string;
  workspace_id: string;
  kind: ReminderKind;
  subject_id: string;
  attempts: Generated<number>;
  due_at: Date;
  lease: string | null;
  leased_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** A partner user's sign-in. The one without a person is the service account's. */
export interface ConnectionsRow {
  id: string;
  workspace_id: string | null;
  person_id: string | null;
  partner_tenant_id: string;
  /** Entra's object id. */
  partner_user_id: string | null;
  /** In lower case. */
  user_principal_name: string | null;
  /** The refresh token in the vault; null once it was removed. */
  secret_id: string | null;
  /** SHA-256 of the token that the configuration gave first: another one replaces what became of it. */
  configured_hash: string | null;
  /** Of the last sign-in. */
  connected_at: Date;
  /** When the refresh token that is kept was issued. */
  renewed_at: Date;
  last_used_at: Date | null;
  trouble: "expired" | "revoked" | "mfa" | "consent" | null;
  trouble_since: Date | null;
  removed_at: Date | null;
  updated_at: Date;
}

/** A sign-in that a person began, good for one use. Hashes are SHA-256. */
export interface ConnectionAttemptsRow {
  id: string;
  workspace_id: string;
  person_id: string;
  /** Of what stands in the link that Slack shows. */
  link_hash: string;
  /** Of the cookie of the browser that opened the link last, and of the state that it took to Entra. */
  cookie_hash: string | null;
  state_hash: string | null;
  /** PKCE's verifier and the nonce, in the vault; null once they were used. */
  secret_id: string | null;
  expires_at: Date;
  used_at: Date | null;
  connected_at: Date | null;
  user_principal_name: string | null;
  /** How many requests had waited for it. */
  went_on: Generated<number>;
  version: Generated<number>;
  created_at: Date;
  updated_at: Date;
}

/** Who installed the app, and is greeted once. */
export interface WelcomesRow {
  id: string;
  workspace_id: string;
  slack_user_id: string;
  /** Slack's id of the app; null where it is not known. */
  app_id: string | null;
  /** Null until they were found out. */
  person_id: string | null;
  version: Generated<number>;
  created_at: Date;
  updated_at: Date;
}

/** A workspace, or an organisation with all of its teams, that installed the app through OAuth. */
export interface InstallationsRow {
  /** Of the Slack team or, where the app is installed for all teams at once, of the organisation. */
  workspace_id: string;
  /** The organisation that the team belongs to. */
  enterprise_id: string | null;
  name: string;
  app_id: string | null;
  bot_user_id: string;
  scopes: string[];
  /** Slack's id of whoever installed it. */
  installed_by: string;
  /** Its tokens in the vault; null once the app was removed. */
  secret_id: string | null;
  /** Null where Slack does not rotate the token. */
  expires_at: Date | null;
  installed_at: Date;
  renewed_at: Date;
  removed_at: Date | null;
  removed_because: "uninstalled" | "revoked" | "refused" | null;
  updated_at: Date;
}

/** A state that was sent to Slack with a browser, and comes back once. */
export interface InstallationStatesRow {
  state_hash: string;
  expires_at: Date;
}

export type OutboxTopic = "purchase" | "cancellation" | "support_request" | "message" | "reminder";

export interface OutboxRow {
  id: ColumnType<string, never, never>;
  topic: OutboxTopic;
  subject_id: string;
  run_at: Date;
  created_at: Date;
  sent_at: Date | null;
  /** Where the trace goes on in which the row was written; null where nothing is traced. */
  trace_parent: ColumnType<string | null, string | null | undefined, never>;
}

/** How many calls Partner Center still takes from this partner tenant. */
export interface CallBudgetRow {
  partner_tenant_id: string;
  tokens: number;
  refilled_at: Date;
  blocked_until: Date | null;
  promised_until: Date;
}

/** Whose database this is: one row, written at the first start. */
export interface PartnerTenantsRow {
  only_one: Generated<boolean>;
  partner_tenant_id: string;
  since: Date;
}

export interface Rows {
  partner_tenants: PartnerTenantsRow;
  people: PeopleRow;
  homes: HomesRow;
  welcomes: WelcomesRow;
  partner_users: PartnerUsersRow;
  partner_user_reads: PartnerUserReadsRow;
  purchases: PurchasesRow;
  cancellations: CancellationsRow;
  cancellation_batches: CancellationBatchesRow;
  key_requests: KeyRequestsRow;
  secrets: SecretsRow;
  links: LinksRow;
  deposits: DepositsRow;
  support_requests: SupportRequestsRow;
  support_updates: SupportUpdatesRow;
  messages: MessagesRow;
  windows: WindowsRow;
  digests: DigestsRow;
  reminders: RemindersRow;
  connections: ConnectionsRow;
  connection_attempts: ConnectionAttemptsRow;
  installations: InstallationsRow;
  installation_states: InstallationStatesRow;
  activity: ActivityRow;
  audit_records: AuditRecordsRow;
  audit_mirrors: AuditMirrorsRow;
  activity_alerts: ActivityAlertsRow;
  audit_findings: AuditFindingsRow;
  activity_exports: ActivityExportsRow;
  chain_heads: ChainHeadsRow;
  outbox: OutboxRow;
  call_budget: CallBudgetRow;
}
