import type { Block, Wire } from "#sandbox/slack/model.ts";
import type { SlackStandIn } from "#sandbox/slack/start.ts";
import type { Seen, SeenFile, SeenMessage, Suggestions } from "./wire.ts";

/** Everything before the eyes of the person with this key. Throws NotPossible when there is nobody of that name. */
export function seenBy(standIn: SlackStandIn, key: string): Seen {
  const { id } = standIn.as(key).profile;
  const state = standIn.state();
  const person = standIn.as(key).profile;
  const channels = state.channels.filter((channel) => channel.members.includes(id));
  const own = state.ephemerals.filter((message) => message.visibleTo === id);
  const messages = [
    ...channels.flatMap((channel) => channel.messages),
    ...own.filter((message) => channels.some((channel) => channel.id === message.channel)),
  ].filter((message) => message.deleted !== true);
  return {
    now: state.now,
    person,
    people: state.people,
    channels: channels.map(({ id: channelId, name, kind }) => ({ id: channelId, name, kind })),
    messages: messages.map(seenMessage).sort((one, other) => order(one.ts) - order(other.ts)),
    views: state.views[person.key] ?? [],
    home: state.homes[person.key] ?? null,
  };
}

/** Time stamps count up behind the point, across seconds. */
function order(ts: string): number {
  return Number(ts.split(".")[1]);
}

function seenMessage(message: Wire): SeenMessage {
  const blocks = (message.blocks ?? []) as Block[];
  return {
    ts: String(message.ts),
    channel: String(message.channel),
    author: String(message.user),
    text: String(message.text ?? ""),
    blocks,
    attachments: (message.attachments ?? []) as Wire[],
    edited: message.edited !== undefined && blocks.length === 0,
    ephemeral: message.visibleTo !== undefined,
    threadTs: typeof message.thread_ts === "string" ? message.thread_ts : null,
    files: ((message.files ?? []) as Wire[]).map(seenFile),
  };
}

function seenFile(file: Wire): SeenFile {
  return {
    id: String(file.id),
    name: String(file.title),
    size: Number(file.size),
    href: `/web/files/${String(file.id)}`,
  };
}

/** Asks the bot for the options of an external select on a person's behalf. */
export async function suggestions(
  standIn: SlackStandIn,
  key: string,
  id: string,
  query: string,
  where: { message?: { ts: string }; home?: boolean },
): Promise<Suggestions> {
  const before = standIn.deliveries.length;
  const options = await standIn.as(key).suggest(id, query, where);
  const body = standIn.deliveries
    .slice(before)
    .find((delivery) => delivery.kind === "block_suggestion" && asksFor(delivery.body, query))?.result?.body;
  const saidNone = /"(options|option_groups)"\s*:\s*\[\s*\]/.test(body ?? "");
  return { options, failed: options.length === 0 && !saidNone };
}

function asksFor(body: string, query: string): boolean {
  const payload: unknown = JSON.parse(new URLSearchParams(body).get("payload") ?? "null");
  return typeof payload === "object" && payload !== null && "value" in payload && payload.value === query;
}
