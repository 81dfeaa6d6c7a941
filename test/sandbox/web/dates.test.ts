import { expect, test } from "vitest";
import { formatDate, localParts, unixOf } from "#sandbox/web/client/dates.ts";
import fc from "../../ground/fast-check.ts";

const unix = Date.parse("2026-03-01T23:30:00Z") / 1000;
const madrid = { locale: "es-ES", tz: "Europe/Madrid" };
const newYork = { locale: "en-US", tz: "America/New_York" };

test("a date token is written for its reader", () => {
  expect(formatDate(unix, "{date_num} {time}", madrid, unix)).toBe("2026-03-02 0:30");
  expect(formatDate(unix, "{date_short} at {time}", newYork, unix)).toMatch(/^Mar 1, 2026 at 6:30\sPM$/);
  expect(formatDate(unix, "{date_long}", madrid, unix)).toBe("lunes, 2 de marzo de 2026");
  expect(formatDate(unix, "{nonsense}", madrid, unix)).toBe("{nonsense}");
});

test("near days have names, by the reader's own calendar", () => {
  const later = unix + 2 * 3600;
  expect(formatDate(unix, "{date_pretty}", newYork, later)).toBe("today");
  expect(formatDate(unix, "{date_pretty}", newYork, later + 86_400)).toBe("yesterday");
  expect(formatDate(unix, "{date_short_pretty}", madrid, later + 86_400)).toBe("ayer");
  expect(formatDate(unix, "{date_short_pretty}", newYork, later + 3 * 86_400)).toBe("Mar 1, 2026");
  expect(formatDate(unix, "{ago}", newYork, unix + 7300)).toBe("2 hours ago");
});

test("a local time names the same instant again, in any zone", () => {
  const zones = fc.constantFrom(
    "Europe/Madrid",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "UTC",
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000_000 }), zones, (minutes, tz) => {
      const { date, time } = localParts(minutes * 60, tz);
      const again = unixOf(`${date}T${time}`, tz);
      // In the hour that a clock repeats, either instant is right.
      expect(localParts(again, tz)).toEqual({ date, time });
    }),
  );
});
