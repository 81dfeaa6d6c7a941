import { html } from "htm/preact";
import type { Wire } from "#sandbox/slack/model.ts";
import { formatDate } from "./dates.ts";
import { readerOf, useDesk } from "./desk.ts";
import { emoji } from "./emoji.ts";
import { type Inline, type Paragraph, parseMrkdwn, safeUrl } from "./mrkdwn.ts";

/** Slack's mrkdwn, drawn. */
export function Mrkdwn({ text }: { text: string }) {
  return html`<div class="mrkdwn" dir="auto">${parseMrkdwn(text).map(drawParagraph)}</div>`;
}

/** A text object: mrkdwn, or plain text in which only emoji names mean something. */
export function TextObject({ content }: { content: { type: string; text: string } }) {
  if (content.type === "mrkdwn") return html`<${Mrkdwn} text=${content.text} />`;
  return html`<span dir="auto" class="plain">${withEmoji(content.text)}</span>`;
}

/** Plain text with emoji names drawn. */
export function withEmoji(text: string): string {
  return text.replaceAll(/:([a-z0-9_+-]+):/g, (typed, name: string) => emoji[name] ?? typed);
}

function drawParagraph(paragraph: Paragraph) {
  switch (paragraph.type) {
    case "pre":
      return html`<pre tabindex="0">${paragraph.text}</pre>`;
    case "list":
      return html`<ul>${paragraph.items.map((item) => html`<li>${item.map(drawInline)}</li>`)}</ul>`;
    case "quote":
      return html`<blockquote>${paragraph.children.map(drawInline)}</blockquote>`;
    case "paragraph":
      return html`<p>${paragraph.children.map(drawInline)}</p>`;
  }
}

function drawInline(part: Inline): unknown {
  switch (part.type) {
    case "text":
      return part.text;
    case "break":
      return html`<br />`;
    case "code":
      return html`<code>${part.text}</code>`;
    case "bold":
      return html`<strong>${part.children.map(drawInline)}</strong>`;
    case "italic":
      return html`<em>${part.children.map(drawInline)}</em>`;
    case "strike":
      return html`<s>${part.children.map(drawInline)}</s>`;
    case "link":
      return html`<${Link} url=${part.url}>${part.children.map(drawInline)}<//>`;
    case "user":
      return html`<${Mention} id=${part.id} label=${part.label} />`;
    case "channel":
      return html`<${ChannelReference} id=${part.id} label=${part.label} />`;
    case "broadcast":
      return html`<span class="mention">@${part.range}</span>`;
    case "date":
      return html`<${DateToken} ...${part} />`;
  }
}

/** Opens in a tab of its own, which learns nothing of this one. */
function Link({ url, children }: { url: string; children?: unknown }) {
  return html`<a href=${url} target="_blank" rel="noopener noreferrer">${children}</a>`;
}

function Mention({ id, label }: { id: string; label: string }) {
  const { seen, setting } = useDesk();
  const person = seen.people.find((candidate) => candidate.id === id);
  const name = person?.realName ?? (id === setting.app.botUserId ? setting.app.name : label || id);
  const own = id === seen.person.id;
  return html`<span class=${own ? "mention own" : "mention"} dir="auto">@${name}</span>`;
}

function ChannelReference({ id, label }: { id: string; label: string }) {
  const { seen, go } = useDesk();
  const channel = seen.channels.find((candidate) => candidate.id === id && candidate.kind === "channel");
  if (!channel) return html`<span class="mention">#${label || id}</span>`;
  return html`<button type="button" class="mention" onClick=${() => go(id)}>#${channel.name}</button>`;
}

function DateToken({ unix, format, link, fallback }: Extract<Inline, { type: "date" }>) {
  const { seen, now } = useDesk();
  const reader = readerOf(seen.person);
  const written = formatDate(unix, format, reader, now) || fallback;
  const exact = formatDate(unix, "{date_long}, {time_secs}", reader, now);
  const url = safeUrl(link);
  const time = html`<time dateTime=${new Date(unix * 1000).toISOString()} title=${exact}>${written}</time>`;
  return url === undefined ? time : html`<${Link} url=${url}>${time}<//>`;
}

/** A `rich_text` block. */
export function RichText({ elements }: { elements: Wire[] }) {
  return html`<div class="mrkdwn" dir="auto">${elements.map(drawRichBlock)}</div>`;
}

function drawRichBlock(element: Wire): unknown {
  const children = (element.elements ?? []) as Wire[];
  switch (element.type) {
    case "rich_text_section":
      return html`<p>${children.map(drawRich)}</p>`;
    case "rich_text_quote":
      return html`<blockquote>${children.map(drawRich)}</blockquote>`;
    case "rich_text_preformatted":
      return html`<pre tabindex="0">${children.map(drawRich)}</pre>`;
    case "rich_text_list": {
      const items = children.map((item) => html`<li>${((item.elements ?? []) as Wire[]).map(drawRich)}</li>`);
      const start = typeof element.offset === "number" ? element.offset + 1 : 1;
      const indent = `indent-${Math.min(Number(element.indent ?? 0), 5)}`;
      return element.style === "ordered"
        ? html`<ol class=${indent} start=${start}>${items}</ol>`
        : html`<ul class=${indent}>${items}</ul>`;
    }
    default:
      return null;
  }
}

function drawRich(element: Wire): unknown {
  const text = String(element.text ?? "");
  const lines = text.split("\n").flatMap((line, index) => (index === 0 ? [line] : [html`<br />`, line]));
  switch (element.type) {
    case "text":
      return styled(element, lines);
    case "link": {
      const url = safeUrl(String(element.url));
      const shown = text || String(element.url);
      return styled(element, url === undefined ? shown : html`<${Link} url=${url}>${shown}<//>`);
    }
    case "emoji":
      return emoji[String(element.name)] ?? `:${String(element.name)}:`;
    case "user":
      return html`<${Mention} id=${String(element.user_id)} label="" />`;
    case "channel":
      return html`<${ChannelReference} id=${String(element.channel_id)} label="" />`;
    case "broadcast":
      return html`<span class="mention">@${String(element.range)}</span>`;
    case "date":
      return drawInline({
        type: "date",
        unix: Number(element.timestamp),
        format: String(element.format),
        link: String(element.url ?? ""),
        fallback: String(element.fallback ?? ""),
      });
    default:
      return text;
  }
}

function styled(element: Wire, children: unknown): unknown {
  const style = (element.style ?? {}) as {
    bold?: boolean;
    italic?: boolean;
    strike?: boolean;
    code?: boolean;
  };
  let drawn = children;
  if (style.code) drawn = html`<code>${drawn}</code>`;
  if (style.strike) drawn = html`<s>${drawn}</s>`;
  if (style.italic) drawn = html`<em>${drawn}</em>`;
  if (style.bold) drawn = html`<strong>${drawn}</strong>`;
  return drawn;
}
