import type { Desk } from "../desk/context.ts";

/**
 * The desk at which this person acts: where agents act as themselves, what leaves for Partner Center carries their own token
 * (reference: Microsoft, "Secure application model"). The same desk where they do not.
 */
export function actAs(desk: Desk, personId: string): Desk {
  return desk.connecting ? { ...desk, ...desk.connecting.as(personId) } : desk;
}
