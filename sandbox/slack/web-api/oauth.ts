import { SlackError, type Wire } from "../model.ts";
import { CLIENT_ID, CLIENT_SECRET, type Installs } from "../oauth/installs.ts";
import { type Method, textArg } from "./method.ts";
import type { WebApiTenant } from "./routes.ts";

/** The methods about installations and tokens. */
export function oauthMethods(installs: Installs<WebApiTenant>): Record<string, Method> {
  return {
    "oauth.v2.access": {
      token: "none",
      run(_workspace, args) {
        requireApp(args);
        if (textArg(args, "grant_type") === "refresh_token")
          return installs.renew(textArg(args, "refresh_token") ?? "");
        return installs.redeem(textArg(args, "code") ?? "", textArg(args, "redirect_uri"));
      },
    },
    "auth.revoke": {
      tier: 3,
      run(_workspace, _args, token) {
        const tenant = installs.tenantOf(token);
        if (tenant) void installs.end(tenant, "revoked");
        return { revoked: true };
      },
    },
    "apps.uninstall": {
      tier: 2,
      run(_workspace, args, token) {
        requireApp(args);
        const tenant = installs.tenantOf(token);
        if (tenant) void installs.end(tenant, "removed");
        return {};
      },
    },
  };
}

function requireApp(args: Wire): void {
  if (textArg(args, "client_id") !== CLIENT_ID) throw new SlackError("invalid_client_id");
  if (textArg(args, "client_secret") !== CLIENT_SECRET) throw new SlackError("bad_client_secret");
}
