import { type Channel, SlackError, type Wire } from "../model.ts";
import type { Workspace } from "../workspace.ts";
import { countArg, flagArg, type Method, textArg } from "./method.ts";

/** The channel named in the arguments, if the bot may see it with this kind of scope (`im:read`, `channels:history`, ...). */
function channelOf(workspace: Workspace, args: Wire, access: "read" | "history"): Channel {
  const channel = workspace.channels.get(textArg(args, "channel") ?? "");
  if (!channel) throw new SlackError("channel_not_found");
  workspace.grants.require(`${channel.kind === "im" ? "im" : "channels"}:${access}`);
  return channel;
}

function wireChannel(workspace: Workspace, channel: Channel): Wire {
  const im = channel.kind === "im";
  return {
    id: channel.id,
    is_im: im,
    is_channel: !im,
    is_private: im,
    is_archived: false,
    is_mpim: false,
    is_member: channel.members.includes(workspace.app.botUserId),
    context_team_id: workspace.team.id,
    ...(im
      ? { user: channel.members.find((member) => member !== workspace.app.botUserId) }
      : { name: channel.name, is_general: channel.name === "general", num_members: channel.members.length }),
  };
}

export const conversations: Record<string, Method> = {
  "conversations.open": {
    tier: 3,
    scope: "im:write",
    run(workspace, args) {
      const known = textArg(args, "channel");
      if (known !== undefined) {
        const channel = workspace.channels.get(known);
        if (channel?.kind !== "im") throw new SlackError("channel_not_found");
        return { no_op: true, already_open: true, channel: { id: channel.id } };
      }
      const users = (textArg(args, "users") ?? "").split(",").filter(Boolean);
      const [user, ...others] = users;
      if (user === undefined) throw new SlackError("users_list_not_supplied");
      if (others.length > 0) throw new SlackError("not_supported");
      if (workspace.person(user).deactivated) throw new SlackError("user_disabled");
      const open = workspace.dm(user);
      const channel = workspace.dm(user, true);
      const id = flagArg(args, "return_im") ? wireChannel(workspace, channel) : { id: channel.id };
      return { channel: id, ...(open ? { no_op: true, already_open: true } : {}) };
    },
  },
  "conversations.info": {
    tier: 3,
    required: ["channel"],
    run: (workspace, args) => ({ channel: wireChannel(workspace, channelOf(workspace, args, "read")) }),
  },
  "conversations.members": {
    tier: 4,
    required: ["channel"],
    run(workspace, args) {
      const channel = channelOf(workspace, args, "read");
      return { members: channel.members, response_metadata: { next_cursor: "" } };
    },
  },
  "conversations.history": {
    tier: 3,
    required: ["channel"],
    run(workspace, args) {
      const channel = channelOf(workspace, args, "history");
      if (!channel.members.includes(workspace.app.botUserId)) throw new SlackError("not_in_channel");
      const limit = countArg(args, "limit", 100, 999);
      const inclusive = flagArg(args, "inclusive");
      const oldest = Number(textArg(args, "oldest") ?? 0);
      const latest = Number(textArg(args, "latest") ?? Number.POSITIVE_INFINITY);
      const skip = Number(textArg(args, "cursor") ?? 0);
      const matching = workspace.messages
        .filter(
          (message) => message.channel === channel.id && !message.deleted && message.visibleTo === undefined,
        )
        .filter((message) => message.threadTs === undefined || message.threadTs === message.ts)
        .filter(({ ts }) =>
          inclusive
            ? Number(ts) >= oldest && Number(ts) <= latest
            : Number(ts) > oldest && Number(ts) < latest,
        )
        .toReversed();
      const page = matching.slice(skip, skip + limit);
      const more = matching.length > skip + limit;
      const withMetadata = flagArg(args, "include_all_metadata");
      return {
        messages: page.map((message) => workspace.wireMessage(message, withMetadata)),
        has_more: more,
        pin_count: 0,
        response_metadata: { next_cursor: more ? String(skip + limit) : "" },
      };
    },
  },
};
