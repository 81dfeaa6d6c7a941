import type { Desk } from "../desk/context.ts";
import type { Agent } from "./agent.ts";

/** Keeps the language in which this person reads everything from now on; null: that of their Slack. */
export async function chooseLanguage(
  desk: Desk,
  agent: Pick<Agent, "personId">,
  language: Agent["locale"] | null,
): Promise<void> {
  await desk.db
    .updateTable("people")
    .set({ locale_override: language })
    .where("id", "=", agent.personId)
    .execute();
}
