import type { Secret } from "#src/config/secret.ts";

/** Signing in at Entra and keeping what came of it: the seam between who speaks to Entra and who stores. */

/**
 * Why a refresh token is of no use: it `expired`, was `revoked` (a changed password, an admin), Partner Center wants a second
 * factor (`mfa`), or the app's `consent` is missing.
 */
export const signInTroubles = ["expired", "revoked", "mfa", "consent"] as const;

export type SignInTrouble = (typeof signInTroubles)[number];

/** What a partner user's sign-in left with us. */
export interface Grant {
  /** Names the refresh token; a newer one has another name. */
  id: string;
  /** The sign-in that it goes back to. */
  signedInAt: Date;
  trouble: SignInTrouble | null;
  /** The refresh token itself. */
  open(): Promise<Secret>;
}

/** Keeps the newest refresh token of one partner user, for all processes. */
export interface GrantStore {
  /** Null: nobody signed in, or not any more. */
  read(): Promise<Grant | null>;
  /** A renewal of `grant` brought this one. Of several that come at once the newest stays, and none of an earlier sign-in. */
  keep(grant: Grant, newer: { token: Secret; issuedAt: Date }): Promise<void>;
  /** `grant` was not accepted any more; `code` is Entra's or Partner Center's. One that was replaced meanwhile stays. */
  lose(grant: Grant, trouble: SignInTrouble, code: string): Promise<void>;
}

/** Who signed in. */
export interface SignedIn {
  tenantId: string;
  /** Entra's object id. */
  partnerUserId: string;
  userPrincipalName: string;
  /** Whether it was done with a second factor; null where the access token does not tell. */
  mfa: boolean | null;
  refreshToken: Secret;
}

/** What ties the answer of Entra to the question; made anew for each sign-in, and used once. */
export interface SignInTies {
  state: string;
  nonce: string;
  /** PKCE's code verifier. */
  verifier: string;
}

/** Entra's sign-in page, by authorization code with PKCE. */
export interface SignIn {
  /** The address to send the browser to. */
  begin(ties: SignInTies, options: { loginHint: string | null }): Promise<URL>;
  /** What came back, in the query that Entra added to the redirect address. Throws SignInFailure. */
  redeem(query: URLSearchParams, ties: SignInTies): Promise<SignedIn>;
}

/** A sign-in that came to nothing. Carries Entra's error name and code, never a token, a code or a person. */
export class SignInFailure extends Error {
  override readonly name = "SignInFailure";
  /** `declined`: the person went back; `unavailable`: Entra did not answer; `refused`: anything that only an operator can mend. */
  readonly kind: "declined" | "mfa" | "consent" | "unavailable" | "refused";

  constructor(kind: SignInFailure["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}
