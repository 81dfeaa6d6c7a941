import { createDatabase } from "../ground/database.ts";
import { openWorld, type World } from "./world.ts";

/** A world with a database of this test run, which goes with it; being limited by Slack is a fault of its own here. */
export async function openTestWorld(redisUrl: string | null): Promise<World> {
  const database = await createDatabase();
  const world = await openWorld(database.url, redisUrl, { slackLimits: false });
  return {
    ...world,
    async close() {
      await world.close();
      await database.drop();
    },
  };
}
