/**
 * What Partner Center's codes mean for whoever buys: each reason has a text in every language (`refusal.<reason>`) that says
 * what to do next. Codes of carts and orders from "Error codes", those of cart lines from "Cart resources".
 */
export const refusalReasons = [
  "account_limits",
  "agreement",
  "attestation",
  "attestation_item",
  "availability_gone",
  "busy",
  "cart_items",
  "cart_unknown",
  "country",
  "credit_limit",
  "currency",
  "customer_type",
  "documents",
  "inventory",
  "item_invalid",
  "not_eligible",
  "not_sold",
  "partner_status",
  "processing",
  "quantity_limits",
  "quota",
  "reseller",
  "risk_check",
  "sandbox",
  "seats",
  "subscription_invalid",
  "subscription_not_enabled",
  "subscription_not_registered",
  "under_review",
  "not_approved",
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

const codes: Record<RefusalReason, readonly number[]> = {
  account_limits: [800066, 800067, 800068],
  agreement: [13605],
  attestation: [900206],
  attestation_item: [900203, 10012],
  availability_gone: [400019, 10001],
  busy: [800060, 800064],
  cart_items: [800009],
  cart_unknown: [800008],
  country: [2030, 800070],
  credit_limit: [800023, 800025, 900121],
  currency: [900169, 10000],
  customer_type: [800022, 800024, 800026, 800062],
  documents: [900252, 900253, 900254],
  inventory: [800010, 800017, 10003],
  item_invalid: [800002, 800004, 900142, 10010],
  not_eligible: [800020, 2006, 2032],
  not_sold: [2085, 2091, 800028, 800043, 400013, 400018, 400072],
  partner_status: [800039, 900123, 900124, 900149],
  processing: [0, 4018, 800003, 800005, 900192, 10006],
  quantity_limits: [900275, 2002],
  quota: [10002],
  reseller: [10004],
  risk_check: [800069],
  sandbox: [800018, 900116, 900322, 10009],
  seats: [10015],
  subscription_invalid: [10007],
  subscription_not_enabled: [10008],
  subscription_not_registered: [10011],
  under_review: [800073],
  not_approved: [800074, 800075],
};

const reasons = new Map(
  refusalReasons.flatMap((reason) => codes[reason].map((code): [number, RefusalReason] => [code, reason])),
);

/** The reason behind a code of a cart line, a refused call or an order error; null for a code without words of its own. */
export function refusalReason(code: number): RefusalReason | null {
  return reasons.get(code) ?? null;
}
