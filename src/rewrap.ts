import { loadConfig } from "./config/config.ts";
import { ConfigProblems } from "./config/env.ts";
import { openDatabase } from "./db/database.ts";
import { systemClock } from "./desk/clock.ts";
import { localKey } from "./vault/local-key.ts";
import { type Rewrapped, rewrapSecrets } from "./vault/rewrap.ts";
import { createVault } from "./vault/vault.ts";

/** `npm run rewrap`: wraps every secret of the vault under the newest key, while the app runs. */
async function main(): Promise<void> {
  const { secrets } = loadConfig(process.env);
  const opened = openDatabase({
    url: secrets.databaseUrl.reveal(),
    applicationName: "csp-desk rewrap",
    maxConnections: 2,
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  try {
    const vault = createVault(secrets.vaultKeys.map(localKey));
    let total = 0;
    const done = await rewrapSecrets({ db: opened.db, vault, clock: systemClock }, (rewrapped) => {
      total += rewrapped;
      process.stdout.write(`${total} rewrapped\n`);
    });
    process.stdout.write(
      `${sayOutcome(
        done,
        secrets.vaultKeys.map(({ id }) => id),
      ).join("\n")}\n`,
    );
    if (done.unreadable > 0) process.exitCode = 1;
  } finally {
    await opened.close();
  }
}

/** What was done, and which keys nothing needs any more. */
function sayOutcome(done: Rewrapped, ring: string[]): string[] {
  const needed = new Map(done.left.map(({ keyId, secrets }) => [keyId, secrets]));
  const free = ring.filter((id) => id !== done.newest && !needed.has(id));
  return [
    `${done.rewrapped} secrets are now under ${done.newest}.`,
    ...(done.unreadable > 0
      ? [`${done.unreadable} could not be read: their key is not in VAULT_KEYS, or they were changed.`]
      : []),
    ...[...needed].map(([id, secrets]) => `${secrets} are still under ${id}: keep it, and run this again.`),
    ...free.map(
      (id) => `Nothing needs ${id}: remove it once every process runs with ${done.newest} as its first key.`,
    ),
  ];
}

try {
  await main();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof ConfigProblems ? text : `Rewrapping stopped: ${text}`}\n`);
  process.exitCode = 1;
}
