import { Temporal } from "temporal-polyfill";

/** The next time after `now` at which it is `hour` o'clock where the person is; in a night without that hour, right after it. */
export function nextMorning(now: Date, zone: string, hour: number): Date {
  const timeZone = knownZone(zone);
  const here = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  const today = here.toPlainDate().toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(hour) });
  const next =
    today.epochMilliseconds > now.getTime()
      ? today
      : here
          .toPlainDate()
          .add({ days: 1 })
          .toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(hour) });
  return new Date(next.epochMilliseconds);
}

/** The calendar day where the person is, such as 2026-11-23. */
export function dayOf(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(knownZone(timeZone))
    .toPlainDate()
    .toString();
}

/** When this calendar day (YYYY-MM-DD) begins where the person is; `plus` days later. Throws RangeError where it is no day. */
export function startOfDay(day: string, timeZone: string, plus = 0): Date {
  const start = Temporal.PlainDate.from(day, { overflow: "reject" }).add({ days: plus });
  return new Date(start.toZonedDateTime(knownZone(timeZone)).epochMilliseconds);
}

/** A zone that is not known here, such as one that a newer Slack names, counts as UTC. */
function knownZone(timeZone: string): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone).timeZoneId;
  } catch {
    return "UTC";
  }
}
