import { z } from "zod";
import { SlackError } from "../model.ts";
import { invalidArguments, type Method, textArg } from "./method.ts";

const uploaded = z.array(z.looseObject({ id: z.string(), title: z.string().optional() })).min(1);

export const files: Record<string, Method> = {
  "files.getUploadURLExternal": {
    tier: 4,
    required: ["filename", "length"],
    scope: "files:write",
    run(workspace, args) {
      const name = textArg(args, "filename") ?? "";
      const length = Number(textArg(args, "length"));
      if (!Number.isInteger(length) || length < 1)
        throw invalidArguments("length must be a positive integer");
      const id = workspace.nextId("F");
      workspace.files.set(id, {
        id,
        name,
        title: name,
        mimetype: "application/octet-stream",
        length,
        bytes: null,
        owner: workspace.app.botUserId,
        complete: false,
        created: workspace.seconds(),
        channels: [],
      });
      return { upload_url: `${workspace.baseUrl}/upload/v1/${id}`, file_id: id };
    },
  },
  "files.completeUploadExternal": {
    tier: 4,
    required: ["files"],
    scope: "files:write",
    run(workspace, args) {
      const given = uploaded.safeParse(args.files);
      if (!given.success) throw invalidArguments("files must be a list of {id, title}");
      const stored = given.data.map(({ id, title }) => {
        const file = workspace.files.get(id);
        if (!file?.bytes || file.complete) throw new SlackError("file_not_found");
        return { file, title: title ?? file.name };
      });
      const ids = (textArg(args, "channel_id") ?? textArg(args, "channels") ?? "").split(",").filter(Boolean);
      const channels = ids.map((id) => {
        const channel = workspace.channels.get(id);
        if (!channel) throw new SlackError("channel_not_found");
        if (!channel.members.includes(workspace.app.botUserId)) throw new SlackError("not_in_channel");
        return channel;
      });
      for (const { file, title } of stored) {
        file.title = title;
        file.complete = true;
        file.channels = channels.map((channel) => channel.id);
        workspace.changes.emit("file", file.id);
      }
      for (const channel of channels) {
        workspace.post({
          author: workspace.app.botUserId,
          channel: channel.id,
          content: { text: textArg(args, "initial_comment") ?? "" },
          threadTs: textArg(args, "thread_ts"),
          fileIds: stored.map(({ file }) => file.id),
        });
      }
      return { files: stored.map(({ file }) => workspace.wireFile(file)) };
    },
  },
  "files.info": {
    tier: 4,
    required: ["file"],
    scope: "files:read",
    run(workspace, args) {
      const file = workspace.files.get(textArg(args, "file") ?? "");
      if (!file?.complete) throw new SlackError("file_not_found");
      return { file: workspace.wireFile(file), comments: [] };
    },
  },
};
