import { z } from "zod";
import { type Problem, problemAt, problemsFrom } from "./block-kit/problem.ts";
import { SlackError } from "./model.ts";

const text = (most: number, least = 1) => z.string().min(least).max(most);
const names = (most: number) => z.array(z.string().max(50)).max(most);
const unique = {
  error: "must not name anything twice",
};
const isUnique = (list: string[]) => new Set(list).size === list.length;
const isLoopback = (url: URL) => ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);

/** An address that Slack would call: encrypted, but for those on this machine, which no Slack reaches anyway. */
const requestUrl = (most: number) =>
  z
    .string()
    .max(most)
    .refine(
      (value) => {
        const url = URL.parse(value);
        return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
      },
      { error: "must be an https address" },
    );

const shape = z.strictObject({
  $schema: z.string().optional(),
  _metadata: z
    .strictObject({
      schema_version: z.int().optional(),
      min_version: z.int().optional(),
      major_version: z.int().optional(),
      minor_version: z.int().optional(),
    })
    .optional(),
  display_information: z.strictObject({
    name: text(35),
    description: text(140).optional(),
    long_description: text(4_000, 175).optional(),
    background_color: z
      .string()
      .regex(/^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)
      .optional(),
  }),
  features: z
    .strictObject({
      app_home: z
        .strictObject({
          home_tab_enabled: z.boolean().optional(),
          messages_tab_enabled: z.boolean().optional(),
          messages_tab_read_only_enabled: z.boolean().optional(),
        })
        .optional(),
      bot_user: z
        .strictObject({
          display_name: text(80).regex(/^[a-z0-9._-]+$/),
          always_online: z.boolean().optional(),
        })
        .optional(),
      shortcuts: z
        .array(
          z.strictObject({
            name: text(24),
            type: z.enum(["message", "global"]),
            callback_id: text(255),
            description: text(150),
          }),
        )
        .min(1)
        .max(10)
        .optional(),
      slash_commands: z
        .array(
          z.strictObject({
            command: text(32, 2).regex(/^\/[^\sA-Z]+$/),
            url: requestUrl(3_000).optional(),
            description: text(2_000),
            usage_hint: text(1_000).optional(),
            should_escape: z.boolean().optional(),
          }),
        )
        .min(1)
        .max(50)
        .optional(),
    })
    .optional(),
  oauth_config: z
    .strictObject({
      redirect_urls: z.array(z.string().max(2_500)).max(1_000).refine(isUnique, unique).optional(),
      scopes: z
        .strictObject({
          bot: names(255).optional(),
          bot_optional: names(255).optional(),
          user: names(255).optional(),
          user_optional: names(255).optional(),
        })
        .optional(),
      token_management_enabled: z.boolean().optional(),
      pkce_enabled: z.boolean().optional(),
    })
    .optional(),
  settings: z
    .strictObject({
      event_subscriptions: z
        .strictObject({
          request_url: requestUrl(3_500).optional(),
          bot_events: names(100).refine(isUnique, unique).optional(),
          user_events: names(100).refine(isUnique, unique).optional(),
        })
        .optional(),
      interactivity: z
        .strictObject({
          is_enabled: z.boolean(),
          request_url: requestUrl(3_500).optional(),
          message_menu_options_url: requestUrl(3_500).optional(),
        })
        .optional(),
      allowed_ip_address_ranges: z.array(z.string()).min(1).max(50).optional(),
      org_deploy_enabled: z.boolean().optional(),
      socket_mode_enabled: z.boolean().optional(),
      token_rotation_enabled: z.boolean().optional(),
    })
    .optional(),
});
/** What `manifest.yml` may say; features that the app has no use for are left out. */
export type Manifest = z.infer<typeof shape>;

/** Slack would not create an app from this manifest. Each error has a `message` and a JSON `pointer` into it. */
class ManifestRefused extends SlackError {
  constructor(problems: Problem[]) {
    const errors = problems.map(({ message, pointer }) => ({ message, pointer }));
    super("invalid_manifest", { errors });
    this.name = "ManifestRefused";
    this.message = `invalid_manifest: ${errors.map(({ message, pointer }) => `${message} at ${pointer || "/"}`).join("; ")}`;
  }
}

/** A parsed manifest as Slack takes it. Throws ManifestRefused with every reason, as `apps.manifest.validate` gives them. */
export function acceptManifest(manifest: unknown): Manifest {
  const result = shape.safeParse(manifest, { reportInput: true });
  const problems = result.success ? crossProblems(result.data) : problemsFrom(result.error);
  if (!result.success || problems.length > 0) throw new ManifestRefused(problems);
  return result.data;
}

/** Rules that no schema of a single key can state. */
function crossProblems(manifest: Manifest): Problem[] {
  const { event_subscriptions: events, interactivity, socket_mode_enabled: socket } = manifest.settings ?? {};
  const commands = manifest.features?.slash_commands ?? [];
  const scopes = manifest.oauth_config?.scopes;
  const problems: Problem[] = [];
  const say = (path: PropertyKey[], message: string): void => {
    problems.push(problemAt(path, message));
  };
  const subscribed = (events?.bot_events?.length ?? 0) + (events?.user_events?.length ?? 0) > 0;
  if (!socket && subscribed && events?.request_url === undefined) {
    say(
      ["settings", "event_subscriptions"],
      "Event Subscription requires either Request URL or Socket Mode Enabled",
    );
  }
  if (!socket && interactivity?.is_enabled && interactivity.request_url === undefined) {
    say(["settings", "interactivity"], "Interactivity requires a Request URL or Socket Mode enabled");
  }
  commands.forEach(({ command, url }, index) => {
    const path = ["features", "slash_commands", index];
    if (!socket && url === undefined) say(path, "a slash command requires a URL or Socket Mode enabled");
    if (commands.findIndex((other) => other.command === command) < index) {
      say([...path, "command"], `${command} is already taken`);
    }
  });
  (scopes?.bot_optional ?? []).forEach((scope, index) => {
    if (!scopes?.bot?.includes(scope)) {
      say(
        ["oauth_config", "scopes", "bot_optional", index],
        "an optional scope must be among the bot scopes",
      );
    }
  });
  return problems;
}

/** The same app in Socket Mode, where Slack needs no addresses. */
export function inSocketMode(manifest: Manifest): Manifest {
  const { features, settings } = manifest;
  const { request_url: _, ...events } = settings?.event_subscriptions ?? {};
  return {
    ...manifest,
    features: {
      ...features,
      slash_commands: features?.slash_commands?.map(({ url: _url, ...command }) => command),
    },
    settings: {
      ...settings,
      event_subscriptions: settings?.event_subscriptions && events,
      interactivity: settings?.interactivity && { is_enabled: settings.interactivity.is_enabled },
      socket_mode_enabled: true,
    },
  };
}
