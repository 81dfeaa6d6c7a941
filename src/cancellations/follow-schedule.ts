/** Partner Center may take this long to show a cancellation (C9), in ms. */
export const propagationLimitMs = 15 * 60_000;
/** From here on the cancellation is overdue and a person is told. */
export const overdueAfterMs = 17 * 60_000;
/** A cancellation that has not shown for so long is left to a person. */
export const givenUpAfterMs = 24 * 60 * 60_000;

const looksAtSeconds = [5, 20, 45, 90, 180, 300, 480, 720, 900, 1_020];
const slowLookMs = 15 * 60_000;

/** The next moment to look, counted from acceptance: seconds at first, then minutes, then every quarter of an hour. */
export function nextLook(acceptedAt: Date, now: Date): Date {
  const elapsed = now.getTime() - acceptedAt.getTime();
  const next = looksAtSeconds.find((seconds) => seconds * 1_000 > elapsed);
  return new Date(next === undefined ? now.getTime() + slowLookMs : acceptedAt.getTime() + next * 1_000);
}
