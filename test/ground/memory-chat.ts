import { readFile as readFromDisk } from "node:fs/promises";
import type { DrawnHome } from "#src/home/port.ts";
import {
  type Chat,
  ChatFailure,
  type ChatFileProblem,
  type ChatProfile,
  type DrawnMessage,
} from "#src/messages/port.ts";

interface PostedMessage {
  channel: string;
  ts: string;
  messageId: string;
  message: DrawnMessage;
  edits: number;
}

/** A chat service in memory for tests below the Slack edge: it can lose the answer to the next post. */
export interface MemoryChat extends Chat {
  readonly posted: PostedMessage[];
  /** Files by id: their content, or what goes wrong with them. */
  readonly files: Map<string, { name: string; bytes: Buffer } | ChatFileProblem["problem"] | ChatFailure>;
  readonly sent: { channel: string; files: { name: string; bytes: Buffer }[] }[];
  /** Files that were uploaded, by id, and the conversations that they are shared in. */
  readonly uploads: Map<string, { name: string; bytes: Buffer; channels: string[] }>;
  /** Home tabs as they were published, the last of a person being what they see. */
  readonly homes: { slackUserId: string; home: DrawnHome }[];
  loseNextHomeAnswer(): void;
  loseNextShareAnswer(): void;
  loseNextPostAnswer(): void;
  /** What Slack says about this person from now on. */
  changeProfile(slackUserId: string, change: Partial<ChatProfile>): void;
}

export function memoryChat(known: Record<string, Partial<ChatProfile>>): MemoryChat {
  const people = { ...known };
  const posted: PostedMessage[] = [];
  const files: MemoryChat["files"] = new Map();
  const sent: MemoryChat["sent"] = [];
  const uploads: MemoryChat["uploads"] = new Map();
  const homes: MemoryChat["homes"] = [];
  let losing = false;
  let losingHome = false;
  let losingShare = false;
  let serial = 0;
  return {
    posted,
    files,
    sent,
    uploads,
    homes,
    loseNextHomeAnswer() {
      losingHome = true;
    },
    async readFile({ fileId, mostBytes }) {
      const found = files.get(fileId) ?? "gone";
      if (found instanceof ChatFailure) throw found;
      if (typeof found === "string") return { kind: "problem", problem: found };
      if (found.bytes.length > mostBytes) return { kind: "problem", problem: "too_large" };
      const permalink = `https://example.slack.com/files/${fileId}`;
      return { kind: "file", name: found.name, permalink, bytes: Buffer.from(found.bytes) };
    },
    async hasFile({ fileId }) {
      return typeof files.get(fileId) === "object";
    },
    async sendFiles({ channel, files: given }) {
      sent.push({ channel, files: given.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes) })) });
    },
    async uploadFile({ name, path, length }) {
      const bytes = await readFromDisk(path);
      if (bytes.length !== length) throw new ChatFailure("refused", "length mismatch");
      const fileId = `F${uploads.size + 1}`;
      uploads.set(fileId, { name, bytes, channels: [] });
      return { fileId };
    },
    async shareFile({ channel, fileId }) {
      const file = uploads.get(fileId);
      file?.channels.push(channel);
      if (losingShare) {
        losingShare = false;
        throw new ChatFailure("unknown", "the answer was lost");
      }
      return file !== undefined;
    },
    async isShared({ channel, fileId }) {
      return uploads.get(fileId)?.channels.includes(channel) ?? false;
    },
    loseNextShareAnswer() {
      losingShare = true;
    },
    loseNextPostAnswer() {
      losing = true;
    },
    changeProfile(slackUserId, change) {
      people[slackUserId] = { ...people[slackUserId], ...change };
    },
    async readProfile({ slackUserId }) {
      const profile = people[slackUserId];
      if (!profile) throw new ChatFailure("gone", `no user ${slackUserId}`);
      return {
        displayName: slackUserId,
        email: null,
        phone: null,
        locale: "en-US",
        timeZone: "UTC",
        isMember: true,
        ...profile,
      };
    },
    async openDirect({ slackUserId }) {
      return { channel: `D-${slackUserId}` };
    },
    async post({ channel, messageId, message }) {
      serial += 1;
      posted.push({ channel, ts: `${serial}.000100`, messageId, message, edits: 0 });
      if (losing) {
        losing = false;
        throw new ChatFailure("unknown", "the answer was lost");
      }
      return { ts: `${serial}.000100` };
    },
    async update({ channel, ts, message }) {
      const found = posted.find((candidate) => candidate.channel === channel && candidate.ts === ts);
      if (!found) return false;
      found.message = message;
      found.edits += 1;
      return true;
    },
    async remove({ channel, ts }) {
      const place = posted.findIndex((candidate) => candidate.channel === channel && candidate.ts === ts);
      if (place >= 0) posted.splice(place, 1);
    },
    async publishHome({ slackUserId, home }) {
      homes.push({ slackUserId, home });
      if (losingHome) {
        losingHome = false;
        throw new ChatFailure("unknown", "the answer was lost");
      }
    },
    async findPosted({ channel, messageId, not }) {
      const found = posted.find(
        (candidate) =>
          candidate.channel === channel && candidate.messageId === messageId && candidate.ts !== not,
      );
      return found ? { ts: found.ts } : null;
    },
  };
}
