import { checkAgainstHeads } from "./activity/check-chain.ts";
import { type ChainHead, hasHead, listChains, readHead } from "./activity/verify.ts";
import { loadConfig } from "./config/config.ts";
import type { OpenDatabase } from "./db/database.ts";
import { runCommand, say, WrongUse, withDatabase } from "./operations/command.ts";

/** A published head as it was posted. */
function readPublished(text: string | undefined): ChainHead | null {
  if (text === undefined) return null;
  const match = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text.trim());
  if (!match?.[1] || !match[2]) throw new WrongUse("--head is not <sequence>:<hash>.");
  return { sequence: match[1], hash: match[2] };
}

/** Walks every workspace's chain; says whether all is well. */
async function verifyAll({ db }: OpenDatabase, head: ChainHead | null): Promise<boolean> {
  let well = true;
  let found = false;
  for (const workspaceId of await listChains(db)) {
    const verdict = await checkAgainstHeads({ db }, workspaceId);
    if (verdict.intact) {
      const end = await readHead(db, workspaceId);
      say(`${workspaceId}: intact, ${verdict.rows} rows; head ${end?.sequence}:${end?.hash}`);
    } else {
      say(`${workspaceId}: BROKEN at row ${verdict.firstBadSequence}: ${verdict.reason}`);
      well = false;
    }
    found ||= head !== null && (await hasHead(db, workspaceId, head));
  }
  if (head && !found) {
    say(
      `No chain has row ${head.sequence} with this hash: what was recorded up to it was changed or removed since it was published.`,
    );
  } else if (head) say(`Row ${head.sequence} is the one that was published.`);
  return well && (head === null || found);
}

await runCommand({
  name: "verify-activity",
  failed: "Not verified",
  usage: `npm run verify-activity [-- --head <sequence>:<hash>]

Walks along the activity's chain of every workspace and names the first row that does not fit. With --head it also looks whether
the row that was published into Slack is still the same.

Exit code: 0 intact, 1 a chain is broken or the published row is in none of them, 2 not possible.`,
  options: { head: { type: "string" } },
  async run({ values }) {
    const head = readPublished(values.head);
    const { secrets } = loadConfig(process.env);
    return withDatabase(secrets.databaseUrl, "verify-activity", (opened) => verifyAll(opened, head));
  },
});
