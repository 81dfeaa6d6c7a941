/**
 * Everything that can be said to an agent instead of doing what was asked. The list only grows: each code has a
 * text in every language (`error.<code>`) that says what to do next.
 */
export const deskErrorCodes = [
  "not_linked",
  "not_member",
  "roles_unknown",
  "not_allowed",
  "invalid_input",
  "customer_not_found",
  "product_not_found",
  "order_not_found",
  "package_not_found",
  "reservations_not_sold",
  "agreement_missing",
  "cart_line_refused",
  "quantity_not_allowed",
  "already_requested",
  "already_cancelled",
  "request_not_found",
  "request_moved_on",
  "window_passed",
  "cancel_by_support_only",
  "never_cancellable",
  "key_revoked",
  "partner_center_unavailable",
  "partner_center_refused",
  "fulfilment_unavailable",
  "fulfilment_refused",
] as const;

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
