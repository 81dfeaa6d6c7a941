import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type PolicyEditionName, policyEditions } from "#src/cancellations/editions.ts";
import { installPath } from "#src/slack/install/routes.ts";
import { startPostgres } from "./postgres/start.ts";
import { firstTeam, organisation } from "./slack/workspace.ts";
import { type Sandbox, startSandbox } from "./start.ts";
import { tour } from "./tour.ts";

const usage = `npm run demo -- [options]

Everything on one machine, with nothing installed: PostgreSQL, a Slack workspace and a Partner Center that stand in
for the real ones, and CSP Desk between them.

  --tour               drives the four flows, prints what each person sees, and stops
  --edition NAME       cancellation and link rules: ${policyEditions.map((edition) => edition.name).join(", ")} (default 2019-12)
  --lag SECONDS        how long a cancellation takes to show (default 20)
  --keep               keeps database, Slack and Partner Center in the folder .demo for the next --keep
  --seed TEXT          fixes every id that Partner Center gives (default csp-desk)
  --port N             the bot's port; --slack-port N and --partner-center-port N likewise (default: free ones)
  --socket-mode        the bot opens the connection to Slack, instead of taking signed requests
  --own                agents sign in to Partner Center themselves, instead of using one account for all
  --install            the app is not in the workspace yet: you install it, as several workspaces do
  --json               prints one line of JSON with every address
  --help               this text
`;

const started = performance.now();
const options = readOptions();

interface Options {
  tour: boolean;
  /** Null where nothing was said: what was kept goes on, else the defaults apply. */
  edition: PolicyEditionName | null;
  lagSeconds: number | null;
  keep: boolean;
  socketMode: boolean;
  own: boolean;
  install: boolean;
  seed: string | null;
  ports: { bot: number; slack: number; partnerCenter: number };
  json: boolean;
}

function leave(text: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}

function readOptions(): Options {
  const { values } = parse();
  if (values.help) leave(usage, 0);
  const edition = policyEditions.find(({ name }) => name === values.edition);
  if (values.edition !== undefined && !edition)
    leave(`There is no edition ${values.edition}.\n\n${usage}`, 2);
  // Slack's side of an installation is not among what is kept.
  if (values.install && (values.keep || values.tour))
    leave(`--install begins without the app: leave out --keep and --tour.\n\n${usage}`, 2);
  return {
    tour: values.tour,
    edition: edition?.name ?? null,
    lagSeconds: values.lag === undefined ? null : whole("lag", values.lag, 86_400),
    keep: values.keep,
    socketMode: values["socket-mode"],
    own: values.own,
    install: values.install,
    seed: values.seed ?? null,
    ports: {
      bot: whole("port", values.port, 65_535),
      slack: whole("slack-port", values["slack-port"], 65_535),
      partnerCenter: whole("partner-center-port", values["partner-center-port"], 65_535),
    },
    json: values.json,
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        tour: { type: "boolean", default: false },
        edition: { type: "string" },
        lag: { type: "string" },
        keep: { type: "boolean", default: false },
        "socket-mode": { type: "boolean", default: false },
        own: { type: "boolean", default: false },
        install: { type: "boolean", default: false },
        seed: { type: "string" },
        port: { type: "string", default: "0" },
        "slack-port": { type: "string", default: "0" },
        "partner-center-port": { type: "string", default: "0" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return leave(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, 2);
  }
}

function whole(name: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most)
    leave(`--${name} takes a whole number up to ${most}, not ${text}.\n\n${usage}`, 2);
  return Number(text);
}

function say(text: string): void {
  (options.json ? process.stderr : process.stdout).write(`${text}\n`);
}

const usualLagSeconds = 20;
const folder = resolve(".demo");
const running = new AsyncDisposableStack();
let interrupted = false;

/** PostgreSQL and what lives on it; null when Ctrl-C came first. */
async function start(): Promise<{ sandbox: Sandbox; databaseUrl: string } | null> {
  const postgres = running.adopt(
    await startPostgres({ ...(options.keep ? { dataDir: join(folder, "postgres") } : {}), log: say }),
    (server) => server.stop(),
  );
  if (interrupted) return null;
  const goesOn = options.keep && existsSync(join(folder, "partner-center.json"));
  const lagSeconds = options.lagSeconds ?? (goesOn ? null : usualLagSeconds);
  const sandbox = running.adopt(
    await startSandbox({
      databaseUrl: postgres.url,
      ...(options.edition === null ? {} : { edition: options.edition }),
      ...(lagSeconds === null ? {} : { cancellationLagMs: lagSeconds * 1_000 }),
      ...(options.seed === null ? {} : { seed: options.seed }),
      socketMode: options.socketMode,
      ownTokens: options.own,
      ...(options.install ? { installableIn: [firstTeam.id, organisation.id] } : {}),
      ...(options.keep ? { keep: folder } : {}),
      ports: options.ports,
      env: { SWEEP_SECONDS: "5" },
      ...(options.json ? { logTo: process.stderr } : {}),
    }),
    (whole) => whole.stop(),
  );
  return interrupted ? null : { sandbox, databaseUrl: postgres.url };
}

function announce(sandbox: Sandbox, databaseUrl: string): void {
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const { edition, cancellationLagMs } = sandbox.partnerCenter.settings();
  if (options.json) {
    const addresses = {
      bot: sandbox.app.url,
      operations: sandbox.app.operationsUrl,
      slack: sandbox.slack.url,
      partnerCenter: sandbox.partnerCenter.url,
      fulfilment: `${sandbox.partnerCenter.url}/_sim`,
      database: databaseUrl,
      edition,
    };
    process.stdout.write(`${JSON.stringify(addresses)}\n`);
  }
  say(`
CSP Desk, sandbox: nothing here is real, nothing is bought. Ready in ${seconds} s.

  Slack workspace   ${sandbox.slack.url}
  Partner Center    ${sandbox.partnerCenter.url}
  bot and worker    ${sandbox.app.url}
  for operators     ${sandbox.app.operationsUrl}
  rules             edition ${edition}; a cancellation shows after ${cancellationLagMs / 1_000} s
`);
}

function explain(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// Before anything is started: PostgreSQL does not hear Ctrl-C itself.
process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
const starting = start();

function onSignal(): void {
  if (interrupted) process.exit(1);
  interrupted = true;
  say("\nStopping.");
  starting
    .catch(() => {})
    .then(() => running.disposeAsync())
    .then(
      () => process.exit(0),
      (error: unknown) => leave(`${explain(error)}\n`, 1),
    );
}

let what = "The demo could not start";
try {
  const up = await starting;
  if (up) {
    announce(up.sandbox, up.databaseUrl);
    if (options.tour) {
      what = "The tour came to an end before its time";
      const { cancellationLagMs } = up.sandbox.partnerCenter.settings();
      await tour(up.sandbox, { say, lagSeconds: cancellationLagMs / 1_000 });
      await running.disposeAsync();
    } else {
      if (options.install)
        say(`First install the app: open ${up.sandbox.app.url}${installPath} in a browser.`);
      say("Open the first address in a browser. Ctrl-C stops everything.");
      say("To see the four flows driven for you: npm run demo -- --tour");
    }
  }
} catch (error) {
  if (!interrupted) {
    await running.disposeAsync();
    leave(`${what}: ${explain(error)}\n`, 1);
  }
}
