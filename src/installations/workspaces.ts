import { LRUCache } from "lru-cache";
import type { Secret } from "#src/config/secret.ts";
import type { Desk } from "../desk/context.ts";
import { ChatFailure } from "../messages/port.ts";
import { VaultFailure } from "../vault/vault.ts";
import { findInstallation } from "./find.ts";
import type { SlackGrants, Workspaces } from "./port.ts";
import { removeInstallation } from "./remove.ts";
import { goodToken } from "./renew.ts";

/** What another process changed is noticed here after this time at the latest. */
const rememberedMs = 10_000;
const mostRemembered = 500;
const mostTries = 3;

/** With these answers Slack says that the token will never be good again. */
const finalAnswers = new Set(["account_inactive", "token_revoked"]);

interface Remembered {
  /** Whose installation serves the workspace: its own, or its organisation's. */
  servedBy: string;
  token: Secret;
  scopes: readonly string[];
  until: number;
}

/** The workspaces in which the app was installed through OAuth, as the database has them. */
export function installedWorkspaces(
  ground: Pick<Desk, "db" | "vault" | "clock" | "log">,
  grants: SlackGrants,
): Workspaces {
  const remembered = new LRUCache<string, Remembered>({ max: mostRemembered });
  /** Grows with every word of an end: what was found before may be over. */
  let ends = 0;

  const find = async (workspaceId: string): Promise<Remembered | null> => {
    const now = ground.clock.now().getTime();
    const known = remembered.get(workspaceId);
    if (known && known.until > now) return known;
    remembered.delete(workspaceId);
    const endsBefore = ends;
    const looked = await look(workspaceId);
    if (!looked) return null;
    const found = { ...looked, until: now + rememberedMs };
    if (ends === endsBefore) remembered.set(workspaceId, found);
    return found;
  };

  const look = async (workspaceId: string, tries = mostTries): Promise<Omit<Remembered, "until"> | null> => {
    const installed = await findInstallation(ground.db, workspaceId);
    if (!installed) return null;
    const { workspace_id: servedBy, scopes } = installed;
    try {
      return { servedBy, scopes, token: await goodToken(ground, grants, installed) };
    } catch (error) {
      // Another process replaced the tokens after they were found: there are newer ones, or none.
      const replaced = error instanceof VaultFailure && error.kind === "destroyed";
      if (!replaced || tries <= 1) throw error;
      return look(workspaceId, tries - 1);
    }
  };

  const end = async (workspaceId: string, token: Secret, because: "uninstalled" | "revoked") => {
    ends += 1;
    for (const [id, { servedBy }] of remembered.entries())
      if (servedBy === workspaceId) remembered.delete(id);
    const removed = await removeInstallation(ground, { workspaceId, token, because });
    if (removed) ground.log.warn({ id: workspaceId, kind: because }, "the app is no longer installed");
  };

  return {
    check: async () => {},
    async scopesOf(workspaceId) {
      try {
        return (await find(workspaceId))?.scopes ?? null;
      } catch (error) {
        if (error instanceof ChatFailure && error.kind === "away") return null;
        throw error;
      }
    },
    async tokenOf(workspaceId) {
      const found = await find(workspaceId);
      if (!found) throw new ChatFailure("away", `the app is not installed in ${workspaceId}`);
      return found.token;
    },
    async refused(workspaceId, token, code) {
      const known = remembered.get(workspaceId);
      remembered.delete(workspaceId);
      ends += 1;
      if (finalAnswers.has(code)) await end(known?.servedBy ?? workspaceId, token, "revoked");
    },
    async left(workspaceId, because) {
      remembered.delete(workspaceId);
      const known = await find(workspaceId).catch((error: unknown) => {
        if (error instanceof ChatFailure && error.kind === "away") return null;
        throw error;
      });
      // What is told may be told late, when the app is installed again: Slack's answer of this moment counts.
      if (!known || known.servedBy !== workspaceId || (await grants.isGood(known.token))) return;
      await end(workspaceId, known.token, because);
    },
  };
}
