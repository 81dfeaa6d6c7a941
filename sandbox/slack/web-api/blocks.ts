import { SlackError, type Wire } from "../model.ts";
import { type Problem, validate } from "../validate.ts";
import { invalidArguments, type Method } from "./method.ts";

const longest = 100_000;
const kinds = ["blocks", "message", "view"] as const;

/** The content as an object; it comes as JSON text or was parsed already. */
function contentOf(args: Wire, kind: (typeof kinds)[number]): unknown {
  const given = args[kind];
  const text = typeof given === "string" ? given : JSON.stringify(given);
  if (text.length > longest) throw invalidArguments(`${kind} must be less than ${longest + 1} characters`);
  try {
    return JSON.parse(text);
  } catch {
    throw invalidArguments(`${kind} is not JSON`);
  }
}

function problemsOf(kind: (typeof kinds)[number], content: unknown): Problem[] {
  if (kind === "message") return validate("message", content);
  if (kind === "view") {
    const type = typeof content === "object" && content !== null && "type" in content ? content.type : null;
    return validate(type === "home" ? "home" : "modal", content);
  }
  return validate("message", { blocks: content }).map((problem) => ({
    ...problem,
    pointer: problem.pointer.replace(/^\/blocks/, ""),
  }));
}

export const blocks: Record<string, Method> = {
  "blocks.validate": {
    token: "none",
    run(_workspace, args) {
      const [kind, ...others] = kinds.filter((name) => args[name] !== undefined && args[name] !== "");
      if (kind === undefined || others.length > 0) {
        throw invalidArguments("must provide exactly one of `blocks`, `view`, or `message`");
      }
      const problems = problemsOf(kind, contentOf(args, kind));
      if (problems.length > 0) {
        throw new SlackError(`invalid_${kind}`, { errors: problems.map(({ error: _, ...shown }) => shown) });
      }
      return {};
    },
  },
};
