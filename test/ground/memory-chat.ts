import { type Chat, ChatFailure, type ChatProfile, type DrawnMessage } from "#src/messages/port.ts";

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
  loseNextPostAnswer(): void;
}

export function memoryChat(people: Record<string, Partial<ChatProfile>>): MemoryChat {
  const posted: PostedMessage[] = [];
  let losing = false;
  let serial = 0;
  return {
    posted,
    loseNextPostAnswer() {
      losing = true;
    },
    async readProfile({ slackUserId }) {
      const profile = people[slackUserId];
      if (!profile) throw new ChatFailure("gone", `no user ${slackUserId}`);
      return {
        displayName: slackUserId,
        email: null,
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
      if (!found) throw new ChatFailure("refused", "message_not_found");
      found.message = message;
      found.edits += 1;
    },
    async findPosted({ channel, messageId }) {
      const found = posted.find(
        (candidate) => candidate.channel === channel && candidate.messageId === messageId,
      );
      return found ? { ts: found.ts } : null;
    },
  };
}
