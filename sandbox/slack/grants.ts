import type { Manifest } from "./manifest.ts";
import { SlackError } from "./model.ts";

type Features = NonNullable<Manifest["features"]>;

/** Which scope an event needs besides its subscription. */
const eventScopes: Record<string, string> = {
  "message.im": "im:history",
  "message.channels": "channels:history",
};

/**
 * What the installed app may do. Without a manifest every scope, event, command and switch is there: that is for
 * tests which are not about them.
 */
export class Grants {
  readonly #manifest: Manifest | undefined;

  constructor(manifest: Manifest | undefined) {
    this.#manifest = manifest;
  }

  /** The scopes of the bot token. */
  get scopes(): string[] {
    const declared = this.#manifest?.oauth_config?.scopes?.bot ?? [];
    const withCommands = (this.#manifest?.features?.slash_commands?.length ?? 0) > 0;
    return withCommands ? [...new Set([...declared, "commands"])] : declared;
  }

  has(scope: string): boolean {
    return this.#manifest === undefined || this.scopes.includes(scope);
  }

  /** Refuses with `missing_scope`, what is needed and what is there. */
  require(scope: string): void {
    if (!this.has(scope)) {
      throw new SlackError("missing_scope", { needed: scope, provided: this.scopes.join(",") });
    }
  }

  /** True when the app hears of this event. */
  hears(event: string): boolean {
    if (this.#manifest === undefined) return true;
    const scope = eventScopes[event];
    return (
      this.#manifest.settings?.event_subscriptions?.bot_events?.includes(event) === true &&
      (scope === undefined || this.has(scope))
    );
  }

  /** True when tokens expire and are renewed. */
  get rotates(): boolean {
    return this.#manifest?.settings?.token_rotation_enabled === true;
  }

  /** True when somebody who installs the app may be sent back to this address. Where none is declared, on this machine. */
  mayReturnTo(address: string): boolean {
    const declared = this.#manifest?.oauth_config?.redirect_urls;
    if (declared) return declared.some((url) => address.startsWith(url));
    return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(address).hostname);
  }

  get homeTab(): boolean {
    return this.#manifest === undefined || this.#manifest.features?.app_home?.home_tab_enabled === true;
  }

  get messagesTab(): boolean {
    return this.#manifest?.features?.app_home?.messages_tab_enabled !== false;
  }

  /** False when people can only read the conversation with the bot. */
  get maySay(): boolean {
    return this.messagesTab && this.#manifest?.features?.app_home?.messages_tab_read_only_enabled !== true;
  }

  get interactive(): boolean {
    return this.#manifest === undefined || this.#manifest.settings?.interactivity?.is_enabled === true;
  }

  /** True when external selects can ask the app for options. */
  get suggests(): boolean {
    return (
      this.#manifest === undefined ||
      (this.interactive &&
        (this.socketMode === true ||
          this.#manifest.settings?.interactivity?.message_menu_options_url !== undefined))
    );
  }

  /** Whether deliveries go over a WebSocket; undefined when no manifest says so. */
  get socketMode(): boolean | undefined {
    return this.#manifest === undefined ? undefined : this.#manifest.settings?.socket_mode_enabled === true;
  }

  /** The declared slash commands; undefined when any will do. */
  get commands(): Features["slash_commands"] {
    return this.#manifest === undefined ? undefined : (this.#manifest.features?.slash_commands ?? []);
  }

  /** The declared shortcuts; undefined when any will do. */
  get shortcuts(): Features["shortcuts"] {
    return this.#manifest === undefined ? undefined : (this.#manifest.features?.shortcuts ?? []);
  }
}
