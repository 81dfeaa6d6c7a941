import type { Selectable } from "kysely";
import type { ConnectionAttemptsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { openSecret } from "../vault/open.ts";
import { verifierPlace } from "./place.ts";
import { hashToken, type KeptTies, newToken } from "./start.ts";

type Attempt = Selectable<ConnectionAttemptsRow>;

/** A browser that is sent on to Entra, and the cookie by which it is known again; or a link that is over. */
export type OpenedAttempt =
  | { kind: "go"; url: URL; cookie: string; expiresAt: Date }
  | { kind: "over"; locale: string | null };

/**
 * Opens the link of a sign-in: ties it to this browser and says where at Entra it goes on. Opened again, the browser that
 * was last goes on.
 */
export async function openAttempt(desk: Desk, input: { link: string }): Promise<OpenedAttempt> {
  const { connecting } = desk;
  if (!connecting) throw new Error("agents do not sign in themselves here");
  const found = await desk.db
    .selectFrom("connection_attempts")
    .innerJoin("people", "people.id", "connection_attempts.person_id")
    .selectAll("connection_attempts")
    .select(["people.email", "people.locale", "people.locale_override"])
    .where("link_hash", "=", hashToken(input.link))
    .executeTakeFirst();
  const now = desk.clock.now();
  if (!found || isOver(found, now))
    return { kind: "over", locale: found?.locale_override ?? found?.locale ?? null };
  const ties = await openTies(desk, found);
  const cookie = newToken();
  const state = newToken();
  const tied = await desk.db
    .updateTable("connection_attempts")
    .set({ cookie_hash: hashToken(cookie), state_hash: hashToken(state), updated_at: now })
    .where("id", "=", found.id)
    .where("used_at", "is", null)
    .executeTakeFirst();
  if (tied.numUpdatedRows === 0n) return { kind: "over", locale: found.locale_override ?? found.locale };
  const url = await connecting.signIn.begin({ ...ties, state }, { loginHint: found.email });
  return { kind: "go", url, cookie, expiresAt: found.expires_at };
}

/** Whether nothing can come of it any more. */
export function isOver(attempt: Pick<Attempt, "used_at" | "expires_at">, now: Date): boolean {
  return attempt.used_at !== null || attempt.expires_at <= now;
}

/** Verifier and nonce of a sign-in that was not used. Throws VaultFailure. */
export async function openTies(
  desk: Pick<Desk, "db" | "vault">,
  attempt: Pick<Attempt, "id" | "workspace_id" | "secret_id">,
): Promise<KeptTies> {
  const place = verifierPlace({ workspaceId: attempt.workspace_id, attemptId: attempt.id });
  const plain = await openSecret(desk, { secretId: attempt.secret_id ?? "", place });
  const ties = JSON.parse(plain.toString("utf8")) as KeptTies;
  plain.fill(0);
  return ties;
}
