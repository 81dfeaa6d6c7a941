import * as entra from "openid-client";
import { z } from "zod";
import { Secret } from "#src/config/secret.ts";
import { type Entra, granted, Refusal, TokenFailure } from "./auth.ts";
import { jsonOf } from "./error-body.ts";
import { type SignIn, SignInFailure } from "./grants.ts";

/** Entra's id token, v2; `upn` is there where the app registration asks for it. */
const identity = z.object({
  tid: z.string(),
  oid: z.string(),
  upn: z.string().optional(),
  preferred_username: z.string().optional(),
});

/** What may be readable of an access token. It is for Partner Center, which decides; a format of its own tells nothing. */
const accessClaims = z.object({ amr: z.array(z.string()), upn: z.string().optional() });

/**
 * Signing in by authorization code with PKCE; `redirectUri` is the one that is registered. openid-client checks state, nonce,
 * issuer, audience, life and signature of the id token.
 */
export function createSignIn(connected: Entra, redirectUri: string): SignIn {
  const { config, userScope } = connected;
  const scope = `${userScope} offline_access openid profile`;
  return {
    async begin({ state, nonce, verifier }, { loginHint }) {
      return entra.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await entra.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        prompt: "select_account",
        ...(loginHint === null ? {} : { login_hint: loginHint }),
      });
    },

    async redeem(query, { state, nonce, verifier }) {
      const answered = new URL(`${redirectUri}?${query}`);
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const answer = await granted(entra.authorizationCodeGrant(config, answered, checks, { scope })).catch(
        (error: unknown) => {
          throw asSignInFailure(error, query.get("error"));
        },
      );
      const { data: claims } = identity.safeParse(answer.claims());
      const access = accessClaims.safeParse(payloadOf(answer.access_token)).data;
      const userPrincipalName = claims?.upn ?? access?.upn ?? claims?.preferred_username;
      if (!claims || !userPrincipalName || !answer.refresh_token)
        throw new SignInFailure("refused", "the answer names no user, or came without a refresh token");
      return {
        tenantId: claims.tid,
        partnerUserId: claims.oid,
        userPrincipalName,
        mfa: access ? access.amr.includes("mfa") : null,
        refreshToken: new Secret(answer.refresh_token),
      };
    },
  };
}

function payloadOf(token: string): unknown {
  return jsonOf(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}

function asSignInFailure(error: unknown, answered: string | null): SignInFailure {
  if (!(error instanceof TokenFailure)) return new SignInFailure("refused", "the sign-in broke off");
  if (error.authority !== "refused") return new SignInFailure("unavailable", error.message);
  if (answered === "access_denied") return new SignInFailure("declined", error.message);
  const trouble = error instanceof Refusal ? error.trouble : null;
  if (trouble === "mfa" || trouble === "consent") return new SignInFailure(trouble, error.message);
  return new SignInFailure("refused", error.message);
}
