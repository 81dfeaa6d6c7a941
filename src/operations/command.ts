import { type ParseArgsConfig, parseArgs } from "node:util";
import { ConfigProblems } from "../config/env.ts";
import type { Secret } from "../config/secret.ts";
import { type OpenDatabase, openDatabase } from "../db/database.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>;

export interface Command<O extends Options> {
  /** Its name among the npm scripts. */
  name: string;
  /** What --help prints. */
  usage: string;
  options: O;
  /** How many words may stand beside the options; default none. */
  words?: number;
  /** What is said in front of the reason when it can't be run at all. */
  failed: string;
  /** Resolves with whether all is well. */
  run(given: Parsed<O>): Promise<boolean>;
}

/** The command was given something that it can't use. */
export class WrongUse extends Error {
  override readonly name = "WrongUse";
}

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Runs a command of this process: exit code 0 where all is well, 1 where it found trouble, 2 where it could not be run. */
export async function runCommand<const O extends Options>(command: Command<O>): Promise<void> {
  try {
    const given = readArguments(command);
    if (given === null) say(command.usage);
    else if (!(await command.run(given))) process.exitCode = 1;
  } catch (error) {
    process.exitCode = 2;
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${explained(error, text, command)}\n`);
  }
}

function explained(
  error: unknown,
  text: string,
  command: Pick<Command<Options>, "usage" | "failed">,
): string {
  if (error instanceof ConfigProblems) return text;
  if (error instanceof WrongUse) return `${text}\n\n${command.usage}`;
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${command.failed}: ${text}${cause}`;
}

function readArguments<O extends Options>(command: Command<O>): Parsed<O> | null {
  if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) return null;
  try {
    const given = parseArgs({ options: command.options, allowPositionals: true, strict: true });
    if (given.positionals.length > (command.words ?? 0))
      throw new WrongUse(`There is a word too many: ${given.positionals.join(" ")}`);
    return given as Parsed<O>;
  } catch (error) {
    throw error instanceof WrongUse
      ? error
      : new WrongUse(error instanceof Error ? error.message : String(error));
  }
}

/** Opens the database for as long as `work` takes. */
export async function withDatabase<T>(
  url: Secret,
  name: string,
  work: (opened: OpenDatabase) => Promise<T>,
): Promise<T> {
  const opened = openDatabase({
    url: url.reveal(),
    applicationName: `csp-desk ${name}`,
    maxConnections: 4,
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
