import { loadConfig } from "./config/config.ts";
import { runCommand, say, WrongUse, withDatabase } from "./operations/command.ts";
import { readStory, tellStory } from "./operations/story.ts";

await runCommand({
  name: "story",
  failed: "No story",
  usage: `npm run story -- <request id> [--json]

Everything that is known of one request (pur_…, can_…, bat_…, key_…, sup_…) in time order: where it stands, what was done and by whom,
its jobs, messages and reminders, with the ids by which Microsoft and Slack know them. Names, free text, keys and links are left out.

Exit code: 0, or 2 where there is none.`,
  options: { json: { type: "boolean", default: false } },
  words: 1,
  async run({ values, positionals: [requestId] }) {
    if (!requestId) throw new WrongUse("Of which request?");
    const { secrets } = loadConfig(process.env);
    return withDatabase(secrets.databaseUrl, "story", async ({ db }) => {
      const story = await readStory(db, requestId);
      if (story === null) throw new Error(`there is no request ${requestId}`);
      say(values.json ? JSON.stringify(story, null, 2) : tellStory(story));
      return true;
    });
  },
});
