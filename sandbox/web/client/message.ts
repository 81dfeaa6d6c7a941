import { html } from "htm/preact";
import { useRef } from "preact/hooks";
import type { Block } from "#sandbox/slack/model.ts";
import type { SeenMessage } from "../wire.ts";
import { AppAvatar, Avatar } from "./avatar.ts";
import { Blocks } from "./blocks.ts";
import { formatDate } from "./dates.ts";
import { type Desk, readerOf, useDesk } from "./desk.ts";
import { sizeOf } from "./files.ts";
import { Mrkdwn } from "./rich-text.ts";
import { ShortcutMenu } from "./shortcuts.ts";
import { Outbox, SurfaceContext } from "./surface.ts";

/** Seconds at which a message was posted. */
export function postedAt(message: SeenMessage): number {
  return Number(message.ts.split(".")[0]);
}

/** Who wrote a message, as the client names them. */
export function authorOf(
  message: SeenMessage,
  desk: Pick<Desk, "setting" | "seen">,
): { name: string; kind: "person" | "app" | "slack" } {
  if (message.author === desk.setting.app.botUserId) return { name: desk.setting.app.name, kind: "app" };
  const person = desk.seen.people.find((candidate) => candidate.id === message.author);
  return person ? { name: person.realName, kind: "person" } : { name: "Slackbot", kind: "slack" };
}

/** One message. `follows`: it comes right after another of the same author, and repeats neither name nor picture. */
export function MessageView({ message, follows }: { message: SeenMessage; follows: boolean }) {
  const desk = useDesk();
  const { words, now } = desk;
  const outbox = useRef(new Outbox()).current;
  const reader = readerOf(desk.seen.person);
  const author = authorOf(message, desk);
  const at = postedAt(message);
  const surface = {
    key: `m${message.ts}`,
    kind: "message" as const,
    where: { message: { ts: message.ts } },
    blocks: message.blocks,
    state: undefined,
    errors: {},
    outbox,
  };
  const time = html`<time class="message-time" dateTime=${new Date(at * 1000).toISOString()}
    title=${formatDate(at, "{date_long}, {time_secs}", reader, now)}>${formatDate(at, "{time}", reader, now)}</time>`;
  return html`<li class="message" data-follows=${follows || undefined} data-ephemeral=${message.ephemeral || undefined}
    data-thread=${message.threadTs !== null || undefined} data-ts=${message.ts}>
    <div class="message-margin">
      ${
        follows
          ? time
          : author.kind === "app"
            ? html`<${AppAvatar} />`
            : html`<${Avatar} name=${author.name} place=${desk.seen.people.findIndex(({ id }) => id === message.author)} />`
      }
    </div>
    <article class="message-body" aria-label=${author.name}>
      ${message.ephemeral && html`<p class="only-you"><span aria-hidden="true">◉</span> ${words.onlyYou}</p>`}
      ${
        !follows &&
        html`<div class="message-head">
          <strong dir="auto">${author.name}</strong>
          ${author.kind === "app" && html`<span class="badge">${words.app}</span>`}
          ${time}
          ${message.threadTs !== null && html`<span class="message-time">${words.inThread}</span>`}
        </div>`
      }
      ${message.blocks.length === 0 && message.text !== "" && html`<${Mrkdwn} text=${message.text} />`}
      <${SurfaceContext.Provider} value=${surface}><${Blocks} blocks=${message.blocks} /><//>
      ${message.attachments.map(
        (attachment) => html`<div class="attachment">
          ${
            attachment.blocks === undefined
              ? html`<${Mrkdwn} text=${String(attachment.text ?? attachment.fallback ?? "")} />`
              : html`<${SurfaceContext.Provider} value=${surface}>
                  <${Blocks} blocks=${attachment.blocks as Block[]} />
                <//>`
          }
        </div>`,
      )}
      ${message.files.map(
        (file) => html`<a class="file-card" key=${file.id} href=${file.href} download=${file.name}>
          <span dir="auto">${file.name}</span><small>${sizeOf(file.size)}</small>
        </a>`,
      )}
      ${message.edited && html`<span class="edited">${words.edited}</span>`}
      ${!message.ephemeral && html`<div class="message-menu"><${ShortcutMenu} message=${{ ts: message.ts }} /></div>`}
    </article>
  </li>`;
}
