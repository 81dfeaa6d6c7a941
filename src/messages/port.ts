import type { DrawnHome } from "../home/port.ts";
import type { ChannelPost, MessageSubject } from "./subjects.ts";

/** A Slack user's profile as far as the desk needs it. `isMember` is false for guests, bots and deactivated people. */
export interface ChatProfile {
  displayName: string;
  email: string | null;
  phone: string | null;
  locale: string;
  timeZone: string;
  isMember: boolean;
}

/** A file that lies with the chat service. `permalink` leads people who may see it there. */
export interface ChatFile {
  kind: "file";
  name: string;
  permalink: string | null;
  bytes: Buffer;
}

/** Why a file can't be had, now or later. `elsewhere`: the chat service only points to it. */
export interface ChatFileProblem {
  kind: "problem";
  problem: "too_large" | "elsewhere" | "gone" | "unreadable";
}

/** A message ready to be sent: plain text for notifications and screen readers, blocks for the screen. */
export interface DrawnMessage {
  text: string;
  blocks: unknown[];
}

/** Who reads, in their language and by their clock: a message may show one person what another does not see. */
export interface Reader {
  personId: string;
  slackUserId: string;
  locale: string;
  timeZone: string;
}

/** A message is a pure function of its subject's row and its reader. */
export type DrawMessage = (subject: MessageSubject, reader: Reader) => DrawnMessage;

/** What a channel reads is drawn from its row alone: its readers share no language and no clock. */
export type DrawPost = (post: ChannelPost) => DrawnMessage;

/**
 * What a failed call means: `unknown` (it may have arrived), `wait` (not now), `away` (the app is not installed in this
 * workspace, and nothing left), `gone` (this person or channel can't be reached any more) or `refused` (a fault of ours).
 */
export class ChatFailure extends Error {
  override readonly name = "ChatFailure";
  readonly kind: "unknown" | "wait" | "away" | "gone" | "refused";
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
  /** Redraws a message of ours in place. False: it is not there any more. */
  update(input: {
    workspaceId: string;
    channel: string;
    ts: string;
    message: DrawnMessage;
  }): Promise<boolean>;
  /** A file's content, `mostBytes` at most; from the chat service's own address and no other. */
  readFile(input: {
    workspaceId: string;
    fileId: string;
    mostBytes: number;
  }): Promise<ChatFile | ChatFileProblem>;
  /** Whether a file is still there. */
  hasFile(input: { workspaceId: string; fileId: string }): Promise<boolean>;
  /** Puts files into a conversation, in one message. */
  sendFiles(input: {
    workspaceId: string;
    channel: string;
    files: { name: string; bytes: Buffer }[];
  }): Promise<void>;
  /** Puts a file of this machine, `length` bytes, with the chat service; nobody sees it until it is shared. */
  uploadFile(input: {
    workspaceId: string;
    name: string;
    path: string;
    length: number;
  }): Promise<{ fileId: string }>;
  /** Shows an uploaded file in a conversation. False: there is no such upload any more. */
  shareFile(input: { workspaceId: string; channel: string; fileId: string; title: string }): Promise<boolean>;
  /** Whether an earlier `shareFile` went through unseen. */
  isShared(input: { workspaceId: string; channel: string; fileId: string }): Promise<boolean>;
  /** Takes a message of ours away; one that is gone already is no failure. */
  remove(input: { workspaceId: string; channel: string; ts: string }): Promise<void>;
  /** Shows a person their Home tab; showing it twice is the same as once. */
  publishHome(input: { workspaceId: string; slackUserId: string; home: DrawnHome }): Promise<void>;
  /** Looks for a message that an earlier `post` may have left, by its id; `since` bounds the search, `not` is left out. */
  findPosted(input: {
    workspaceId: string;
    channel: string;
    messageId: string;
    since: Date;
    not?: string | null;
  }): Promise<{ ts: string } | null>;
}
