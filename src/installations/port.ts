import type { Secret } from "#src/config/secret.ts";

/**
 * The workspaces that the app is installed in, and the tokens with which it speaks there. A workspace is a Slack team, or an
 * organisation in which the app is installed for all teams at once; its id is that of the team or of the organisation.
 */
export interface Workspaces {
  /** Looks, before anything starts, whether Slack takes what was configured. Throws when it does not. */
  check(): Promise<void>;
  /**
   * What the app may do in this workspace; null where it is not installed. Throws `ChatFailure` unknown while that can't be
   * told.
   */
  scopesOf(workspaceId: string): Promise<readonly string[] | null>;
  /** The token for calls on behalf of this workspace. Throws `ChatFailure`, away where the app is not installed. */
  tokenOf(workspaceId: string): Promise<Secret>;
  /** Slack did not take this token, and answered this. */
  refused(workspaceId: string, token: Secret, code: string): Promise<void>;
  /** Slack says that the app was taken out of this workspace, or that its token was revoked. */
  left(workspaceId: string, because: "uninstalled" | "revoked"): Promise<void>;
}

/** How the app is installed in several workspaces. */
export interface Installing {
  /** Where browsers reach us, without a slash at the end. */
  publicUrl: string;
  /** The teams and organisations that may install it. */
  allowed: readonly string[];
}

/** A bot token and, where Slack rotates it, until when it is good and what renews it, once. */
export interface TokenPair {
  token: Secret;
  refreshToken: Secret | null;
  expiresAt: Date | null;
}

/** Slack's OAuth as the domain sees it. */
export interface SlackGrants {
  /**
   * Exchanges a refresh token, which is spent by it, for a new pair; `expiresAt` by the clock of the desk. Throws
   * `RenewalFailure`.
   */
  renew(refreshToken: Secret): Promise<{ token: Secret; refreshToken: Secret; lifeMs: number }>;
  /** Whether Slack still takes a token. Throws when it can't be asked. */
  isGood(token: Secret): Promise<boolean>;
}

/** `refused`: Slack does not take the refresh token, now or later; `unanswered`: whether it did is not known. */
export class RenewalFailure extends Error {
  override readonly name = "RenewalFailure";
  readonly kind: "refused" | "unanswered";

  constructor(kind: RenewalFailure["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}
