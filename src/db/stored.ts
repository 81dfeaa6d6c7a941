import type { KyselyPlugin } from "kysely";
import { z } from "zod";
import type { ActivityKind } from "../activity/kinds.ts";
import type { ProductKind } from "../catalog/kinds.ts";
import { deskErrorCodes } from "../desk/errors.ts";
import type {
  DigestItem,
  ExportFilter,
  FailureRecord,
  LastSupportUpdate,
  OfferedContent,
  PurchasedOrder,
  PurchaseLine,
  RefusedItem,
  SupportFile,
  SupportTicket,
} from "./rows.ts";

const text = z.string();
const count = z.number();
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)));
/** All of a type's words, by which the compiler sees that none is missing. */
const wordsOf = <T extends string>(words: Record<T, true>) => z.enum(Object.keys(words) as T[]);
const productKind = wordsOf<ProductKind>({
  subscription: true,
  perpetual: true,
  reservation: true,
  linux_plan: true,
  esu: true,
});
const activityKind = wordsOf<ActivityKind | "outside">({
  keys: true,
  purchases: true,
  cancellations: true,
  support: true,
  roles: true,
  activity: true,
  other: true,
  outside: true,
});

const failure: Shape<FailureRecord> = z.looseObject({
  kind: text,
  status: count,
  code: count,
  description: text,
  operation: text,
  requestId: text,
  correlationId: text,
  since: instant.exactOptional(),
});

const line: Shape<PurchaseLine> = z.looseObject({
  catalogItemId: text,
  productId: text,
  skuId: text,
  title: text,
  kind: productKind,
  quantity: count,
  billingCycle: text,
  termDuration: text.nullable(),
  unitPrice: decimal,
  extendedPrice: decimal,
  provisioningContext: z.record(text, text).exactOptional(),
  region: text.exactOptional(),
  azureSubscription: text.exactOptional(),
  refundOptions: z
    .array(z.looseObject({ type: z.enum(["Full", "Partial"]), expiresAfter: text }))
    .exactOptional(),
  orderGroup: text.exactOptional(),
});

const offered: Shape<OfferedContent> = z.looseObject({
  why: z.enum(["price", "expired"]),
  cartId: text,
  lines: z.array(line),
  currencyCode: text.nullable(),
  totalPrice: decimal,
  hash: text,
});

const order: Shape<PurchasedOrder> = z.looseObject({
  orderId: text,
  createdAt: instant,
  lines: z.array(
    z.looseObject({
      lineItemNumber: count,
      catalogItemId: text,
      quantity: count,
      subscriptionId: text.nullable(),
      termDuration: text.nullable().exactOptional(),
      billingCycle: text.exactOptional(),
      deadlineAt: instant.nullable().exactOptional(),
      price: decimal.nullable().exactOptional(),
    }),
  ),
});

const orderError = z.looseObject({ code: count, description: text, orderGroup: text.exactOptional() });

const duty = z.enum(["stop_using", "uninstall", "delete_copies"]);
const duties = z.looseObject({ partner: z.array(duty), customer: z.array(duty) });

const refusedItem: Shape<RefusedItem> = z.looseObject({
  orderId: text,
  lineItemNumber: count,
  productTitle: text.nullable(),
  quantity: count.nullable(),
  code: z.enum(deskErrorCodes),
  values: z.record(text, z.union([text, count])),
});

const file: Shape<SupportFile> = z.looseObject({
  fileId: text,
  name: text.nullable(),
  size: count.nullable(),
  permalink: text.nullable(),
  state: z.enum(["wanted", "kept", "refused", "destroyed"]),
  problem: z.enum(["too_large", "wrong_type", "elsewhere", "gone", "unreadable"]).nullable(),
  secretId: text.nullable(),
});

const ticket: Shape<SupportTicket> = z.looseObject({
  trouble: z.enum(["not_found", "other"]).nullable(),
  otherTitle: text.nullable(),
  confirmed: z.boolean(),
  notes: z.array(z.looseObject({ text, by: text, at: instant.nullable() })),
  noteCount: count,
  newNotes: count,
  changedAt: instant.nullable(),
  endedAt: instant.nullable(),
});

const lastUpdate: Shape<LastSupportUpdate> = z.looseObject({
  updateId: text,
  kind: z.enum(["note", "close"]),
  status: z.enum(["requested", "sending", "sent", "refused", "needs_person"]),
  text: text.nullable(),
});

const digestItem: Shape<DigestItem> = z.looseObject({
  windowId: text,
  customerId: text,
  customerName: text,
  orderId: text,
  lineItemNumber: count,
  productTitle: text,
  quantity: count,
  deadlineAt: instant,
  creditAmount: decimal.nullable(),
  creditCurrency: text.nullable(),
  state: z.enum(["open", "keep", "cancel", "snoozed", "handed_over", "closed"]),
  by: text.nullable(),
});

const filter: Shape<ExportFilter> = z.looseObject({
  from: instant,
  until: instant,
  personId: text.nullable(),
  userPrincipalName: text.nullable(),
  customerId: text.nullable(),
  kind: activityKind.nullable(),
});

/** Reads at least what the type promises. */
type Shape<T> = z.ZodType<T | (T & Record<string, unknown>)>;

interface StoredColumn {
  shape: z.ZodType;
  /** What is read where another version, or somebody's hand, left something else. */
  instead: unknown;
  /** Nobody acts on a row that has lost it. */
  needed?: true;
}

const never = "1970-01-01T00:00:00.000Z";

/**
 * The JSON columns by name; a name means the same in every table. The details of the activity are not among them: its chain is
 * checked over what is stored.
 */
export const storedColumns: Record<string, StoredColumn> = {
  failure: { shape: failure.nullable(), instead: null },
  lines: { shape: z.array(line), instead: [], needed: true },
  orders: { shape: z.array(order), instead: [], needed: true },
  order_errors: { shape: z.array(orderError), instead: [], needed: true },
  offered: { shape: offered.nullable(), instead: null, needed: true },
  duties: { shape: duties, instead: { partner: [], customer: [] } },
  refused_items: { shape: z.array(refusedItem), instead: [] },
  files: { shape: z.array(file), instead: [], needed: true },
  ticket: { shape: ticket.nullable(), instead: null },
  last_update: { shape: lastUpdate.nullable(), instead: null },
  items: { shape: z.array(digestItem), instead: [] },
  filter: {
    shape: filter,
    // Nothing lies in there.
    instead: {
      from: never,
      until: never,
      personId: null,
      userPrincipalName: null,
      customerId: null,
      kind: null,
    },
    needed: true,
  },
};

const names = Object.keys(storedColumns);
const lost = new WeakMap<object, string[]>();

/** A row without something that whoever acts on it has to know. */
export class BrokenRow extends Error {
  override readonly name = "BrokenRow";
}

/** The columns of a row, as it was read, whose JSON was not what it has to be; empty for a row that is whole. */
export function lostOf(row: object): readonly string[] {
  return lost.get(row) ?? [];
}

/** Whether a row can be acted on: all of it that an act goes by was read. */
export function isWhole(row: object): boolean {
  return !lostOf(row).some((name) => storedColumns[name]?.needed);
}

/** Throws `BrokenRow` where a row can't be acted on. */
export function assertWhole(row: { id: string }): void {
  if (!isWhole(row)) throw new BrokenRow(`${row.id} can't be read: ${lostOf(row).join(", ")}`);
}

/** Whatever is read of a JSON column has its type: one bad row is told apart (`lostOf`) and does not stop the others. */
export const checkStored: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  async transformResult({ result }) {
    const [first] = result.rows;
    const present = first ? names.filter((name) => name in first) : [];
    for (const name of present) for (const row of result.rows) checkColumn(row, name);
    return result;
  },
};

function checkColumn(row: Record<string, unknown>, name: string): void {
  const column = storedColumns[name];
  if (!column || column.shape.safeParse(row[name]).success) return;
  row[name] = structuredClone(column.instead);
  lost.set(row, [...(lost.get(row) ?? []), name]);
}
