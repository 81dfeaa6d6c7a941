import { SlackError, type Wire } from "../model.ts";
import { invalidArguments, type Method, textArg } from "./method.ts";

function trigger(args: Wire): string {
  const id = textArg(args, "trigger_id") ?? textArg(args, "interactivity_pointer");
  if (id === undefined) throw invalidArguments("missing required field: trigger_id");
  return id;
}

export const views: Record<string, Method> = {
  "views.open": {
    tier: 4,
    required: ["view"],
    run: (workspace, args) => ({ view: workspace.wireView(workspace.openView(trigger(args), args.view)) }),
  },
  "views.push": {
    tier: 4,
    required: ["view"],
    run: (workspace, args) => ({ view: workspace.wireView(workspace.pushView(trigger(args), args.view)) }),
  },
  "views.update": {
    tier: 4,
    required: ["view"],
    run(workspace, args) {
      const viewId = textArg(args, "view_id");
      const externalId = textArg(args, "external_id");
      if (viewId === undefined && externalId === undefined) {
        throw invalidArguments("missing required field: view_id or external_id");
      }
      const view = workspace.openViewBy({ viewId, externalId });
      return { view: workspace.wireView(workspace.updateView(view, args.view, textArg(args, "hash"))) };
    },
  },
  "views.publish": {
    tier: 4,
    required: ["user_id", "view"],
    run(workspace, args) {
      if (!workspace.grants.homeTab) throw new SlackError("not_enabled");
      const home = workspace.publishHome(textArg(args, "user_id") ?? "", args.view, textArg(args, "hash"));
      return { view: workspace.wireView(home) };
    },
  },
};
