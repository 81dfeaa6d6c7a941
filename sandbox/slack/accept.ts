import type { z } from "zod";
import {
  type MessageContent,
  messageContent,
  type OptionsContent,
  optionsContent,
  SlackError,
  type ViewContent,
  viewContent,
} from "./model.ts";
import { type Problem, type Surface, validate } from "./validate.ts";

/** Content that Slack would not take. The Web API turns it into an error answer, a modal into its trouble line. */
class NotAccepted extends SlackError {
  constructor(surface: Surface, problems: Problem[]) {
    const root = surface === "modal" || surface === "home" ? "/view" : "";
    super(errorOf(surface, problems), {
      response_metadata: {
        messages: problems.map(
          ({ pointer, message }) => `[ERROR] ${message} [json-pointer:${root}${pointer}]`,
        ),
      },
    });
    this.name = "NotAccepted";
  }
}

/** The error of a call: a view has one for all, a message one for each part of it. */
function errorOf(surface: Surface, problems: Problem[]): string {
  const named = problems.find((problem) => problem.error !== undefined)?.error;
  if (named !== undefined) return named;
  if (surface !== "message") return "invalid_arguments";
  const [first] = problems;
  const { pointer = "", constraint } = first ?? {};
  if (pointer.startsWith("/metadata")) return "invalid_metadata_format";
  if (pointer.startsWith("/attachments")) return "invalid_attachments";
  if (pointer === "/blocks" && constraint?.type === "type") return "invalid_blocks_format";
  return pointer.startsWith("/blocks") ? "invalid_blocks" : "invalid_arguments";
}

interface ContentOf {
  modal: ViewContent;
  home: ViewContent;
  message: MessageContent;
  options: OptionsContent;
}

const shapes: { [S in Surface]: z.ZodType<ContentOf[S]> } = {
  modal: viewContent,
  home: viewContent,
  message: messageContent,
  options: optionsContent,
};

/**
 * The one gate through which every view, message and list of options passes before the workspace keeps it.
 * Throws NotAccepted with every problem found.
 */
export function accept<S extends Surface>(surface: S, content: unknown): ContentOf[S] {
  const problems = validate(surface, content);
  if (problems.length > 0) throw new NotAccepted(surface, problems);
  return shapes[surface].parse(content);
}
