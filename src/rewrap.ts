import { loadConfig } from "./config/config.ts";
import { systemClock } from "./desk/clock.ts";
import { runCommand, say, withDatabase } from "./operations/command.ts";
import { localKey } from "./vault/local-key.ts";
import { type Rewrapped, rewrapSecrets } from "./vault/rewrap.ts";
import { createVault } from "./vault/vault.ts";

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

await runCommand({
  name: "rewrap",
  failed: "Rewrapping stopped",
  usage: `npm run rewrap

Puts every secret of the vault under the newest key, the first of VAULT_KEYS, while the app runs; says which keys nothing needs any
more. It may be stopped and run again at any time.

Exit code: 0 all are under the newest, 1 some could not be read, 2 not possible.`,
  options: {},
  async run() {
    const { secrets } = loadConfig(process.env);
    return withDatabase(secrets.databaseUrl, "rewrap", async ({ db }) => {
      const vault = createVault(secrets.vaultKeys.map(localKey));
      let total = 0;
      const done = await rewrapSecrets({ db, vault, clock: systemClock }, (rewrapped) => {
        total += rewrapped;
        say(`${total} rewrapped`);
      });
      const ring = secrets.vaultKeys.map(({ id }) => id);
      for (const line of sayOutcome(done, ring)) say(line);
      return done.unreadable === 0;
    });
  },
});
