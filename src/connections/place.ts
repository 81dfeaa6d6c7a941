import type { SecretPlace } from "../vault/vault.ts";

/** Where a person's refresh token belongs in the vault. */
export function tokenPlace(of: { workspaceId: string; personId: string }): SecretPlace {
  return { workspaceId: of.workspaceId, customerId: "", subjectId: of.personId, kind: "refresh_token" };
}

/** The service account belongs to no workspace. */
export const servicePlace: SecretPlace = {
  workspaceId: "",
  customerId: "",
  subjectId: "service account",
  kind: "refresh_token",
};

/** Where PKCE's verifier of a sign-in lies while that is under way. */
export function verifierPlace(of: { workspaceId: string; attemptId: string }): SecretPlace {
  return { workspaceId: of.workspaceId, customerId: "", subjectId: of.attemptId, kind: "verifier" };
}
