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

interface Problem {
  /** JSON pointer into the content. */
  pointer: string;
  message: string;
}

/** Content that Slack would not take. The Web API turns it into an error answer, a modal into its trouble line. */
class NotAccepted extends SlackError {
  constructor(surface: Surface, problems: Problem[]) {
    const inView = surface === "modal" || surface === "home";
    const inMetadata = problems.every((problem) => problem.pointer.startsWith("/metadata"));
    const root = inView ? "/view" : "";
    super(inView ? "invalid_arguments" : inMetadata ? "invalid_metadata_format" : "invalid_blocks", {
      response_metadata: {
        messages: problems.map(
          ({ pointer, message }) => `[ERROR] ${message} [json-pointer:${root}${pointer}]`,
        ),
      },
    });
    this.name = "NotAccepted";
  }
}

interface ContentOf {
  modal: ViewContent;
  home: ViewContent;
  message: MessageContent;
  options: OptionsContent;
}
export type Surface = keyof ContentOf;

const shapes: { [S in Surface]: z.ZodType<ContentOf[S]> } = {
  modal: viewContent.refine((view) => view.type === "modal", { path: ["type"], error: "must be modal" }),
  home: viewContent.refine((view) => view.type === "home", { path: ["type"], error: "must be home" }),
  message: messageContent,
  options: optionsContent,
};

/**
 * The one gate through which every view, message and list of options passes before the workspace keeps it.
 * Throws NotAccepted with every problem found.
 */
export function accept<S extends Surface>(surface: S, content: unknown): ContentOf[S] {
  const result = shapes[surface].safeParse(content);
  if (!result.success) {
    throw new NotAccepted(
      surface,
      result.error.issues.map((issue) => ({
        pointer: issue.path.map((step) => `/${String(step)}`).join(""),
        message: issue.message,
      })),
    );
  }
  return result.data;
}
