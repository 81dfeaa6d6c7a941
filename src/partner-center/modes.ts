import type { PartnerCenter } from "./port.ts";

export type Operation = keyof PartnerCenter;

/** On whose behalf a token speaks: the application alone, or the partner user who consented to it. */
export type AuthMode = "app" | "user";

/** Which tokens each operation takes, by the Prerequisites of its page. App-only on `user_only` is 403, code 900329. */
export const operationModes: Record<Operation, "app_or_user" | "user_only"> = {
  searchCustomers: "app_or_user",
  getCustomer: "app_or_user",
  getBillingProfile: "app_or_user",
  listProducts: "app_or_user",
  getProduct: "app_or_user",
  listSkus: "app_or_user",
  getSku: "app_or_user",
  listAvailabilities: "app_or_user",
  createCart: "app_or_user",
  getCart: "app_or_user",
  checkoutCart: "app_or_user",
  listOrders: "app_or_user",
  getOrder: "app_or_user",
  cancelOrderLines: "app_or_user",
  getSubscription: "app_or_user",
  cancelSubscription: "app_or_user",
  listRoles: "user_only",
  listRoleMembers: "user_only",
  createServiceRequest: "user_only",
  listServiceRequests: "user_only",
  getServiceRequest: "user_only",
};

/** The mode to use: a user wherever there is one, so that Microsoft's audit records name the person. */
export function modeFor(operation: Operation, hasUser: boolean): AuthMode {
  return hasUser || operationModes[operation] === "user_only" ? "user" : "app";
}
