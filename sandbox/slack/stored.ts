import { elementsIn, ownOptions } from "./elements.ts";
import { type ViewContent, viewContent, type Wire } from "./model.ts";
import type { Workspace } from "./workspace.ts";

/** The content of every modal there ever was, as JSON. */
export function everythingShownInViews(workspace: Workspace): string {
  return JSON.stringify(
    [...workspace.views.values()].map((view) => ({ id: view.id, versions: view.versions })),
  );
}

/**
 * All that the bot has left behind with Slack, as JSON, but for what people read in modals: messages in every version,
 * homes, private metadata, the values of buttons and options, Web API calls, answers to deliveries, files.
 */
export function everythingStored(workspace: Workspace): string {
  return JSON.stringify({
    messages: workspace.messages.map(({ state, offered, ...message }) => ({
      ...message,
      offered: [...offered],
    })),
    homes: [...workspace.homes.values()].map((home) => home.versions),
    views: [...workspace.views.values()].map((view) => ({
      versions: view.versions.map(carriedBy),
      errors: view.errors,
      offered: [...view.offered],
    })),
    calls: workspace.calls.map(({ answer: _answer, ...call }) => ({
      ...call,
      args: withoutModals(call.args),
    })),
    answers: workspace.deliveries.map((delivery) => withoutModals(parsed(delivery.result?.body ?? ""))),
    files: [...workspace.files.values()]
      .filter((file) => file.owner === workspace.app.botUserId)
      .map((file) => ({ ...file, bytes: file.bytes?.toString("utf8") ?? null })),
  });
}

/** What a modal carries besides what it shows. */
function carriedBy(content: ViewContent): Wire {
  const { blocks, title, submit, close, ...rest } = content;
  return {
    ...rest,
    values: elementsIn(blocks).map(({ blockId, actionId, element }) => ({
      blockId,
      actionId,
      value: element.value,
      options: ownOptions(element).map((option) => option.value),
    })),
  };
}

function withoutModals(content: unknown): unknown {
  if (Array.isArray(content)) return content.map(withoutModals);
  if (typeof content !== "object" || content === null) return content;
  const view = viewContent.safeParse(content);
  if (view.success && view.data.type === "modal") return carriedBy(view.data);
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, withoutModals(value)]));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
