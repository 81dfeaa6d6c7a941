import type { Role } from "./rights.ts";

/** A Slack user as the desk knows them. Without a partner user of the same e-mail address they hold no role. */
export interface Agent {
  personId: string;
  workspaceId: string;
  slackUserId: string;
  displayName: string;
  email: string | null;
  locale: "en" | "es";
  /** Chosen here, whatever Slack says; null: as in Slack. */
  languageChoice: "en" | "es" | null;
  timeZone: string;
  isMember: boolean;
  roles: readonly Role[];
  /** When the roles were last read from Partner Center; null when never. */
  rolesReadAt: Date | null;
}
