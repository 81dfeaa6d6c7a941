import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { compiledOnce } from "./compiled.ts";

const guid = "4b3a1c52-8c1c-4d0f-9a51-6f2f8c6f0001";

/** What a command has to be told of its surroundings, but for the database and the vault's keys; nothing of it is there. */
export const surroundings = {
  SLACK_BOT_TOKEN: "xoxb-1",
  SLACK_SIGNING_SECRET: "a-signing-secret",
  PARTNER_TENANT_ID: guid,
  PARTNER_CENTER_CLIENT_ID: guid,
  PARTNER_CENTER_CLIENT_SECRET: "client",
  PARTNER_CENTER_REFRESH_TOKEN: "refresh",
};

/** Runs a command of src/ with this environment alone; its exit code and all that it said. */
export async function runScript(
  name: string,
  environment: Record<string, string>,
  ...words: string[]
): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env.PATH, ...compiledOnce, ...environment };
  const [done] = await Promise.allSettled([
    promisify(execFile)(process.execPath, [`src/${name}.ts`, ...words], { env }),
  ]);
  return done.status === "fulfilled"
    ? { code: 0, said: done.value.stdout + done.value.stderr }
    : { code: Number(done.reason.code), said: done.reason.stdout + done.reason.stderr };
}
