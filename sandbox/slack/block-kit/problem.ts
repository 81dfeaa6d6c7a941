import type { z } from "zod";

/** Something that Slack would refuse, as `blocks.validate` reports it. */
export interface Problem {
  /** JSON pointer into the content. */
  pointer: string;
  code: "failed_constraint";
  message: string;
  constraint?: { type: string; expected?: unknown; got?: unknown };
  /** The error of the whole call, where it is not the usual one for its kind of content. */
  error?: string;
}

/** A problem at a place given as a path. */
export function problemAt(
  path: readonly PropertyKey[],
  message: string,
  rest: Pick<Problem, "constraint" | "error"> = {},
): Problem {
  return { pointer: path.map(escaped).join(""), code: "failed_constraint", message, ...rest };
}

function escaped(step: PropertyKey): string {
  return `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** What zod found, in Slack's words. The content must have been parsed with `reportInput`. */
export function problemsFrom(error: z.ZodError): Problem[] {
  return error.issues.flatMap(fromIssue);
}

function fromIssue(issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        problemAt(path, `invalid additional property: ${key}`, {
          constraint: { type: "additionalProperties", got: key },
        }),
      );
    case "invalid_union":
      return [
        unsupported(
          path,
          propertyOf(issue.input, path.at(-1)),
          issue.discriminator,
          "options" in issue ? (issue.options ?? []) : [],
        ),
      ];
    case "invalid_value":
      return [
        issue.input === undefined
          ? missing(path)
          : path.at(-1) === "type"
            ? unsupported(path, issue.input, "type", issue.values)
            : problemAt(path, "must be a valid enum value", {
                constraint: { type: "enum", expected: issue.values, got: issue.input },
              }),
      ];
    case "invalid_type":
      return [
        issue.input === undefined
          ? missing(path)
          : problemAt(path, `must provide ${article(issue.expected)}`, {
              constraint: { type: "type", expected: issue.expected },
            }),
      ];
    case "too_big":
      return [tooBig(path, issue.origin, Number(issue.maximum))];
    case "too_small":
      return [tooSmall(path, issue.origin, Number(issue.minimum))];
    case "invalid_format":
      return [
        problemAt(path, "failed to match the required format", {
          constraint: { type: "pattern", expected: issue.pattern ?? issue.format },
        }),
      ];
    default:
      return [problemAt(path, issue.message)];
  }
}

function missing(path: readonly PropertyKey[]): Problem {
  const field = String(path.at(-1));
  return problemAt(path.slice(0, -1), `missing required field: ${field}`, {
    constraint: { type: "required", expected: field },
  });
}

function unsupported(
  path: readonly PropertyKey[],
  got: unknown,
  discriminator: string | undefined,
  expected: readonly unknown[],
): Problem {
  if (got === undefined) return missing(path);
  return problemAt(path, `unsupported ${discriminator ?? "value"}: ${String(got)}`, {
    constraint: { type: "enum", expected, got },
  });
}

function tooBig(path: readonly PropertyKey[], origin: string, maximum: number): Problem {
  if (origin === "string") {
    return problemAt(path, `must be less than ${maximum + 1} characters`, {
      constraint: { type: "maxLength", expected: maximum },
    });
  }
  if (origin === "array") {
    return problemAt(path, `no more than ${maximum} items allowed`, {
      constraint: { type: "maxItems", expected: maximum },
    });
  }
  return problemAt(path, `must be at most ${maximum}`, {
    constraint: { type: "maximum", expected: maximum },
  });
}

function tooSmall(path: readonly PropertyKey[], origin: string, minimum: number): Problem {
  if (origin === "string") {
    return problemAt(path, `must be more than ${minimum - 1} characters`, {
      constraint: { type: "minLength", expected: minimum },
    });
  }
  if (origin === "array") {
    return problemAt(path, `must provide at least ${minimum} items`, {
      constraint: { type: "minItems", expected: minimum },
    });
  }
  return problemAt(path, `must be at least ${minimum}`, {
    constraint: { type: "minimum", expected: minimum },
  });
}

function propertyOf(value: unknown, name: PropertyKey | undefined): unknown {
  return typeof value === "object" && value !== null && name !== undefined
    ? (value as Record<PropertyKey, unknown>)[name]
    : undefined;
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}
