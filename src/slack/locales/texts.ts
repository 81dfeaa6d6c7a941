import { IntlMessageFormat } from "intl-messageformat";
import { LRUCache } from "lru-cache";
import { escapeMarkup, escapeShort } from "../blocks/escape.ts";
import { shorten } from "../blocks/limits.ts";
import { formatMoney } from "../blocks/money.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";

export type Language = "en" | "es";
export type TextKey = keyof typeof en;

/** What a text can hold besides strings and numbers; each knows how to look in markup and in plain text. */
export type Value =
  | string
  | number
  | { at: Date; show: "day" | "minute" | "time" }
  /** A calendar day, YYYY-MM-DD: the same day for every reader, whatever their zone. */
  | { day: string }
  /** The calendar month of an instant, in UTC as invoices count. */
  | { month: Date }
  | { mention: string }
  | { link: string; label: string }
  | { amount: string; currency: string };

export type Values = Record<string, Value>;

/** Everything that is said to one person: their language and their clock. */
export interface Texts {
  language: Language;
  timeZone: string;
  /** For plain text objects: values appear as they are, and Slack reads no markup in them. */
  plain(key: TextKey, values?: Values): string;
  /** For markup: every value is escaped, only the template and our own tokens are markup. */
  markup(key: TextKey, values?: Values): string;
}

const catalogs: Record<Language, Record<TextKey, string>> = { en, es };
const compiled = new Map<string, IntlMessageFormat>();
const alone: Record<Language, Map<TextKey, string>> = { en: new Map(), es: new Map() };
/** Formats cost far more to make than to use. */
const dateFormats = new LRUCache<string, Intl.DateTimeFormat>({ max: 500 });
const zones = new LRUCache<string, string>({ max: 1_000 });
/** Longer values are somebody else's prose; they are cut so that a text keeps its shape. */
const longestValue = 600;

/** The language for a locale such as `es-MX`; English for all but Spanish. */
export function languageOf(locale: string): Language {
  return locale.toLowerCase().startsWith("es") ? "es" : "en";
}

/** The texts for a locale such as `es-ES` and an IANA time zone; an unknown zone counts as UTC. */
export function createTexts(locale: string, timeZone: string): Texts {
  const language = languageOf(locale);
  const zone = knownZone(timeZone);
  const say = (key: TextKey, values: Values | undefined, show: (value: Value) => string | number) => {
    if (!values) return sayAlone(language, key);
    return String(
      compile(language, key).format(
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name, show(value)])),
      ),
    );
  };
  return {
    language,
    timeZone: zone,
    plain: (key, values) => say(key, values, (value) => inPlainText(value, language, zone)),
    markup: (key, values) => say(key, values, (value) => inMarkup(value, language, zone)),
  };
}

/** A text without values is the same for everybody. */
function sayAlone(language: Language, key: TextKey): string {
  const known = alone[language].get(key);
  if (known !== undefined) return known;
  const text = String(compile(language, key).format());
  alone[language].set(key, text);
  return text;
}

function compile(language: Language, key: TextKey): IntlMessageFormat {
  const name = `${language} ${key}`;
  const known = compiled.get(name);
  if (known) return known;
  const message = new IntlMessageFormat(catalogs[language][key], language, undefined, { ignoreTag: true });
  compiled.set(name, message);
  return message;
}

function knownZone(timeZone: string): string {
  const known = zones.get(timeZone) ?? checkZone(timeZone);
  zones.set(timeZone, known);
  return known;
}

function checkZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

function inPlainText(value: Value, language: Language, timeZone: string): string | number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return shorten(value, longestValue);
  if ("at" in value) return formatDate(value.at, value.show, language, timeZone);
  if ("day" in value) return formatDay(value.day, language);
  if ("month" in value) return formatMonth(value.month, language);
  if ("mention" in value) return `@${value.mention}`;
  if ("link" in value) return `${value.label}: ${value.link}`;
  return formatMoney(value.amount, value.currency, language);
}

const dateTokens = { day: "{date_long}", minute: "{date_short} {time}", time: "{time}" };

function inMarkup(value: Value, language: Language, timeZone: string): string | number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return escapeShort(value, longestValue);
  if ("at" in value) {
    const fallback = formatDate(value.at, value.show, language, timeZone);
    return `<!date^${Math.floor(value.at.getTime() / 1_000)}^${dateTokens[value.show]}|${escapeMarkup(fallback)}>`;
  }
  if ("day" in value) return escapeMarkup(formatDay(value.day, language));
  if ("month" in value) return escapeMarkup(formatMonth(value.month, language));
  if ("mention" in value) return `<@${value.mention.replaceAll(/[^A-Z0-9]/g, "")}>`;
  if ("link" in value)
    return `<${escapeMarkup(value.link).replaceAll("|", "%7C")}|${escapeMarkup(value.label).replaceAll("|", "¦")}>`;
  return escapeMarkup(formatMoney(value.amount, value.currency, language));
}

const dateStyles = {
  day: { dateStyle: "long" },
  minute: { dateStyle: "medium", timeStyle: "short" },
  time: { timeStyle: "short" },
  month: { month: "long", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

function formatDate(date: Date, show: keyof typeof dateStyles, language: Language, timeZone: string): string {
  const name = `${language} ${show} ${timeZone}`;
  const format =
    dateFormats.get(name) ?? new Intl.DateTimeFormat(language, { ...dateStyles[show], timeZone });
  dateFormats.set(name, format);
  return format.format(date);
}

function formatDay(day: string, language: Language): string {
  return formatDate(new Date(`${day}T00:00:00Z`), "day", language, "UTC");
}

function formatMonth(instant: Date, language: Language): string {
  return formatDate(instant, "month", language, "UTC");
}
