import { z } from "zod";
import { readIfThere, writeWhole } from "../kept-file.ts";
import { messageContent, viewContent } from "./model.ts";

const version = 1;

const dm = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.literal("im"),
  members: z.array(z.string()),
});
const message = messageContent.required({ text: true, blocks: true, attachments: true }).extend({
  ts: z.string(),
  channel: z.string(),
  author: z.string(),
  threadTs: z.string().optional(),
  edited: z.string().optional(),
  fileIds: z.array(z.string()),
});
const home = z.strictObject({ id: z.string(), owner: z.string(), hash: z.string(), content: viewContent });
const file = z.strictObject({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  mimetype: z.string(),
  length: z.number(),
  base64: z.string().nullable(),
  owner: z.string(),
  complete: z.boolean(),
  created: z.number(),
  channels: z.array(z.string()),
  externalUrl: z.string().optional(),
});
const snapshot = z.strictObject({
  version: z.literal(version),
  /** By how much the workspace's time is ahead of the clock it follows. */
  aheadMs: z.number(),
  /** The last number given out, by prefix: no id comes twice. */
  counters: z.record(z.string(), z.number()),
  dms: z.array(dm),
  messages: z.array(message),
  homes: z.array(home),
  files: z.array(file),
});

/**
 * What of a workspace lives on: conversations, messages as they last were, homes, files. Open modals, triggers, response
 * addresses, what only one person saw, and the traffic do not.
 */
export type Snapshot = z.infer<typeof snapshot>;

/** Writes it so that another process finds either all of it or what was there before. */
export async function writeSnapshot(path: string, content: Omit<Snapshot, "version">): Promise<void> {
  await writeWhole(path, `${JSON.stringify({ version, ...content })}\n`);
}

/** What was written under this path, or null when nothing was. Throws when it is no snapshot of this version. */
export async function readSnapshot(path: string): Promise<Snapshot | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  try {
    return snapshot.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is no snapshot of version ${version}`, { cause: error });
  }
}
