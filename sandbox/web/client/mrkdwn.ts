import { emoji } from "./emoji.ts";

export type Inline =
  | { type: "text"; text: string }
  | { type: "break" }
  | { type: "code"; text: string }
  | { type: "bold" | "italic" | "strike"; children: Inline[] }
  | { type: "link"; url: string; children: Inline[] }
  | { type: "user"; id: string; label: string }
  | { type: "channel"; id: string; label: string }
  | { type: "broadcast"; range: string }
  | { type: "date"; unix: number; format: string; link: string; fallback: string };

export type Paragraph =
  | { type: "paragraph" | "quote"; children: Inline[] }
  | { type: "list"; items: Inline[][] }
  | { type: "pre"; text: string };

/** Reads Slack's mrkdwn. Everything that is none, unsafe links included, is plain text. */
export function parseMrkdwn(text: string): Paragraph[] {
  return text.split(/```\n?([\s\S]*?)\n?```\n?/).flatMap((part, index): Paragraph[] => {
    if (index % 2 === 1) return [{ type: "pre", text: decoded(part) }];
    return part === "" ? [] : lines(part);
  });
}

const quoteMark = /^(?:>|&gt;) ?/;
const bullet = /^\s*[•◦▪] +/;

function lines(text: string): Paragraph[] {
  const kindOf = (line: string) =>
    quoteMark.test(line) ? "quote" : bullet.test(line) ? "list" : "paragraph";
  const groups: { kind: "quote" | "list" | "paragraph"; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    const last = groups.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.flatMap((group): Paragraph[] => {
    if (group.kind === "list") {
      return [{ type: "list", items: group.lines.map((line) => parseInline(line.replace(bullet, ""))) }];
    }
    const content = group.lines.map((line) => (group.kind === "quote" ? line.replace(quoteMark, "") : line));
    const children = parseInline(content.join("\n"));
    return content.join("") === "" && groups.length > 1 ? [] : [{ type: group.kind, children }];
  });
}

const angled = /<([^<>\n]+)>/y;
const code = /`([^`\n]+)`/y;
const emojiName = /:([a-z0-9_+-]+):/y;
const bareUrl = /https?:\/\/[^\s<>|"]*[^\s<>|".,;:!?)]/y;
const marks = {
  "*": { type: "bold", pattern: /\*(?!\s)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])/uy },
  _: { type: "italic", pattern: /_(?!\s)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])/uy },
  "~": { type: "strike", pattern: /~(?!\s)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/uy },
} as const;

/** The parts of one paragraph; lines are parted by breaks. */
export function parseInline(text: string): Inline[] {
  const parts: Inline[] = [];
  const say = (more: string): void => {
    const last = parts.at(-1);
    if (last?.type === "text") last.text += more;
    else parts.push({ type: "text", text: more });
  };
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const character = text[at] ?? "";
    const found = special(character, /[\p{L}\p{N}]/u.test(text[at - 1] ?? ""), match);
    if (found) {
      parts.push(found.part);
      at += found.length;
      continue;
    }
    const entity = character === "&" ? match(/&(amp|lt|gt);/y)?.[0] : undefined;
    say(entity ? decoded(entity) : character);
    at += entity?.length ?? character.length;
  }
  return parts;
}

function special(
  character: string,
  insideWord: boolean,
  match: (pattern: RegExp) => RegExpExecArray | null,
): { part: Inline; length: number } | undefined {
  const taken = (found: RegExpExecArray | null, part: (inner: string) => Inline | undefined) => {
    const made = found ? part(found[1] ?? found[0]) : undefined;
    return found && made ? { part: made, length: found[0].length } : undefined;
  };
  switch (character) {
    case "\n":
      return { part: { type: "break" }, length: 1 };
    case "<":
      return taken(match(angled), reference);
    case "`":
      return taken(match(code), (inner) => ({ type: "code", text: decoded(inner) }));
    case ":":
      return taken(match(emojiName), (name) => {
        const drawn = emoji[name];
        return drawn === undefined ? undefined : { type: "text", text: drawn };
      });
    case "*":
    case "_":
    case "~": {
      if (insideWord) return undefined;
      const { type, pattern } = marks[character];
      return taken(match(pattern), (inner) => ({ type, children: parseInline(inner) }));
    }
    case "h":
      if (insideWord) return undefined;
      return taken(match(bareUrl), (url) => ({
        type: "link",
        url: decoded(url),
        children: [{ type: "text", text: decoded(url) }],
      }));
    default:
      return undefined;
  }
}

/** What stands between angle brackets; undefined when it is nothing we may show as such. */
function reference(inner: string): Inline | undefined {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : inner.slice(bar + 1);
  if (target.startsWith("@")) return { type: "user", id: target.slice(1), label: decoded(label) };
  if (target.startsWith("#")) return { type: "channel", id: target.slice(1), label: decoded(label) };
  const date = /^!date\^(\d+)\^([^^]*)(?:\^(.*))?$/.exec(target);
  if (date) {
    const [, unix, format = "", link = ""] = date;
    return { type: "date", unix: Number(unix), format: decoded(format), link, fallback: decoded(label) };
  }
  if (/^!(here|channel|everyone)$/.test(target)) return { type: "broadcast", range: target.slice(1) };
  const url = safeUrl(decoded(target));
  if (url === undefined) return undefined;
  const shown = label === "" ? [{ type: "text" as const, text: decoded(target) }] : parseInline(label);
  return { type: "link", url, children: shown };
}

/** The address if a click on it may be allowed: web and mail only. */
export function safeUrl(url: string): string | undefined {
  return /^(https?:|mailto:)/i.test(url) && URL.canParse(url) ? url : undefined;
}

function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** The text without its marks: for a label or a notification. */
export function plainOf(text: string): string {
  return parseMrkdwn(text)
    .map((paragraph) => {
      if (paragraph.type === "pre") return paragraph.text;
      if (paragraph.type === "list") return paragraph.items.map(inlineText).join(" ");
      return inlineText(paragraph.children);
    })
    .join(" ")
    .trim();
}

function inlineText(children: Inline[]): string {
  return children
    .map((child) => {
      switch (child.type) {
        case "text":
        case "code":
          return child.text;
        case "break":
          return " ";
        case "user":
        case "channel":
          return child.label || child.id;
        case "broadcast":
          return `@${child.range}`;
        case "date":
          return child.fallback;
        default:
          return inlineText(child.children);
      }
    })
    .join("");
}
