import { setTimeout as pause } from "node:timers/promises";
import {
  type ViewsOpenResponse,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  type WebClient,
} from "@slack/web-api";
import type { Modal } from "./blocks/modal.ts";

const expired = new Set([
  "expired_trigger_id",
  "exchanged_trigger_id",
  "trigger_expired",
  "trigger_exchanged",
]);

/** Slack took too long to hear from us: the person has to start again. */
export class TriggerExpired extends Error {
  override readonly name = "TriggerExpired";
}

/** Opens a modal and returns its id. Throws `TriggerExpired` when the click or command is older than three seconds. */
export async function openView(client: WebClient, triggerId: string, view: Modal): Promise<string> {
  try {
    return await callViews(client, "views.open", { trigger_id: triggerId }, view);
  } catch (error) {
    if (isExpired(error)) throw new TriggerExpired("the trigger has expired", { cause: error });
    throw error;
  }
}

/**
 * Shows a modal on top of the open one that the trigger comes from and returns its id; closing it leads back. Throws
 * `TriggerExpired` as `openView` does.
 */
export async function pushView(client: WebClient, triggerId: string, view: Modal): Promise<string> {
  try {
    return await callViews(client, "views.push", { trigger_id: triggerId }, view);
  } catch (error) {
    if (isExpired(error)) throw new TriggerExpired("the trigger has expired", { cause: error });
    throw error;
  }
}

function isExpired(error: unknown): boolean {
  if (!(error instanceof WebAPIPlatformError)) return false;
  if (expired.has(error.data.error)) return true;
  const details = error.data.response_metadata?.messages ?? [];
  return (
    error.data.error === "invalid_arguments" &&
    details.some((detail) => /trigger.*(expired|exchanged)/i.test(detail))
  );
}

/**
 * Shows a view in place of an open one. A view that the person has closed by now is no error. Showing a view twice is the
 * same as once, so an unanswered call is repeated, once.
 */
export async function updateView(client: WebClient, viewId: string, view: Modal): Promise<void> {
  try {
    await callViews(client, "views.update", { view_id: viewId }, view);
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === "not_found") return;
    const passing =
      error instanceof WebAPIRequestError ||
      (error instanceof WebAPIRateLimitedError && error.retryAfter <= 3);
    if (!passing) throw error;
    await pause(error instanceof WebAPIRateLimitedError ? error.retryAfter * 1_000 : 200);
    await callViews(client, "views.update", { view_id: viewId }, view);
  }
}

/** Returns the view's id. As text a view is serialized once: of an object the client makes a copy for a debug log first, heard or not. */
async function callViews(
  client: WebClient,
  method: "views.open" | "views.push" | "views.update",
  place: Record<string, string>,
  view: Modal,
): Promise<string> {
  const answer: ViewsOpenResponse = await client.apiCall(method, { ...place, view: JSON.stringify(view) });
  return answer.view?.id ?? "";
}
