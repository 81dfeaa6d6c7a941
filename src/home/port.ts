import type { Reader } from "../messages/port.ts";
import type { HomeContent } from "./read.ts";

/** A Home tab as the chat service takes it. */
export interface DrawnHome {
  type: "home";
  blocks: unknown[];
}

/** A Home tab is a pure function of what was read for its reader. */
export type DrawHome = (content: HomeContent, reader: Pick<Reader, "locale" | "timeZone">) => DrawnHome;
