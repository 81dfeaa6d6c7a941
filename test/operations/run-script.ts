import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { compiledOnce } from "../ground/compiled.ts";

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
