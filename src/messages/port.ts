import type { RequestRow } from "../requests/tables.ts";

/** A Slack user's profile as far as the desk needs it. `isMember` is false for guests, bots and deactivated people. */
export interface ChatProfile {
  displayName: string;
  email: string | null;
  locale: string;
  timeZone: string;
  isMember: boolean;
}

/** A message ready to be sent: plain text for notifications and screen readers, blocks for the screen. */
export interface DrawnMessage {
  text: string;
  blocks: unknown[];
}

/** Who reads: their language and their clock. */
export interface Reader {
  slackUserId: string;
  locale: string;
  timeZone: string;
}

/** A message is a pure function of its request's row and its reader. */
export type DrawMessage = (request: RequestRow, reader: Reader) => DrawnMessage;

/**
 * What a failed call means: `unknown` (it may have arrived), `wait` (not now), `gone` (this person or channel can't be
 * reached any more) or `refused` (a fault of ours).
 */
export class ChatFailure extends Error {
  override readonly name = "ChatFailure";
  readonly kind: "unknown" | "wait" | "gone" | "refused";
  readonly retryAfterMs: number | null;

  constructor(kind: ChatFailure["kind"], message: string, retryAfterMs: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The chat service as the domain sees it. Every method throws `ChatFailure` and nothing else. */
export interface Chat {
  readProfile(input: { workspaceId: string; slackUserId: string }): Promise<ChatProfile>;
  openDirect(input: { workspaceId: string; slackUserId: string }): Promise<{ channel: string }>;
  post(input: {
    workspaceId: string;
    channel: string;
    messageId: string;
    message: DrawnMessage;
  }): Promise<{ ts: string }>;
  update(input: { workspaceId: string; channel: string; ts: string; message: DrawnMessage }): Promise<void>;
  /** Looks for a message that an earlier `post` may have left, by its id; `since` bounds the search. */
  findPosted(input: {
    workspaceId: string;
    channel: string;
    messageId: string;
    since: Date;
  }): Promise<{ ts: string } | null>;
}
