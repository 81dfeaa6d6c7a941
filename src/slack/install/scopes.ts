/** What the app asks for when it is installed: the bot scopes of manifest.yml. */
export const botScopes = [
  "commands",
  "chat:write",
  "im:write",
  "im:history",
  "users:read",
  "users:read.email",
  "files:read",
  "files:write",
] as const;
