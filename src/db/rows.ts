import type { ColumnType, Generated } from "kysely";
import type { CancellationStatus } from "../cancellations/statuses.ts";
import type { ProductKind } from "../catalog/kinds.ts";
import type { KeyRequestStatus } from "../fulfilment/statuses.ts";
import type { PurchaseStatus } from "../purchases/statuses.ts";
import type { ReminderKind } from "../reminders/kinds.ts";
import type { SupportRequestStatus } from "../support-requests/statuses.ts";

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
}

export interface PurchasedOrder {
  orderId: string;
  createdAt: string;
  lines: { lineItemNumber: number; catalogItemId: string; quantity: number; subscriptionId: string | null }[];
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
  order_errors: GeneratedJson<{ code: number; description: string }[]>;
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
  deadline_origin: "policy" | "subscription" | "refusal" | null;
  credit_amount: Decimal | null;
  credit_currency: string | null;
  method: "order" | "subscription";
  ms_request_id: string | null;
  perhaps_sent: Generated<boolean>;
  sent_at: Date | null;
  accepted_at: Date | null;
  visible_at: Date | null;
  looks: Generated<number>;
}

export interface KeyRequestsRow extends RequestColumns<KeyRequestStatus> {
  order_id: string;
  line_item_number: number;
  product_title: string;
  form_token: string;
  software_version: string;
  software_language: string;
  file_type: string;
  hand_over_request_id: string;
  link_expires_at: Date | null;
  downloads_allowed: number | null;
  revoked_at: Date | null;
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
}

export type RequestKind = "purchase" | "cancellation" | "key_request" | "support_request";

export interface MessagesRow {
  id: string;
  workspace_id: string;
  person_id: string;
  request_kind: RequestKind;
  request_id: string;
  channel: string | null;
  ts: string | null;
  wanted_version: number;
  drawn_version: Generated<number>;
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

export type OutboxTopic = "purchase" | "cancellation" | "support_request" | "message" | "reminder";

export interface OutboxRow {
  id: ColumnType<string, never, never>;
  topic: OutboxTopic;
  subject_id: string;
  run_at: Date;
  created_at: Date;
  sent_at: Date | null;
}

export interface Rows {
  people: PeopleRow;
  partner_users: PartnerUsersRow;
  partner_user_reads: PartnerUserReadsRow;
  purchases: PurchasesRow;
  cancellations: CancellationsRow;
  key_requests: KeyRequestsRow;
  support_requests: SupportRequestsRow;
  messages: MessagesRow;
  reminders: RemindersRow;
  activity: ActivityRow;
  outbox: OutboxRow;
}
