import type { App } from "@slack/bolt";
import type { Log } from "#src/desk/context.ts";
import type { Workspaces } from "#src/installations/port.ts";
import { nameOf } from "../explain.ts";
import { workspaceOf } from "../sender.ts";

/** Hears that the app was taken out of a workspace, or that its token was revoked there. */
export function registerRemoval(
  app: App,
  {
    workspaces,
    log,
    track,
  }: { workspaces: Workspaces; log: Log; track: (work: Promise<void>) => Promise<void> },
): void {
  const left = async (body: Parameters<typeof workspaceOf>[0], because: "uninstalled" | "revoked") => {
    const workspaceId = workspaceOf(body);
    try {
      await workspaces.left(workspaceId, because);
    } catch (error) {
      // The next call that is made there finds it out as well.
      log.warn({ id: workspaceId, error: nameOf(error) }, "whether the app was removed is not known yet");
    }
  };
  app.event("app_uninstalled", ({ body }) => track(left(body, "uninstalled")));
  app.event("tokens_revoked", ({ event, body }) =>
    track((event.tokens.bot ?? []).length > 0 ? left(body, "revoked") : Promise.resolve()),
  );
}
