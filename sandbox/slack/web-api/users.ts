import { type Person, SlackError, type Wire } from "../model.ts";
import { tzOffsetSeconds } from "../people.ts";
import type { Workspace } from "../workspace.ts";
import { flagArg, type Method, textArg } from "./method.ts";

function wireProfile(workspace: Workspace, person: Person, withLocale: boolean): Wire {
  const [first, ...rest] = person.realName.split(" ");
  return {
    id: person.id,
    team_id: workspace.team.id,
    name: person.key,
    deleted: person.deactivated,
    profile: {
      real_name: person.realName,
      display_name: person.realName,
      phone: person.phone,
      first_name: first,
      last_name: rest.join(" "),
      team: workspace.team.id,
      ...(workspace.grants.has("users:read.email") ? { email: person.email } : {}),
    },
    ...(workspace.organisation
      ? { enterprise_user: { id: person.id, enterprise_id: workspace.organisation.id } }
      : {}),
    is_bot: false,
    is_app_user: false,
    updated: 0,
    ...(person.deactivated
      ? {}
      : {
          real_name: person.realName,
          tz: person.tz,
          tz_label: person.tz,
          tz_offset: tzOffsetSeconds(person.tz, workspace.clock.now()),
          is_admin: person.isAdmin,
          is_owner: false,
          is_primary_owner: false,
          is_restricted: person.isGuest,
          is_ultra_restricted: false,
        }),
    ...(withLocale ? { locale: person.locale } : {}),
  };
}

/** The bot's own entry. */
function wireBot(workspace: Workspace, id: string): Wire | undefined {
  if (id !== workspace.app.botUserId) return undefined;
  return {
    id,
    team_id: workspace.team.id,
    name: workspace.app.name,
    deleted: false,
    real_name: workspace.team.name,
    tz: "America/Los_Angeles",
    tz_offset: 0,
    profile: { real_name: workspace.team.name, bot_id: workspace.app.botId, api_app_id: workspace.app.id },
    is_bot: true,
  };
}

export const users: Record<string, Method> = {
  "users.info": {
    tier: 4,
    required: ["user"],
    scope: "users:read",
    run(workspace, args) {
      const id = textArg(args, "user") ?? "";
      const withLocale = flagArg(args, "include_locale");
      return { user: wireBot(workspace, id) ?? wireProfile(workspace, workspace.person(id), withLocale) };
    },
  },
  "users.lookupByEmail": {
    tier: 3,
    required: ["email"],
    scope: "users:read.email",
    run(workspace, args) {
      const email = textArg(args, "email")?.toLowerCase();
      const person = [...workspace.people.values()].find(
        (candidate) => candidate.email === email && !candidate.deactivated,
      );
      if (!person) throw new SlackError("users_not_found");
      return { user: wireProfile(workspace, person, false) };
    },
  },
};
