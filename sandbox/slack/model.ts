import { z } from "zod";

const textObject = z.looseObject({ type: z.enum(["plain_text", "mrkdwn"]), text: z.string() });
const option = z.looseObject({ text: textObject, value: z.string().optional() });
const optionGroup = z.looseObject({ label: textObject, options: z.array(option) });
const element = z.looseObject({
  type: z.string(),
  action_id: z.string().optional(),
  text: z.union([textObject, z.string()]).optional(),
  options: z.array(option).optional(),
  option_groups: z.array(optionGroup).optional(),
});
const block = z.looseObject({
  type: z.string(),
  block_id: z.string().optional(),
  element: element.optional(),
  elements: z.array(element).optional(),
  accessory: element.optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});
const metadata = z.looseObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) });

/** What the stand-in itself needs to find in a view; Slack's limits are another matter. */
export const viewContent = z.looseObject({
  type: z.enum(["modal", "home"]),
  title: textObject.optional(),
  submit: textObject.optional(),
  close: textObject.optional(),
  blocks: z.array(block),
  private_metadata: z.string().optional(),
  callback_id: z.string().optional(),
  external_id: z.string().optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
});
export const messageContent = z.looseObject({
  text: z.string().optional(),
  blocks: z.array(block).optional(),
  attachments: z.array(z.looseObject({})).optional(),
  metadata: metadata.optional(),
});
export const optionsContent = z.looseObject({
  options: z.array(option).optional(),
  option_groups: z.array(optionGroup).optional(),
});

export type Option = z.infer<typeof option>;
export type Element = z.infer<typeof element>;
export type Block = z.infer<typeof block>;
export type Metadata = z.infer<typeof metadata>;
export type ViewContent = z.infer<typeof viewContent>;
export type MessageContent = z.infer<typeof messageContent>;
export type OptionsContent = z.infer<typeof optionsContent>;

/** A JSON object on its way to or from the bot. */
export type Wire = Record<string, unknown>;

/** The value of one stateful element, with the field name of its type (`selected_option`, `value`, ...). */
export type StateValue = { type: string } & Wire;
/** `state.values`: block id, then action id. */
export type StateValues = Record<string, Record<string, StateValue>>;

export interface Person {
  /** Handle for tests and the control API: the local part of the e-mail address. */
  key: string;
  id: string;
  realName: string;
  email: string;
  /** Empty when the person gave none. */
  phone: string;
  /** IETF tag as `users.info` gives it, for instance `es-ES`. */
  locale: string;
  /** IANA zone. */
  tz: string;
  isAdmin: boolean;
  isGuest: boolean;
  deactivated: boolean;
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "im";
  /** User ids, the bot's included. */
  members: string[];
}

export interface MessageVersion {
  text: string;
  blocks: Block[];
  attachments: Wire[];
  metadata?: Metadata;
}

export interface Message extends MessageVersion {
  ts: string;
  channel: string;
  /** User id. */
  author: string;
  threadTs?: string;
  /** Set on an ephemeral message: the only person who sees it. */
  visibleTo?: string;
  fileIds: string[];
  /** Time stamp of the last edit. */
  edited?: string;
  deleted: boolean;
  /** Earlier versions, oldest first. */
  versions: MessageVersion[];
  /** What each person has filled into this message's elements. */
  state: Map<string, StateValues>;
  /** Options the bot suggested for external selects, by `block/action`. */
  offered: Map<string, Option[]>;
}

export interface View {
  id: string;
  owner: string;
  content: ViewContent;
  hash: string;
  rootId: string;
  previousId: string | null;
  open: boolean;
  state: StateValues;
  /** Messages under input blocks, by block id. */
  errors: Record<string, string>;
  /** The line Slack shows when the app did not answer properly. */
  trouble: string | null;
  submitting: boolean;
  /** Every content this view has had, oldest first, the present one last. */
  versions: ViewContent[];
  offered: Map<string, Option[]>;
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  /** Declared by `files.getUploadURLExternal`. */
  length: number;
  bytes: Buffer | null;
  owner: string;
  complete: boolean;
  created: number;
  channels: string[];
  /** A file that lies elsewhere, such as in a cloud drive: its address there. */
  externalUrl?: string;
}

export type DeliveryKind =
  | "command"
  | "block_actions"
  | "block_suggestion"
  | "view_submission"
  | "view_closed"
  | "shortcut"
  | "message_action"
  | "event_callback"
  | "url_verification"
  | "ssl_check";

export interface DeliveryResult {
  /** `late`: no answer within the deadline; `refused`: an answer other than 2xx; `failed`: no connection. */
  outcome: "answered" | "late" | "refused" | "failed";
  status: number | null;
  body: string;
  noRetry: boolean;
  latencyMs: number;
}

export interface Delivery {
  id: string;
  kind: DeliveryKind;
  person: string | null;
  at: string;
  /** Exactly the bytes that were sent, and over HTTP signed. */
  body: string;
  headers: Record<string, string>;
  /** Over which way it went: to the address of the bot, or through its own connection (Socket Mode). */
  transport: "http" | "socket";
  redeliveryOf?: string;
  result: DeliveryResult | null;
  /** Why Slack could do nothing with the answer. */
  refusal?: string;
}

/** One Web API call, or one post to a response address (method `response_url`). */
export interface Call {
  id: string;
  at: string;
  method: string;
  args: Wire;
  ok: boolean;
  error?: string;
  warning?: string;
  fault?: string;
  /** HTTP status of the answer; null when there was none. */
  status: number | null;
  answer: Wire;
  latencyMs: number;
}

/** A refusal with one of Slack's error names, as the Web API puts it into `error`. */
export class SlackError extends Error {
  readonly error: string;
  readonly extra: Wire;
  constructor(error: string, extra: Wire = {}) {
    super(error);
    this.name = "SlackError";
    this.error = error;
    this.extra = extra;
  }

  /** The error with what Slack says of its reasons. */
  get detail(): string {
    const { messages } = (this.extra.response_metadata ?? {}) as { messages?: string[] };
    return messages ? `${this.error}: ${messages.join("; ")}` : this.error;
  }
}

/** Somebody asked for what Slack's client would not let a person do, or for something that is not there. */
export class NotPossible extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotPossible";
  }
}
