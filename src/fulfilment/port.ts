/**
 * Where keys and downloads come from. Microsoft has no public API for them, so this is a port of ours: over HTTP from
 * a partner's or distributor's own service, or by hand in the Partner Center portal.
 */
import type { Secret } from "#src/config/secret.ts";
import type { FailureKind, WriteCall } from "#src/partner-center/port.ts";

/** One way to install what was bought, such as `{ version: "2022", language: "en-us", fileType: "iso" }`. */
export interface SoftwarePackage {
  version: string;
  language: string;
  fileType: string;
}

export interface FulfilmentLine {
  customerId: string;
  orderId: string;
  lineItemNumber: number;
  catalogItemId: string;
  productTitle: string;
}

export type HandOver =
  | {
      kind: "secrets";
      key: Secret | null;
      downloadLink: Secret | null;
      linkExpiresAt: Date | null;
      downloadsAllowed: number | null;
    }
  /** The agent fetches it there by hand, with these exact choices. */
  | { kind: "portal"; url: string };

export interface FulfilmentProvider {
  readonly kind: "http" | "portal";
  /** K3: the packages that exist for this line. Null: the portal shows the choices. */
  listPackages(line: FulfilmentLine, signal?: AbortSignal): Promise<SoftwarePackage[] | null>;
  /** K4, K5: a key and a fresh link; asking again, with another `requestId`, gives a new link life. */
  handOver(line: FulfilmentLine, choice: SoftwarePackage, call: WriteCall): Promise<HandOver>;
}

/**
 * The one error of a provider. `revoked`: the purchase was cancelled and its key and links are dead (C10); the other
 * kinds mean what they mean for Partner Center. Never carries a key, a link, a body or a header.
 */
export class FulfilmentFailure extends Error {
  override readonly name = "FulfilmentFailure";
  readonly kind: FailureKind | "revoked";
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly description: string;
  readonly operation: string;
  readonly requestId: string;
  readonly retryAfterMs: number | null;

  constructor(input: {
    kind: FailureKind | "revoked";
    status: number;
    description: string;
    operation: string;
    requestId: string;
    retryAfterMs?: number | null;
  }) {
    super(`${input.operation}: ${input.kind} (HTTP ${input.status}): ${input.description}`);
    this.kind = input.kind;
    this.status = input.status;
    this.description = input.description;
    this.operation = input.operation;
    this.requestId = input.requestId;
    this.retryAfterMs = input.retryAfterMs ?? null;
  }
}
