import { actAs } from "../connections/act-as.ts";
import type { Desk } from "../desk/context.ts";
import type { SentKind } from "./send-once.ts";
import { requestTables } from "./tables.ts";

/** The desk at which the person who asked for this request acts; the same desk where there is no such request. */
export async function actAsRequester(desk: Desk, kind: SentKind, id: string): Promise<Desk> {
  if (!desk.connecting) return desk;
  const row = await desk.db
    .selectFrom(requestTables[kind] as "purchases")
    .select("person_id")
    .where("id", "=", id)
    .executeTakeFirst();
  return row ? actAs(desk, row.person_id) : desk;
}
