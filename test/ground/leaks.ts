import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, vi } from "vitest";

const PATIENCE_MS = 30_000;

let before: Map<string, number>;

beforeAll(() => {
  // No timer may stay: those of vitest either do not count (unref) or soon end.
  before = openResources().set("Timeout", 0);
});

/** Registered before any hook of the file, so it runs after all of them: what is open now, nobody will close, and the next file is in the same process. */
afterAll(async () => {
  vi.unstubAllEnvs();
  const end = performance.now() + PATIENCE_MS;
  while (leaked().length > 0 && performance.now() < end) await pause(20);
  const left = leaked();
  if (left.length > 0) throw new Error(`This file leaves open: ${left.join(", ")}`);
});

function leaked(): string[] {
  return [...openResources()]
    .map(([kind, count]) => ({ kind, count: count - (before.get(kind) ?? 0) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
}

/** What keeps the process alive, counted by kind; a timer that is unref'd does not. */
function openResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
