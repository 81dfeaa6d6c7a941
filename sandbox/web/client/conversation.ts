import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { SeenMessage } from "../wire.ts";
import { Composer } from "./composer.ts";
import { formatDate, localParts } from "./dates.ts";
import { readerOf, useDesk } from "./desk.ts";
import { MessageView, postedAt } from "./message.ts";

const togetherSeconds = 300;
/** Pixels from the end that still count as reading along. */
const nearEnd = 80;

/** The messages of one conversation and, where one may write, the composer. */
export function Conversation({
  name,
  channel,
  writable,
  target,
}: {
  name: string;
  /** Undefined for a conversation that nobody has begun. */
  channel: string | undefined;
  writable: boolean;
  /** How the workspace calls it when something is sent there. */
  target: string;
}) {
  const { seen, words, now } = useDesk();
  const reader = readerOf(seen.person);
  const messages = inReadingOrder(seen.messages.filter((message) => message.channel === channel));
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const height = useRef(0);
  const last = messages.at(-1)?.ts;

  useLayoutEffect(() => {
    const element = log.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
  }, [channel]);
  useEffect(() => {
    const element = log.current;
    if (!element) return undefined;
    const follow = new ResizeObserver(() => {
      height.current = element.scrollHeight;
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    for (const part of [element, ...element.children]) follow.observe(part);
    return () => follow.disconnect();
  }, [channel, last === undefined]);

  return html`<div class="conversation">
    <div class="log" ref=${log} tabindex="0" role="region" aria-label=${name}
      onScroll=${() => {
        const { scrollTop, scrollHeight, clientHeight } = log.current as HTMLElement;
        // The end that has just moved away is followed, not left.
        if (scrollHeight !== height.current) return;
        atEnd.current = scrollHeight - scrollTop - clientHeight < nearEnd;
      }}>
      ${
        messages.length === 0
          ? html`<p class="empty">${words.emptyConversation} ${writable && words.slashHint}</p>`
          : html`<ol class="messages">
              ${messages.map((message, index) => {
                const before = messages[index - 1];
                const day = localParts(postedAt(message), reader.tz).date;
                const newDay = !before || localParts(postedAt(before), reader.tz).date !== day;
                const heading = formatDate(postedAt(message), "{day_divider_pretty}", reader, now);
                return html`
                  ${newDay && html`<li class="day" key=${`day-${day}`}><span>${heading}</span></li>`}
                  <${MessageView} key=${message.ts} message=${message}
                    follows=${!newDay && before !== undefined && belongTogether(before, message)} />`;
              })}
            </ol>`
      }
    </div>
    ${
      writable
        ? html`<${Composer} key=${`${seen.person.key}-${target}`} name=${name} target=${target} />`
        : html`<p class="read-only">${words.readOnly}</p>`
    }
  </div>`;
}

/** Oldest first, the answers in a thread right after what they answer. */
function inReadingOrder(messages: SeenMessage[]): SeenMessage[] {
  const present = new Set(messages.map((message) => message.ts));
  const isAnswer = (message: SeenMessage): boolean =>
    message.threadTs !== null && message.threadTs !== message.ts && present.has(message.threadTs);
  return messages
    .filter((message) => !isAnswer(message))
    .flatMap((message) => [
      message,
      ...messages.filter((other) => isAnswer(other) && other.threadTs === message.ts),
    ]);
}

function belongTogether(before: SeenMessage, message: SeenMessage): boolean {
  return (
    before.author === message.author &&
    !before.ephemeral &&
    !message.ephemeral &&
    before.threadTs === message.threadTs &&
    postedAt(message) - postedAt(before) < togetherSeconds
  );
}
