/**
 * The partner roles that matter here (Microsoft, "Roles, permissions, and workspace access", formerly "Assign roles and
 * permissions to users").
 */
export const roles = [
  "admin_agent",
  "sales_agent",
  "helpdesk_agent",
  "global_admin",
  "account_admin",
  "referral_admin",
  "marketing_content_admin",
] as const;

export type Role = (typeof roles)[number];

export const acts = ["buy", "keys", "cancel", "support", "activity"] as const;

export type Act = (typeof acts)[number];

/**
 * Who may do what, and nobody else: G2 (buy), K1 (keys), C2 (cancel), A1 (activity; an admin agent alone may not), and
 * for support requests the roles that Partner Center lets open one on a customer's behalf.
 */
export const rights: Record<Act, readonly Role[]> = {
  buy: ["admin_agent", "global_admin"],
  keys: ["admin_agent"],
  cancel: ["admin_agent"],
  support: ["admin_agent", "helpdesk_agent"],
  activity: ["global_admin", "account_admin", "referral_admin", "marketing_content_admin"],
};

/** True when at least one of the roles grants the act. No role, no right. */
export function mayDo(held: readonly Role[], act: Act): boolean {
  return rights[act].some((role) => held.includes(role));
}

const roleNames: Record<string, Role> = {
  adminagent: "admin_agent",
  adminagents: "admin_agent",
  salesagent: "sales_agent",
  salesagents: "sales_agent",
  helpdeskagent: "helpdesk_agent",
  helpdeskagents: "helpdesk_agent",
  globaladmin: "global_admin",
  globaladministrator: "global_admin",
  companyadministrator: "global_admin",
  accountadmin: "account_admin",
  referraladmin: "referral_admin",
  referralsadmin: "referral_admin",
  marketingcontentadmin: "marketing_content_admin",
};

/** The role that Partner Center calls by this name, or null for the many that play no part here. */
export function roleByName(name: string): Role | null {
  return roleNames[name.toLowerCase().replaceAll(/[^a-z]/g, "")] ?? null;
}
