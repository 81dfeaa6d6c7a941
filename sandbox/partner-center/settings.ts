import { z } from "zod";
import { editionNames } from "./editions.ts";

const milliseconds = z.int().nonnegative();

/** What a running simulator can be told to do otherwise, by an option at its start or by the control API. */
export const settingsSchema = z.strictObject({
  /** Which dated rules apply to windows and links; `by-date`: those in force on the purchase date. */
  edition: z.enum([...editionNames, "by-date"]),
  /** How long a cancellation stays invisible to reads. */
  cancellationLagMs: milliseconds,
  /** How long a new order stays out of the order list. */
  orderListLagMs: milliseconds,
  /** How long an audit record stays out of the audit records. */
  auditLagMs: milliseconds,
  /** How long a new order's lines are without their subscriptions, and its provisioning not fulfilled. */
  provisioningLagMs: milliseconds,
  /** How long a checkout takes, in real time: another one of the same cart meets 409:800064 meanwhile. */
  checkoutMs: milliseconds,
  /**
   * What a repeated checkout does. `cart`: it returns the first result; `request-id-only`: it orders again; `none`: it
   * is refused with 400:800065, as where the first result is gone.
   */
  checkoutIdempotency: z.enum(["cart", "request-id-only", "none"]),
  /** Which PATCH cancels a software subscription: the other one is refused with 400:800063 or 400:800096. */
  subscriptionsCancelledBy: z.enum(["both", "subscription", "order"]),
  /** By country, in days: where law gives another window than the edition. */
  marketWindowDays: z.record(z.string().length(2), z.int().positive()),
  /** `archived`: service requests can be created as before 31 August 2020; `withdrawn`: 404. */
  serviceRequests: z.enum(["archived", "withdrawn"]),
  mfa: z.strictObject({
    /** What an App+User token without the MFA claim meets: nothing, the old empty 401, or 401:900421. */
    enforcement: z.enum(["off", "until-2026", "since-2026"]),
    /** Whether the tokens issued from now on carry the claim. */
    claim: z.boolean(),
  }),
  /** The integration sandbox has quotas, deletes customers, cancels reservations and nothing older than 60 days. */
  tenant: z.enum(["production", "integration-sandbox"]),
  /** Calls on customers, carts, orders and subscriptions in one minute of the simulator's time; null: unlimited. */
  requestsPerMinute: z.int().positive().nullable(),
  /** The partner's credit line for the purchases of one calendar month, in US dollars before tax; null: unlimited. */
  creditLimitUsd: z.number().nonnegative().nullable(),
  /** Whether a term that is cancelled within 24 hours is refunded in full. */
  fullRefundOnFirstDay: z.boolean(),
  /** Whether a cart must carry the attestation of the partner on record (400:900206 without it). */
  partnerAttestation: z.enum(["optional", "required"]),
  /** The largest page of a seek-paged collection; invoice lines have their own 2000. */
  largestPage: z.int().positive(),
  /** Another value gives every availability another id, as happens in the real catalogue. */
  catalogueEpoch: z.int().nonnegative(),
});

export type Settings = z.output<typeof settingsSchema>;

export const defaultSettings: Settings = {
  edition: "by-date",
  cancellationLagMs: 0,
  orderListLagMs: 0,
  auditLagMs: 0,
  provisioningLagMs: 0,
  checkoutMs: 0,
  checkoutIdempotency: "cart",
  subscriptionsCancelledBy: "both",
  marketWindowDays: {},
  serviceRequests: "archived",
  mfa: { enforcement: "since-2026", claim: true },
  tenant: "production",
  requestsPerMinute: 500,
  creditLimitUsd: null,
  fullRefundOnFirstDay: false,
  partnerAttestation: "optional",
  largestPage: 500,
  catalogueEpoch: 0,
};
