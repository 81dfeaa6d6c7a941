import { createContext } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Person } from "#sandbox/slack/model.ts";
import type { Seen, Setting } from "../wire.ts";
import { get } from "./api.ts";
import type { Reader } from "./dates.ts";
import type { Words } from "./words.ts";

/** What every part of the page needs to know. */
export interface Desk {
  setting: Setting;
  seen: Seen;
  words: Words;
  /** Seconds on the workspace clock. */
  now: number;
  /** Reads anew what lies before the person. */
  refresh: () => Promise<void>;
  /** Tells the person that something did not work. */
  complain: (error: unknown) => void;
  go: (place: string) => void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("There is no desk around this component");
  return desk;
}

export function readerOf(person: Person): Reader {
  return { locale: person.locale, tz: person.tz };
}

const changes = ["message", "view", "home", "file", "clock", "person", "faults"];
const traffic = ["delivery", "call"];

/**
 * Follows what lies before a person: reads it, and again after every change. `onTraffic` hears of exchanges with the
 * bot. Undefined until the first answer.
 */
export function useSeen(
  key: string,
  onTraffic: () => void,
): { seen: Seen | undefined; connected: boolean; failure: unknown; refresh: () => Promise<void> } {
  const [seen, setSeen] = useState<Seen>();
  const [failure, setFailure] = useState<unknown>();
  const [connected, setConnected] = useState(true);
  const latest = useRef({ key, reading: null as Promise<void> | null, again: false, onTraffic });
  latest.current.key = key;
  latest.current.onTraffic = onTraffic;

  const refresh = useCallback((): Promise<void> => {
    const own = latest.current;
    own.again = true;
    own.reading ??= (async () => {
      try {
        while (own.again) {
          own.again = false;
          const asked = own.key;
          try {
            const answer = await get<Seen>(`/web/people/${encodeURIComponent(asked)}`);
            if (asked !== own.key) continue;
            setSeen(answer);
            setFailure(undefined);
          } catch (error) {
            if (asked === own.key) setFailure(error);
          }
        }
      } finally {
        own.reading = null;
      }
    })();
    return own.reading;
  }, []);

  useEffect(() => {
    void refresh();
  }, [key]);

  useEffect(() => {
    const events = new EventSource("/control/events");
    events.onopen = () => {
      setConnected(true);
      void refresh();
    };
    events.onerror = () => setConnected(false);
    for (const kind of changes) events.addEventListener(kind, () => void refresh());
    for (const kind of traffic) events.addEventListener(kind, () => latest.current.onTraffic());
    return () => events.close();
  }, []);

  return { seen: seen?.person.key === key ? seen : undefined, connected, failure, refresh };
}
