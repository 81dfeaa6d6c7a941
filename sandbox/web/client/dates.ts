/** Who reads: language and zone decide how an instant is written. */
export interface Reader {
  /** IETF tag. */
  locale: string;
  /** IANA zone. */
  tz: string;
}

const day = 86_400;

/**
 * Fills a format of Slack's date tokens, such as `{date_short} {time}`, for this reader. `unix` and `now` are seconds;
 * near days get a name where the token ends in `_pretty`. An unknown token stays as it is.
 */
export function formatDate(unix: number, format: string, reader: Reader, now: number): string {
  return format.replaceAll(/\{(\w+)\}/g, (token, name: string) => {
    const write = writers[name];
    return write ? write(unix, reader, now) : token;
  });
}

type Writer = (unix: number, reader: Reader, now: number) => string;

const dated =
  (options: Intl.DateTimeFormatOptions): Writer =>
  (unix, { locale, tz }) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: tz }).format(unix * 1000);

const date = dated({ year: "numeric", month: "long", day: "numeric" });
const dateShort = dated({ year: "numeric", month: "short", day: "numeric" });
const dateLong = dated({ weekday: "long", year: "numeric", month: "long", day: "numeric" });

const pretty =
  (otherwise: Writer): Writer =>
  (unix, reader, now) => {
    const away = Math.round((startOfDay(unix, reader.tz) - startOfDay(now, reader.tz)) / day);
    if (Math.abs(away) > 1) return otherwise(unix, reader, now);
    return new Intl.RelativeTimeFormat(reader.locale, { numeric: "auto" }).format(away, "day");
  };

const writers: Record<string, Writer> = {
  date_num: (unix, { tz }) => localParts(unix, tz).date,
  date,
  date_short: dateShort,
  date_long: dateLong,
  date_pretty: pretty(date),
  date_short_pretty: pretty(dateShort),
  date_long_pretty: pretty(dateLong),
  day_divider_pretty: pretty(dateLong),
  time: dated({ hour: "numeric", minute: "2-digit" }),
  time_secs: dated({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (unix, { locale }, now) => ago(unix - now, locale),
};

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", day],
  ["hour", 3600],
  ["minute", 60],
];

function ago(seconds: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return format.format(Math.trunc(seconds / length), unit);
}

/** An instant in Unix seconds as `YYYY-MM-DD` and `HH:mm` in a zone. */
export function localParts(unix: number, tz: string): { date: string; time: string } {
  const text = new Intl.DateTimeFormat("sv-SE", {
    timeZone: tz,
    dateStyle: "short",
    timeStyle: "short",
  }).format(unix * 1000);
  const [datePart = "", timePart = ""] = text.split(" ");
  return { date: datePart, time: timePart };
}

/** Unix seconds of a local `YYYY-MM-DDTHH:mm` in a zone. */
export function unixOf(local: string, tz: string): number {
  const asUtc = Date.parse(`${local}:00Z`) / 1000;
  const offsetAt = (unix: number): number => {
    const parts = localParts(unix, tz);
    return Date.parse(`${parts.date}T${parts.time}:00Z`) / 1000 - Math.floor(unix / 60) * 60;
  };
  return asUtc - offsetAt(asUtc - offsetAt(asUtc));
}

function startOfDay(unix: number, tz: string): number {
  return Date.parse(`${localParts(unix, tz).date}T00:00:00Z`) / 1000;
}
