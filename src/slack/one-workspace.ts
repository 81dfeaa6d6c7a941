import { WebAPIPlatformError } from "@slack/web-api";
import type { Secret } from "#src/config/secret.ts";
import type { Log } from "#src/desk/context.ts";
import type { Workspaces } from "#src/installations/port.ts";
import { ChatFailure } from "#src/messages/port.ts";
import { createClient, createSlackLogger } from "./client.ts";
import { nameOf } from "./explain.ts";

interface Installed {
  /** The team's id and, where the app is installed for a whole organisation, the organisation's. */
  ids: readonly string[];
  scopes: readonly string[];
}

/** The one workspace whose token is configured. Which that is Slack says itself, once, as soon as it can be asked. */
export function oneWorkspace(options: { token: Secret; slackApiUrl: string; log: Log }): Workspaces {
  const { token, slackApiUrl, log } = options;
  const client = createClient(slackApiUrl, token, { timeout: 2_500, logger: createSlackLogger(log) });
  let installed: Installed | null = null;

  const ask = async (): Promise<Installed | null> => {
    try {
      const answer = await client.auth.test();
      const organisation = answer.is_enterprise_install ? answer.enterprise_id : undefined;
      const ids = [answer.team_id, organisation].filter((id) => id !== undefined);
      return ids.length > 0 ? { ids, scopes: answer.response_metadata?.scopes ?? [] } : null;
    } catch (error) {
      if (error instanceof WebAPIPlatformError) {
        throw new Error(
          `Slack does not accept SLACK_BOT_TOKEN (${error.data.error}). Copy the Bot User OAuth Token from the app's OAuth & Permissions page.`,
        );
      }
      log.warn({ error: nameOf(error) }, "Slack could not be asked whose token this is");
      return null;
    }
  };

  return {
    async check() {
      installed ??= await ask();
    },
    async scopesOf(workspaceId) {
      installed ??= await ask();
      // Deny by default: while Slack can't say whose app this is, nobody is known to belong here.
      if (!installed) throw new ChatFailure("unknown", "the workspace of this app is not known yet");
      return installed.ids.includes(workspaceId) ? installed.scopes : null;
    },
    tokenOf: async () => token,
    // An operator mends it; there is no other.
    refused: async () => {},
    async left(workspaceId, because) {
      log.error(
        { id: workspaceId, kind: because },
        "Slack no longer takes SLACK_BOT_TOKEN: install the app again",
      );
    },
  };
}
