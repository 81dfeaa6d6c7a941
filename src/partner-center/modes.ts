import type { PartnerCenter } from "./port.ts";

export type Operation = keyof PartnerCenter;

interface OperationMode {
  /** Which tokens it takes, by the Prerequisites of its page. App-only on `user` is 403, code 900329. */
  takes: "app_or_user" | "user";
  /**
   * Whose it is where agents act as themselves. `act`: only the agent's own token will do, since the audit records name
   * whoever it belongs to. `read`: the app's or the service account's will do where the agent's can't be had. `roles`: what
   * nobody's click stands behind and only a user may read; the app borrows a connected agent's token.
   */
  as: "act" | "read" | "roles";
}

const read: OperationMode = { takes: "app_or_user", as: "read" };
const readByUser: OperationMode = { takes: "user", as: "read" };
const act: OperationMode = { takes: "app_or_user", as: "act" };
const actByUser: OperationMode = { takes: "user", as: "act" };
const roles: OperationMode = { takes: "user", as: "roles" };

export const operationModes: Record<Operation, OperationMode> = {
  searchCustomers: read,
  getCustomer: read,
  getBillingProfile: read,
  hasCustomerAgreement: readByUser,
  listProducts: read,
  getProduct: read,
  listSkus: read,
  getSku: read,
  listAvailabilities: read,
  checkInventory: read,
  createCart: act,
  getCart: read,
  checkoutCart: act,
  listOrders: read,
  getOrder: read,
  cancelOrderLines: act,
  listSubscriptions: read,
  getSubscription: read,
  cancelSubscription: act,
  listRoles: roles,
  listRoleMembers: roles,
  createServiceRequest: actByUser,
  listServiceRequests: readByUser,
  getServiceRequest: readByUser,
  updateServiceRequest: actByUser,
  listInvoices: read,
  listInvoiceLines: read,
  listUnbilledLines: read,
  listAuditRecords: read,
};
