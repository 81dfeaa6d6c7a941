// As functions: an object of Temporal is a key in a weak map, and the garbage collector spares those for long.
import { getISO } from "temporal-polyfill/fns/Calendar";
import * as Instant from "temporal-polyfill/fns/Instant";
import * as PlainDate from "temporal-polyfill/fns/PlainDate";
import * as PlainTime from "temporal-polyfill/fns/PlainTime";
import * as ZonedDateTime from "temporal-polyfill/fns/ZonedDateTime";

/** The next time after `now` at which it is `hour` o'clock where the person is; in a night without that hour, right after it. */
export function nextMorning(now: Date, zone: string, hour: number): Date {
  const today = ZonedDateTime.toPlainDate(here(now, zone));
  const morningOf = (day: PlainDate.Record) =>
    PlainDate.toZonedDateTime(day, { timeZone: knownZone(zone), plainTime: PlainTime.create(hour) })
      .epochMilliseconds;
  const next = morningOf(today);
  return new Date(next > now.getTime() ? next : morningOf(PlainDate.addDays(today, 1)));
}

/** The calendar day where the person is, such as 2026-11-23. */
export function dayOf(instant: Date, timeZone: string): string {
  return PlainDate.toString(ZonedDateTime.toPlainDate(here(instant, timeZone)));
}

/** When this calendar day (YYYY-MM-DD) begins where the person is; `plus` days later. Throws RangeError where it is no day. */
export function startOfDay(day: string, timeZone: string, plus = 0): Date {
  const start = PlainDate.addDays(PlainDate.fromString(day, getISO), plus);
  return new Date(PlainDate.toZonedDateTime(start, knownZone(timeZone)).epochMilliseconds);
}

const here = (instant: Date, timeZone: string): ZonedDateTime.Record =>
  Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(instant.getTime()), knownZone(timeZone));

/** A zone that is not known here, such as one that a newer Slack names, counts as UTC. */
function knownZone(timeZone: string): string {
  try {
    return Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(0), timeZone).timeZoneId;
  } catch {
    return "UTC";
  }
}
