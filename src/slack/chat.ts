import {
  type ChatPostMessageResponse,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  type WebClient,
} from "@slack/web-api";
import type { Secret } from "#src/config/secret.ts";
import { type Chat, ChatFailure, type DrawnMessage } from "#src/messages/port.ts";
import { createWorkerClients, type SlackAccess } from "./client.ts";
import { createFiles } from "./files.ts";
import { messageEventType } from "./ids.ts";

/** Slack's and our clock may differ by this much, in ms, when a message is looked for: it must be found though a machine's was wrong. */
const clockSlackMs = 24 * 60 * 60_000;
const pageSize = 100;
const mostPages = 10;

/** The chat port over Slack's Web API, for the domain and the workers. Every failure is a `ChatFailure`. */
export function createChat(access: SlackAccess): Chat {
  const clients = createWorkerClients(access);
  /** Calls Slack on behalf of a workspace, with its token. */
  const call = async <T>(
    workspaceId: string,
    use: (client: WebClient, token: Secret) => Promise<T>,
  ): Promise<T> => {
    let token: Secret | null = null;
    try {
      const speaking = await clients(workspaceId);
      token = speaking.token;
      return await use(speaking.client, token);
    } catch (error) {
      if (token && error instanceof WebAPIPlatformError)
        await access.workspaces.refused(workspaceId, token, error.data.error);
      throw toChatFailure(error);
    }
  };
  return {
    ...createFiles(call, access.slackApiUrl),

    readProfile: ({ workspaceId, slackUserId }) =>
      call(workspaceId, async (client) => {
        const { user } = await client.users.info({ user: slackUserId, include_locale: true });
        if (!user) throw new ChatFailure("gone", "users.info: no such user");
        return {
          displayName:
            user.profile?.display_name ||
            user.profile?.real_name ||
            user.real_name ||
            user.name ||
            slackUserId,
          email: user.profile?.email ?? null,
          phone: user.profile?.phone || null,
          locale: user.locale ?? "en-US",
          timeZone: user.tz ?? "UTC",
          isMember: !(
            user.deleted ||
            user.is_bot ||
            user.is_restricted ||
            user.is_ultra_restricted ||
            user.is_stranger ||
            (workspaceId.startsWith("E") && user.enterprise_user?.enterprise_id !== workspaceId)
          ),
        };
      }),

    openDirect: ({ workspaceId, slackUserId }) =>
      call(workspaceId, async (client) => {
        const { channel } = await client.conversations.open({ users: slackUserId });
        if (!channel?.id) throw new ChatFailure("refused", "conversations.open: no channel");
        return { channel: channel.id };
      }),

    post: ({ workspaceId, channel, messageId, message }) =>
      call(workspaceId, async (client) => {
        const { ts }: ChatPostMessageResponse = await client.apiCall("chat.postMessage", {
          channel,
          ...asText(message),
          link_names: false,
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: messageEventType, event_payload: { message_id: messageId } },
        });
        if (!ts) throw new ChatFailure("unknown", "chat.postMessage: no ts");
        return { ts };
      }),

    update: ({ workspaceId, channel, ts, message }) =>
      call(workspaceId, async (client) => {
        try {
          await client.apiCall("chat.update", { channel, ts, ...asText(message), link_names: false });
          return true;
        } catch (error) {
          if (isNotThere(error)) return false;
          throw error;
        }
      }),

    remove: ({ workspaceId, channel, ts }) =>
      call(workspaceId, async (client) => {
        try {
          await client.chat.delete({ channel, ts });
        } catch (error) {
          if (!isNotThere(error)) throw error;
        }
      }),

    publishHome: ({ workspaceId, slackUserId, home }) =>
      call(workspaceId, async (client) => {
        await client.apiCall("views.publish", { user_id: slackUserId, view: JSON.stringify(home) });
      }),

    findPosted: ({ workspaceId, channel, messageId, since, not }) =>
      call(workspaceId, async (client) => {
        const oldest = String((since.getTime() - clockSlackMs) / 1_000);
        let cursor: string | undefined;
        for (let page = 0; page < mostPages; page += 1) {
          const history = await client.conversations.history({
            channel,
            oldest,
            limit: pageSize,
            include_all_metadata: true,
            ...(cursor ? { cursor } : {}),
          });
          const found = history.messages?.find(
            ({ metadata, ts }) =>
              ts !== not &&
              (metadata?.event_payload as { message_id?: unknown } | undefined)?.message_id === messageId,
          );
          if (found?.ts) return { ts: found.ts };
          cursor = history.response_metadata?.next_cursor || undefined;
          if (!cursor) return null;
        }
        return null;
      }),
  };
}

/** Of an object the client makes a copy for a debug log first, heard or not, and it sends text in any case. */
function asText({ text, blocks }: DrawnMessage): { text: string; blocks: string } {
  return { text, blocks: JSON.stringify(blocks) };
}

/** Somebody deleted the message, or it was no longer kept. */
function isNotThere(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && error.data.error === "message_not_found";
}

/** The person, their channel or the message is not there any more, or can't be written to. */
const gone = new Set([
  "user_not_found",
  "users_not_found",
  "user_not_visible",
  "user_disabled",
  "cannot_dm_bot",
  "channel_not_found",
  "is_archived",
  "message_not_found",
]);
/** Slack broke off; whether it did what was asked is anybody's guess. */
const broken = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);
/** Slack does not take our token or lacks a scope: nothing was posted, and an operator will mend it. */
const ours = new Set([
  "ratelimited",
  "not_authed",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "missing_scope",
  "no_permission",
]);

function toChatFailure(error: unknown): ChatFailure {
  if (error instanceof ChatFailure) return error;
  if (error instanceof WebAPIRateLimitedError)
    return new ChatFailure("wait", "rate limited", error.retryAfter * 1_000);
  if (error instanceof WebAPIRequestError) return new ChatFailure("unknown", "no answer from Slack");
  if (error instanceof WebAPIHTTPError) {
    return new ChatFailure(
      error.statusCode >= 500 ? "unknown" : "refused",
      `Slack answered HTTP ${error.statusCode}`,
    );
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    const kind = gone.has(code) ? "gone" : broken.has(code) ? "unknown" : ours.has(code) ? "wait" : "refused";
    return new ChatFailure(kind, `Slack answered ${code}`);
  }
  return new ChatFailure("unknown", "the call to Slack broke off");
}
