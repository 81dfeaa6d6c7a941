import type { Block, Person, Wire } from "#sandbox/slack/model.ts";
import type { ShownView } from "#sandbox/slack/person.ts";

/** A message as it lies before one person. */
export interface SeenMessage {
  ts: string;
  channel: string;
  /** User id. */
  author: string;
  text: string;
  blocks: Block[];
  attachments: Wire[];
  edited: boolean;
  /** Only this person sees it, until the page is loaded again. */
  ephemeral: boolean;
  threadTs: string | null;
  files: SeenFile[];
}

export interface SeenFile {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Address at the sandbox's own origin. */
  href: string;
}

/** Everything before one person's eyes. */
export interface Seen {
  /** ISO instant on the workspace clock. */
  now: string;
  person: Person;
  people: Person[];
  channels: { id: string; name: string; kind: "channel" | "im" }[];
  messages: SeenMessage[];
  /** Open modals, the topmost last. */
  views: ShownView[];
  home: ShownView | null;
}

/** What stays the same while the sandbox runs. */
export interface Setting {
  title: string;
  links: { label: string; url: string }[];
  people: Person[];
  app: { name: string; botUserId: string };
  commands: { command: string; description: string; usageHint: string }[];
  shortcuts: { callbackId: string; name: string; description: string; type: "global" | "message" }[];
  /** What the app has: a Home tab, a conversation, and whether people may write in it. */
  tabs: { home: boolean; messages: boolean; maySay: boolean };
}

/** Options for an external select. `failed`: the app did not answer properly. */
export interface Suggestions {
  options: { text: { text: string }; value?: string | undefined }[];
  failed: boolean;
}

/** What can be changed about the world around the bot. */
export interface Surroundings {
  /** ISO instant. */
  now: string;
  slackSlow: boolean;
  partnerCenter: {
    now: string;
    /** Until a cancellation shows. */
    cancellationLagMs: number;
    down: boolean;
  } | null;
}
