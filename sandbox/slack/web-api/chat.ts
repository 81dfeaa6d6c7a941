import { type Channel, type Message, SlackError, type Wire } from "../model.ts";
import type { Workspace } from "../workspace.ts";
import { type Method, textArg } from "./method.ts";

const postedTextLimit = 40_000;
const updatedTextLimit = 4_000;

/** The channel a post goes to; the id of a person opens the DM with them. */
function target(workspace: Workspace, id: string): Channel {
  const channel = workspace.people.has(id) ? workspace.dm(id, true) : workspace.channels.get(id);
  if (!channel) throw new SlackError("channel_not_found");
  if (!channel.members.includes(workspace.app.botUserId)) throw new SlackError("not_in_channel");
  if (channel.kind === "im") {
    if (!workspace.grants.messagesTab) throw new SlackError("messages_tab_disabled");
    const other = channel.members.find((member) => member !== workspace.app.botUserId) ?? "";
    if (workspace.person(other).deactivated) throw new SlackError("is_archived");
  }
  return channel;
}

function content(args: Wire): Wire {
  const { text, blocks, attachments, metadata } = args;
  const given = Object.entries({ text, blocks, attachments, metadata }).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  return Object.fromEntries(given);
}

/** Blocks without a top-level text are taken, with a warning: screen readers and notifications have nothing to say. */
function textWarning(args: Wire): Wire {
  if (textArg(args, "text") !== undefined) return {};
  return { warning: "missing_text_in_message", response_metadata: { warnings: ["missing_text_in_message"] } };
}

function requireContent(args: Wire): void {
  const lists = [args.blocks, args.attachments];
  const anything =
    textArg(args, "text") !== undefined || lists.some((list) => Array.isArray(list) && list.length > 0);
  if (!anything) throw new SlackError("no_text");
}

function requireLength(args: Wire, most: number): void {
  if ([...(textArg(args, "text") ?? "")].length > most) throw new SlackError("msg_too_long");
}

function ownMessage(workspace: Workspace, args: Wire, refusal: string): Message {
  const channel = workspace.channels.get(textArg(args, "channel") ?? "");
  if (!channel) throw new SlackError("channel_not_found");
  const message = workspace.findMessage(channel.id, textArg(args, "ts") ?? "");
  if (!message) throw new SlackError("message_not_found");
  if (message.author !== workspace.app.botUserId) throw new SlackError(refusal);
  return message;
}

export const chat: Record<string, Method> = {
  "chat.postMessage": {
    tier: "posting",
    required: ["channel"],
    scope: "chat:write",
    run(workspace, args) {
      const channel = target(workspace, textArg(args, "channel") ?? "");
      requireContent(args);
      const shown = content(args);
      const text = textArg(args, "text");
      const message = workspace.post({
        author: workspace.app.botUserId,
        channel: channel.id,
        content:
          text === undefined ? shown : { ...shown, text: [...text].slice(0, postedTextLimit).join("") },
        threadTs: textArg(args, "thread_ts"),
      });
      return {
        channel: channel.id,
        ts: message.ts,
        message: workspace.wireMessage(message, true),
        ...textWarning(args),
      };
    },
  },
  "chat.postEphemeral": {
    tier: 4,
    required: ["channel", "user"],
    scope: "chat:write",
    run(workspace, args) {
      const channel = target(workspace, textArg(args, "channel") ?? "");
      const user = textArg(args, "user") ?? "";
      if (!channel.members.includes(user)) throw new SlackError("user_not_in_channel");
      requireContent(args);
      requireLength(args, postedTextLimit);
      const message = workspace.post({
        author: workspace.app.botUserId,
        channel: channel.id,
        content: content(args),
        visibleTo: user,
        threadTs: textArg(args, "thread_ts"),
      });
      return { message_ts: message.ts, ...textWarning(args) };
    },
  },
  "chat.update": {
    tier: 3,
    required: ["channel", "ts"],
    scope: "chat:write",
    run(workspace, args) {
      const message = ownMessage(workspace, args, "cant_update_message");
      requireContent(args);
      requireLength(args, updatedTextLimit);
      workspace.edit(message, content(args));
      return {
        channel: message.channel,
        ts: message.ts,
        text: message.text,
        message: workspace.wireMessage(message, true),
        ...textWarning(args),
      };
    },
  },
  "chat.delete": {
    tier: 3,
    required: ["channel", "ts"],
    scope: "chat:write",
    run(workspace, args) {
      const message = ownMessage(workspace, args, "cant_delete_message");
      workspace.remove(message);
      return { channel: message.channel, ts: message.ts };
    },
  },
};
