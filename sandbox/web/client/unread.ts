import { useEffect, useState } from "preact/hooks";
import type { Seen } from "../wire.ts";

const stored = "sandbox-read";

/** Channels in which somebody else has said something since this person was there. `open` is being read. */
export function useUnread(seen: Seen | undefined, open: string | undefined): Set<string> {
  const [read, setRead] = useState<Record<string, string>>(() =>
    JSON.parse(sessionStorage.getItem(stored) ?? "{}"),
  );
  const newest = new Map<string, string>();
  for (const message of seen?.messages ?? []) {
    if (message.author !== seen?.person.id) newest.set(message.channel, message.ts);
  }
  const place = `${seen?.person.key}/${open}`;
  const here = newest.get(open ?? "");

  useEffect(() => {
    if (here === undefined || read[place] === here) return;
    const now = { ...read, [place]: here };
    sessionStorage.setItem(stored, JSON.stringify(now));
    setRead(now);
  }, [place, here]);

  const unread = [...newest].filter(
    ([channel, ts]) => channel !== open && read[`${seen?.person.key}/${channel}`] !== ts,
  );
  return new Set(unread.map(([channel]) => channel));
}
