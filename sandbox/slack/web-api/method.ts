import { SlackError, type Wire } from "../model.ts";
import type { Workspace } from "../workspace.ts";
import type { Tier } from "./rate-limits.ts";

/** One method of the Web API. */
export interface Method {
  /** Arguments without which Slack answers `invalid_arguments`. */
  required?: string[];
  /** The scope it needs, where that does not depend on the arguments. */
  scope?: string;
  /** How often it may be called; as often as one likes where Slack publishes no limit. */
  tier?: Tier;
  /** Which token it takes: the bot's unless told otherwise. */
  token?: "bot" | "app" | "none";
  /** `token` is the one that it was called with. */
  run(workspace: Workspace, args: Wire, token: string): Wire;
}

/** A text argument; undefined when left out. */
export function textArg(args: Wire, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "object") throw invalidArguments(`${name} must be a string`);
  return String(value);
}

/** An argument that a form carries as `true` or `1`. */
export function flagArg(args: Wire, name: string): boolean {
  return args[name] === true || args[name] === "true" || args[name] === "1" || args[name] === 1;
}

/** A whole number between 1 and `most`; `otherwise` when left out. */
export function countArg(args: Wire, name: string, otherwise: number, most: number): number {
  const text = textArg(args, name);
  if (text === undefined) return otherwise;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new SlackError("invalid_limit");
  return Math.min(count, most);
}

export function invalidArguments(message: string): SlackError {
  return new SlackError("invalid_arguments", { response_metadata: { messages: [`[ERROR] ${message}`] } });
}
