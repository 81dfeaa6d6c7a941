import { LRUCache } from "lru-cache";
import { createGrantStore } from "./connections/grants.ts";
import { callbackPath } from "./connections/port.ts";
import { findSteward } from "./connections/steward.ts";
import type { Desk } from "./desk/context.ts";
import {
  agentTokens,
  connectEntra,
  type EntraOptions,
  serviceTokens,
  type TokenSource,
  userTokens,
} from "./partner-center/auth.ts";
import type { SignIn } from "./partner-center/grants.ts";
import { createSignIn } from "./partner-center/sign-in.ts";

/** Whose tokens the calls to Partner Center carry, in one process. */
export interface Tokens {
  /** Of the service account, or of the app alone; where agents sign in themselves, roles are read with one of theirs. */
  service: TokenSource;
  /** Of the agents, where they sign in themselves. */
  agents: { signIn: SignIn; of(personId: string): TokenSource } | null;
}

/** Ties Entra to the refresh tokens that the database keeps. `publicUrl`: where browsers reach us; null: agents do not sign in. */
export function wireTokens(
  ground: Pick<Desk, "db" | "vault" | "clock" | "log">,
  options: Omit<EntraOptions, "clock"> & { serviceAccount: boolean; publicUrl: string | null },
): Tokens {
  const { tenantId: partnerTenantId, publicUrl } = options;
  const entra = connectEntra({ ...options, clock: ground.clock });
  const userOf = (personId: string | null) =>
    userTokens(entra, createGrantStore(ground, { personId, partnerTenantId }));
  const account = options.serviceAccount ? userOf(null) : null;
  if (publicUrl === null) return { service: serviceTokens(entra, account), agents: null };

  const person = remembered(userOf);
  const service = serviceTokens(entra, account, async () => {
    const personId = await findSteward(ground, { partnerTenantId });
    return personId === null ? null : person(personId);
  });
  const signIn = createSignIn(entra, `${publicUrl}${callbackPath}`);
  return { service, agents: { signIn, of: (personId) => agentTokens(person(personId), service) } };
}

/** How many people's tokens and clients, with what they keep in memory, one process holds. */
const mostRemembered = 500;

/** One for each person, made when it is first needed; whoever was not met for longest is made anew. */
export function remembered<V extends object>(make: (personId: string) => V): (personId: string) => V {
  const kept = new LRUCache<string, V>({ max: mostRemembered });
  return (personId) => {
    const known = kept.get(personId) ?? make(personId);
    kept.set(personId, known);
    return known;
  };
}
