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

/** An order line by its ids. */
export type LineIds = Pick<FulfilmentLine, "customerId" | "orderId" | "lineItemNumber">;

export type HandOver =
  | {
      kind: "secrets";
      key: Secret | null;
      downloadLink: Secret | null;
      linkExpiresAt: Date | null;
      downloadsAllowed: number | null;
      daysAfterFirstDownload: number | null;
      /** By what the service knows the link, to ask about its uses; null where it does not count. No secret. */
      linkReference: string | null;
    }
  /** The agent fetches it there by hand: at this page, by these steps in this order. */
  | { kind: "portal"; url: string; steps: PortalStep[] };

/** One thing to do in the portal; `value` is what to choose there, null where there is nothing to choose. */
export interface PortalStep {
  act:
    | "open_software"
    | "find_order"
    | "find_product"
    | "choose_version"
    | "choose_language"
    | "choose_file_type"
    | "get_keys_and_downloads"
    | "copy_key"
    | "copy_link";
  value: string | null;
}

/** How often a link was used, by the service's own count. */
export interface LinkUses {
  downloads: number;
  firstDownloadAt: Date | null;
  expiresAt: Date | null;
}

/** The person for whom the service is asked: their e-mail address, for its audit. */
export interface Asker {
  onBehalfOf: string | null;
}

export interface FulfilmentProvider {
  readonly kind: "http" | "portal";
  /** K3: the packages that exist for this line. Null: the portal shows the choices. */
  listPackages(line: FulfilmentLine, asker: Asker): Promise<SoftwarePackage[] | null>;
  /**
   * K4, K5: a key and a fresh link. With the same `requestId` it is the same key and the same link again; with another one,
   * a link with a new life.
   */
  handOver(line: FulfilmentLine, choice: SoftwarePackage, call: WriteCall & Asker): Promise<HandOver>;
  /** K5: how often a link was used. Null: nobody counts but we. */
  readUses(line: LineIds, linkReference: string): Promise<LinkUses | null>;
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
