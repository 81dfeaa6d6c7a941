import { hashToken, newToken } from "../connections/start.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";

/** How long somebody may take to install the app, in seconds. */
export const stateLifeSeconds = 600;

/** A state that goes to Slack with a browser, good for one return. Forgets what nobody came back with in time. */
export async function newState(desk: Pick<Desk, "db" | "clock">): Promise<string> {
  const now = desk.clock.now();
  const state = newToken();
  await transact(desk.db, async (trx) => {
    await trx.deleteFrom("installation_states").where("expires_at", "<=", now).execute();
    await trx
      .insertInto("installation_states")
      .values({
        state_hash: hashToken(state),
        expires_at: new Date(now.getTime() + stateLifeSeconds * 1_000),
      })
      .execute();
  });
  return state;
}

/** Takes a state that came back; false where we never sent it, it is too old, or it came before. */
export async function takeState(desk: Pick<Desk, "db" | "clock">, state: string): Promise<boolean> {
  const taken = await desk.db
    .deleteFrom("installation_states")
    .where("state_hash", "=", hashToken(state))
    .where("expires_at", ">", desk.clock.now())
    .executeTakeFirst();
  return taken.numDeletedRows > 0n;
}
