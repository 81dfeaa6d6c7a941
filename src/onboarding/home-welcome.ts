import type { Agent } from "../access/agent.ts";
import type { Desk } from "../desk/context.ts";

/** So long after a person opened their Home tab for the first time it greets them, unless they have seen enough of it. */
export const welcomeMs = 24 * 60 * 60_000;

/** Whether this person's Home tab greets them now. */
export async function isWelcomed(desk: Pick<Desk, "db" | "clock">, { personId }: Agent): Promise<boolean> {
  const greeted = await desk.db
    .selectFrom("homes")
    .select("person_id")
    .where("person_id", "=", personId)
    .where("welcome_until", ">", desk.clock.now())
    .executeTakeFirst();
  return greeted !== undefined;
}

/** The person has seen enough of the welcome: it does not come back. */
export async function hideWelcome(desk: Pick<Desk, "db">, { personId }: Agent): Promise<void> {
  await desk.db.updateTable("homes").set({ welcome_until: null }).where("person_id", "=", personId).execute();
}
