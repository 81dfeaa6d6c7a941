import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { Secret } from "#src/config/secret.ts";
import { type Chat, ChatFailure, type ChatFile, type ChatFileProblem } from "#src/messages/port.ts";

/** For one file, up or down. */
const transferMs = 30_000;

/** Slack's own file host, or whatever serves the API that we were told of. Nobody else is asked, and nobody else gets our token. */
export function isSlackAddress(address: string, slackApiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") return false;
  return url.origin === "https://files.slack.com" || url.origin === new URL(slackApiUrl).origin;
}

/** Calls Slack on behalf of a workspace, with its token. */
type Call = <T>(workspaceId: string, use: (client: WebClient, token: Secret) => Promise<T>) => Promise<T>;

/** Files over Slack's Web API; failures are those of `call`. */
export function createFiles(
  call: Call,
  slackApiUrl: string,
): Pick<Chat, "readFile" | "hasFile" | "sendFiles" | "uploadFile" | "shareFile" | "isShared"> {
  const isOurs = (address: string) => isSlackAddress(address, slackApiUrl);

  const find = async (client: WebClient, fileId: string) => {
    try {
      const { file } = await client.files.info({ file: fileId });
      return file?.mode === "tombstone" || file?.mode === "hidden_by_limit" ? null : (file ?? null);
    } catch (error) {
      if (error instanceof WebAPIPlatformError && gone.has(error.data.error)) return null;
      throw error;
    }
  };

  /** Reserves a place for a file, and its id, and puts the bytes there. */
  const put = async (
    client: WebClient,
    { name, length }: { name: string; length: number },
    body: () => RequestInit["body"],
  ): Promise<string> => {
    const place = await client.files.getUploadURLExternal({ filename: name, length });
    if (!place.upload_url || !place.file_id || !isOurs(place.upload_url))
      throw new ChatFailure("refused", "files.getUploadURLExternal: no address of Slack's");
    await upload(place.upload_url, body(), length);
    return place.file_id;
  };

  return {
    uploadFile: ({ workspaceId, name, path, length }) =>
      call(workspaceId, async (client) => ({
        fileId: await put(
          client,
          { name, length },
          () => Readable.toWeb(createReadStream(path)) as unknown as RequestInit["body"],
        ),
      })),

    shareFile: ({ workspaceId, channel, fileId, title }) =>
      call(workspaceId, async (client) => {
        try {
          await client.files.completeUploadExternal({ channel_id: channel, files: [{ id: fileId, title }] });
          return true;
        } catch (error) {
          if (error instanceof WebAPIPlatformError && gone.has(error.data.error)) return false;
          throw error;
        }
      }),

    isShared: ({ workspaceId, channel, fileId }) =>
      call(workspaceId, async (client) => {
        const file = await find(client, fileId);
        return [...(file?.ims ?? []), ...(file?.channels ?? []), ...(file?.groups ?? [])].includes(channel);
      }),

    readFile: ({ workspaceId, fileId, mostBytes }) =>
      call(workspaceId, async (client, token) => {
        const file = await find(client, fileId);
        if (!file) return problem("gone");
        if (file.is_external) return problem("elsewhere");
        if ((file.size ?? 0) > mostBytes) return problem("too_large");
        const bytes = await download(file.url_private_download ?? file.url_private ?? "", {
          token,
          mostBytes,
          isOurs,
        });
        if (!Buffer.isBuffer(bytes)) return bytes;
        const name = (file.name ?? "").replaceAll("\0", "").slice(0, 255) || fileId;
        return { kind: "file", name, permalink: permalinkOf(file.permalink, slackApiUrl), bytes };
      }),

    hasFile: ({ workspaceId, fileId }) =>
      call(workspaceId, async (client) => (await find(client, fileId)) !== null),

    sendFiles: ({ workspaceId, channel, files }) =>
      call(workspaceId, async (client) => {
        const uploaded: { id: string; title: string }[] = [];
        for (const { name, bytes } of files) {
          const id = await put(client, { name, length: bytes.length }, () => new Uint8Array(bytes));
          uploaded.push({ id, title: name });
        }
        const [first, ...more] = uploaded;
        if (first)
          await client.files.completeUploadExternal({ channel_id: channel, files: [first, ...more] });
      }),
  };
}

const gone = new Set(["file_not_found", "file_deleted"]);

const problem = (what: ChatFileProblem["problem"]): ChatFileProblem => ({ kind: "problem", problem: what });

/**
 * The bytes at an address of Slack's, counted as they come and cut off past `mostBytes`. A redirect is not followed: it
 * leads to a page to sign in, or away. Throws `ChatFailure` unknown or wait where another try may help.
 */
export async function download(
  address: string,
  options: { token: Secret; mostBytes: number; isOurs: (address: string) => boolean },
): Promise<ChatFile["bytes"] | ChatFileProblem> {
  if (!options.isOurs(address)) return problem("elsewhere");
  const response = await transfer(address, {
    headers: { authorization: `Bearer ${options.token.reveal()}` },
  });
  try {
    if (response.status === 429) throw new ChatFailure("wait", "a file: rate limited", retryAfter(response));
    if (response.status >= 500) throw new ChatFailure("unknown", `a file: HTTP ${response.status}`);
    // Without access Slack answers with a page, and with 200.
    const isPage = /^text\/html\b/i.test(response.headers.get("content-type") ?? "");
    if (response.status !== 200 || isPage) return problem(response.status === 404 ? "gone" : "unreadable");
    if (Number(response.headers.get("content-length") ?? 0) > options.mostBytes) return problem("too_large");
    return await collect(response, options.mostBytes);
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

async function collect(response: Response, mostBytes: number): Promise<Buffer | ChatFileProblem> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const read = await reader?.read();
      if (!read || read.done) return Buffer.concat(chunks);
      length += read.value.length;
      if (length > mostBytes) return problem("too_large");
      chunks.push(read.value);
    }
  } catch {
    throw new ChatFailure("unknown", "a file broke off");
  } finally {
    await reader?.cancel().catch(() => {});
    reader?.releaseLock();
  }
}

/** No token goes along: the address itself is the permission. */
async function upload(address: string, body: RequestInit["body"], length: number): Promise<void> {
  const response = await transfer(address, {
    method: "POST",
    headers: { "content-type": "application/octet-stream", "content-length": String(length) },
    body,
    duplex: "half",
  } as RequestInit);
  await response.body?.cancel();
  if (!response.ok) throw new ChatFailure("unknown", `a file was not taken: HTTP ${response.status}`);
}

async function transfer(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, {
      ...request,
      redirect: "manual",
      signal: AbortSignal.timeout(transferMs),
    });
  } catch {
    throw new ChatFailure("unknown", "no answer from Slack's files");
  }
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : null;
}

/** Longer ones would not fit into a message. */
const longestLink = 500;

/** Where people see the file, if that is a page of Slack's. */
function permalinkOf(permalink: string | undefined, slackApiUrl: string): string | null {
  if (permalink === undefined || !URL.canParse(permalink)) return null;
  const url = new URL(permalink);
  const slack = url.protocol === "https:" && /(^|\.)slack\.com$/.test(url.hostname);
  const ours = slack || url.origin === new URL(slackApiUrl).origin;
  return ours && url.href.length <= longestLink ? url.href : null;
}
