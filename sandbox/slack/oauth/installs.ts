import type { Clock } from "#src/desk/clock.ts";
import { SlackError, type Wire } from "../model.ts";
import { organisation, type Workspace } from "../workspace.ts";

/** What the app is known by at the stand-in's OAuth. */
export const CLIENT_ID = "1000000000.2000000000";
export const CLIENT_SECRET = "sandbox-slack-client-secret";

const codeLifeMs = 10 * 60_000;
const tokenLifeMs = 12 * 60 * 60_000;

/** One workspace and what it hears of its own installation. */
export interface Tenant {
  workspace: Workspace;
  /** Brings an event to the app. */
  tell(event: Wire & { type: string }): Promise<unknown>;
}

interface Installation<T extends Tenant> {
  tenant: T;
  /** True where the app is installed for the whole organisation. */
  whole: boolean;
  by: string;
  scopes: string;
  rotates: boolean;
  /** `removed`: the app was taken out; `revoked`: its tokens were. */
  state: "good" | "removed" | "revoked";
}

interface Code<T extends Tenant> {
  installs: { tenant: T; whole: boolean; by: string; scopes: string };
  redirectUri: string;
  expires: number;
  used: boolean;
}

/** Where the app is installed, and by which tokens. Shared by stand-ins that serve one address. */
export class Installs<T extends Tenant> {
  readonly #clock: Clock;
  readonly tenants: T[] = [];
  readonly #codes = new Map<string, Code<T>>();
  readonly #tokens = new Map<string, { of: Installation<T>; expires: number | null }>();
  /** Refresh tokens, each good for one renewal. */
  readonly #refreshTokens = new Map<string, Installation<T>>();
  #given = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a workspace; with `token`, the app is installed there already. */
  add(tenant: T, token: string | null): void {
    this.tenants.push(tenant);
    if (token !== null) {
      const of: Installation<T> = {
        tenant,
        whole: false,
        by: "",
        scopes: "",
        rotates: false,
        state: "good",
      };
      this.#tokens.set(token, { of, expires: null });
    }
    tenant.workspace.installed = token === null ? null : "team";
  }

  /** The workspace that a token speaks for, whether the token is still good or not; undefined for one that is not known. */
  tenantOf(token: string): T | undefined {
    return this.#tokens.get(token)?.of.tenant;
  }

  /** Whether a token is good for the workspace of this tenant. */
  speaksFor(tenant: T, token: string): boolean {
    const of = this.#tokens.get(token)?.of;
    return of?.tenant === tenant && of.state === "good";
  }

  /** Refuses a token that was never given, or that is not good any more, with Slack's name for it. */
  check(token: string): void {
    const known = this.#tokens.get(token);
    if (!known) throw new SlackError("invalid_auth");
    if (known.of.state === "removed") throw new SlackError("account_inactive");
    if (known.of.state === "revoked") throw new SlackError("token_revoked");
    if (known.expires !== null && known.expires <= this.#clock.now().getTime())
      throw new SlackError("token_expired");
  }

  /** Somebody consented: the code with which their browser goes back to the app. */
  grant(installs: Code<T>["installs"], redirectUri: string): string {
    const code = this.#next("code");
    const expires = this.#clock.now().getTime() + codeLifeMs;
    this.#codes.set(code, { installs, redirectUri, expires, used: false });
    return code;
  }

  /** `oauth.v2.access` for a code: the app is installed by it. */
  redeem(code: string, redirectUri: string | undefined): Wire {
    const known = this.#codes.get(code);
    if (!known || known.expires <= this.#clock.now().getTime()) throw new SlackError("invalid_code");
    if (known.used) throw new SlackError("code_already_used");
    if (redirectUri !== known.redirectUri) throw new SlackError("bad_redirect_uri");
    known.used = true;
    const { tenant } = known.installs;
    const { workspace } = tenant;
    const of: Installation<T> = { ...known.installs, rotates: workspace.grants.rotates, state: "good" };
    workspace.installed = of.whole ? "organisation" : "team";
    workspace.changes.emit("installation", workspace.team.id);
    return {
      app_id: workspace.app.id,
      authed_user: { id: of.by },
      ...this.#pair(of),
      ...this.#about(of),
    };
  }

  /** `oauth.v2.access` for a refresh token: a new pair, once. The token before stays good for as long as it was. */
  renew(refreshToken: string): Wire {
    const of = this.#refreshTokens.get(refreshToken);
    if (of?.state !== "good") throw new SlackError("invalid_refresh_token");
    this.#refreshTokens.delete(refreshToken);
    return { app_id: of.tenant.workspace.app.id, ...this.#pair(of), ...this.#about(of) };
  }

  /** Takes the app out of a workspace, or revokes its tokens there; the app hears of it. */
  async end(tenant: T, state: "removed" | "revoked"): Promise<void> {
    const { workspace } = tenant;
    for (const { of } of this.#tokens.values())
      if (of.tenant === tenant && of.state === "good") this.#end(of, state);
    const revoked = { type: "tokens_revoked", tokens: { oauth: [], bot: [workspace.app.botUserId] } };
    await tenant.tell(revoked);
    if (state === "removed") await tenant.tell({ type: "app_uninstalled" });
    workspace.installed = null;
    workspace.changes.emit("installation", workspace.team.id);
  }

  #end(of: Installation<T>, state: "removed" | "revoked"): void {
    of.state = state;
    for (const [token, renews] of this.#refreshTokens) if (renews === of) this.#refreshTokens.delete(token);
  }

  #pair(of: Installation<T>): Wire {
    const token = of.rotates ? `xoxe.xoxb-1-${this.#next("token")}` : `xoxb-${this.#next("token")}`;
    this.#tokens.set(token, {
      of,
      expires: of.rotates ? this.#clock.now().getTime() + tokenLifeMs : null,
    });
    if (!of.rotates) return { access_token: token, token_type: "bot" };
    const refreshToken = `xoxe-1-${this.#next("refresh")}`;
    this.#refreshTokens.set(refreshToken, of);
    return {
      access_token: token,
      token_type: "bot",
      refresh_token: refreshToken,
      expires_in: tokenLifeMs / 1_000,
    };
  }

  #about(of: Installation<T>): Wire {
    const { workspace } = of.tenant;
    return {
      scope: of.scopes,
      bot_user_id: workspace.app.botUserId,
      team: of.whole ? null : { id: workspace.team.id, name: workspace.team.name },
      enterprise: of.whole ? organisation : null,
      is_enterprise_install: of.whole,
    };
  }

  #next(what: string): string {
    this.#given += 1;
    return `sandbox-${what}-${String(this.#given).padStart(6, "0")}`;
  }
}
