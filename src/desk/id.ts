import { randomInt } from "node:crypto";
import type { Clock } from "./clock.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function base32(value: number, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32))
    text = alphabet[rest % 32] + text;
  return text;
}

/** A sortable id that people can read aloud: `prefix_` + 10 characters of time + 6 random ones. */
export function newId(
  prefix:
    | "per"
    | "pur"
    | "can"
    | "bat"
    | "key"
    | "lnk"
    | "sec"
    | "sup"
    | "upd"
    | "fil"
    | "win"
    | "dig"
    | "msg"
    | "rem"
    | "alr"
    | "exp"
    | "chd"
    | "con"
    | "att"
    | "wel",
  clock: Clock,
): string {
  return `${prefix}_${base32(clock.now().getTime(), 10)}${base32(randomInt(2 ** 30), 6)}`;
}
