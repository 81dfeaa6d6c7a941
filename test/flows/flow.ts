import { type Sandbox, type SandboxOptions, startSandbox } from "#sandbox/start.ts";
import { createDatabase } from "../ground/database.ts";

/** So short that a test sees the net below every step at work. */
export const shortTimings = { LEASE_SECONDS: "2", PATIENCE_SECONDS: "1", SWEEP_SECONDS: "1" };

/** The whole app, bot and worker, with people before it and Partner Center behind it. */
export interface Flow extends Sandbox {
  databaseUrl: string;
  close(): Promise<void>;
}

/** Nobody waits for their turn at Partner Center, unless a test is about that. */
const plentyOfCalls = { CALLS_PER_MINUTE: "100000" };

/** `through` gives the app another way to the database than the tests have. */
export async function openFlow(
  options: Omit<SandboxOptions, "databaseUrl"> & { through?: (databaseUrl: string) => Promise<string> } = {},
): Promise<Flow> {
  const { through, ...rest } = options;
  const database = await createDatabase();
  const sandbox = await startSandbox({
    ...rest,
    env: { ...plentyOfCalls, ...rest.env },
    databaseUrl: through ? await through(database.url) : database.url,
  });
  sandbox.partnerCenter.configure({ requestsPerMinute: null });
  return {
    ...sandbox,
    databaseUrl: database.url,
    async close() {
      await sandbox.stop();
      await database.drop();
    },
  };
}
