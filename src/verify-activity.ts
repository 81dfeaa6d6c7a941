import { parseArgs } from "node:util";
import { checkAgainstHeads } from "./activity/check-chain.ts";
import { type ChainHead, hasHead, listChains, readHead } from "./activity/verify.ts";
import { loadConfig } from "./config/config.ts";
import { ConfigProblems } from "./config/env.ts";
import { type OpenDatabase, openDatabase } from "./db/database.ts";

const usage = "npm run verify-activity [-- --head <sequence>:<hash>]";

/** A published head as it was posted. Throws where it is none. */
function readArguments(): { head: ChainHead | null } {
  const { values } = parseArgs({ options: { head: { type: "string" } } });
  if (values.head === undefined) return { head: null };
  const match = /^(\d{1,18}):([0-9a-f]{64})$/.exec(values.head.trim());
  if (!match?.[1] || !match[2]) throw new Error(`--head is not <sequence>:<hash>. Use: ${usage}`);
  return { head: { sequence: match[1], hash: match[2] } };
}

const say = (text: string) => process.stdout.write(`${text}\n`);

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

/** `npm run verify-activity`: exit code 1 where a chain is broken or a published head is in none of them. */
async function main(): Promise<void> {
  const { head } = readArguments();
  const { secrets } = loadConfig(process.env);
  const opened = openDatabase({
    url: secrets.databaseUrl.reveal(),
    applicationName: "csp-desk verify-activity",
    maxConnections: 2,
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  try {
    if (!(await verifyAll(opened, head))) process.exitCode = 1;
  } finally {
    await opened.close();
  }
}

try {
  await main();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof ConfigProblems ? text : `Not verified: ${text}`}\n`);
  process.exitCode = 2;
}
