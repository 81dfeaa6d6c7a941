import type { Secret } from "#src/config/secret.ts";
import {
  connectEntra,
  type EntraOptions,
  serviceTokens,
  type TokenSource,
  userTokens,
} from "#src/partner-center/auth.ts";
import type { GrantStore } from "#src/partner-center/grants.ts";

/** A refresh token that lives as long as the test. */
export function heldInMemory(first: Secret): GrantStore {
  let token = first;
  let renewals = 0;
  const signedInAt = new Date(0);
  return {
    async read() {
      const held = token;
      return { id: String(renewals), signedInAt, trouble: null, open: async () => held };
    },
    async keep(_grant, newer) {
      token = newer.token;
      renewals += 1;
    },
    lose: async () => {},
  };
}

/** The tokens of the partner user whose refresh token this is; without one, of the application alone. */
export function tokensBy(options: EntraOptions, refreshToken: Secret | null): TokenSource {
  const entra = connectEntra(options);
  return serviceTokens(entra, refreshToken && userTokens(entra, heldInMemory(refreshToken)));
}
