import type { ProductKind } from "../catalog/kinds.ts";
import type { PurchaseLine } from "../db/rows.ts";
import { tenThousandths } from "../desk/decimals.ts";

/** Which purchases a second person has to approve. Any one of the rules is enough. */
export interface ApprovalPolicy {
  /** By currency: totals above it. When there are any, a currency without one is above it. */
  amountLimits: Record<string, string>;
  productKinds: readonly ProductKind[];
  /** Tenant GUIDs in lower case. */
  customers: readonly string[];
  /** Slack user ids of those who are asked. */
  approvers: readonly string[];
  expiresAfterHours: number;
}

/** Which rules of the policy ask for an approval; none where it needs none. */
export type ApprovalReason = "amount" | "kind" | "customer";

/** What the policy says about a purchase: its total is the one that its message shows. */
export function approvalReasons(
  policy: ApprovalPolicy,
  purchase: {
    customer_id: string;
    lines: readonly Pick<PurchaseLine, "kind">[];
    currency_code: string | null;
    total_price: string | null;
  },
): ApprovalReason[] {
  return [
    ...(isAboveLimit(policy, purchase.total_price, purchase.currency_code) ? ["amount" as const] : []),
    ...(purchase.lines.some((line) => policy.productKinds.includes(line.kind)) ? ["kind" as const] : []),
    ...(policy.customers.includes(purchase.customer_id.toLowerCase()) ? ["customer" as const] : []),
  ];
}

/** Deny by default: what has no limit of its own, or no known price, is above it. */
function isAboveLimit(policy: ApprovalPolicy, total: string | null, currency: string | null): boolean {
  if (Object.keys(policy.amountLimits).length === 0) return false;
  const limit = policy.amountLimits[currency ?? ""];
  if (limit === undefined || total === null) return true;
  return tenThousandths(total) > tenThousandths(limit);
}
