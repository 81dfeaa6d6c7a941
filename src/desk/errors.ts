/**
 * Everything that can be said to an agent instead of doing what was asked. The list only grows: each code has a
 * text in every language (`error.<code>`) that says what to do next.
 */
export const deskErrorCodes = [
  "not_linked",
  "not_member",
  "roles_unknown",
  "not_allowed",
  "sign_in_needed",
  "invalid_input",
  "customer_not_found",
  "product_not_found",
  "order_not_found",
  "order_unknown",
  "package_not_found",
  "reservations_not_sold",
  "agreement_missing",
  "cart_line_refused",
  "quantity_not_allowed",
  "azure_subscription_missing",
  "inventory_restricted",
  "line_repeated",
  "already_requested",
  "already_cancelled",
  "request_not_found",
  "request_moved_on",
  "quote_changed",
  "already_retried",
  "no_approver",
  "approval_not_yours",
  "approval_of_own",
  "approval_over",
  "approver_not_entitled",
  "approver_asked_already",
  "window_passed",
  "cancel_by_support_only",
  "never_cancellable",
  "key_revoked",
  "reveal_limit",
  "link_dead",
  "vault_unavailable",
  "partner_center_unavailable",
  "partner_center_refused",
  "export_too_large",
  "fulfilment_unavailable",
  "fulfilment_refused",
] as const;

/** Nothing is wrong with what was asked: as it stands it can be asked again, sooner or later. */
export const ofTheMoment: ReadonlySet<DeskErrorCode> = new Set([
  "partner_center_unavailable",
  "sign_in_needed",
]);

export type DeskErrorCode = (typeof deskErrorCodes)[number];

/** A refusal in two texts: `code` + `values` for the agent (in their language), `message` with codes and ids for the operator. */
export class DeskError extends Error {
  override readonly name = "DeskError";
  readonly code: DeskErrorCode;
  readonly values: Record<string, string | number>;

  constructor(
    code: DeskErrorCode,
    operatorText: string,
    values: Record<string, string | number> = {},
    options?: ErrorOptions,
  ) {
    super(operatorText, options);
    this.code = code;
    this.values = values;
  }
}
