import type { z } from "zod";
import { messageProblems, shapes, viewProblems } from "./block-kit/payload.ts";
import { type Problem, problemsFrom } from "./block-kit/problem.ts";

export type { Problem } from "./block-kit/problem.ts";
/** Where content is shown, or `options` for the answer to an external select. */
export type Surface = keyof typeof shapes;

/** Everything Slack would refuse in this content; empty when it takes it. Rules that span the content come after its shape. */
export function validate(surface: Surface, content: unknown): Problem[] {
  switch (surface) {
    case "modal":
      return check(shapes.modal, content, viewProblems);
    case "home":
      return check(shapes.home, content, viewProblems);
    case "message":
      return check(shapes.message, content, messageProblems);
    case "options":
      return check(shapes.options, content, () => []);
  }
}

function check<T>(shape: z.ZodType<T>, content: unknown, rules: (content: T) => Problem[]): Problem[] {
  const result = shape.safeParse(content, { reportInput: true });
  return result.success ? rules(result.data) : problemsFrom(result.error);
}
