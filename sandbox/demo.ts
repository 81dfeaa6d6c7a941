import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type PolicyEditionName, policyEditions } from "#src/cancellations/editions.ts";
import { startPostgres } from "./postgres/start.ts";
import { startSandbox } from "./start.ts";
import { tour } from "./tour.ts";

const usage = `npm run demo -- [options]

Everything on one machine, with nothing installed: PostgreSQL, a Slack workspace and a Partner Center that stand in
for the real ones, and CSP Desk between them.

  --tour               drives the four flows, prints what each person sees, and stops
  --edition NAME       cancellation and link rules: ${policyEditions.map((edition) => edition.name).join(", ")} (default 2019-12)
  --lag SECONDS        how long a cancellation takes to show (default 20)
  --data FOLDER        keeps the database there (default: a temporary one)
  --port N             the bot's port; --slack-port N and --partner-center-port N likewise (default: free ones)
  --json               prints one line of JSON with every address
  --help               this text
`;

const started = performance.now();
const options = readOptions();

interface Options {
  tour: boolean;
  edition: PolicyEditionName;
  lagSeconds: number;
  dataDir: string | null;
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
  if (!edition) leave(`There is no edition ${values.edition}.\n\n${usage}`, 2);
  return {
    tour: values.tour,
    edition: edition.name,
    lagSeconds: whole("lag", values.lag, 86_400),
    dataDir: values.data === undefined ? null : resolve(values.data),
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
        edition: { type: "string", default: "2019-12" },
        lag: { type: "string", default: "20" },
        data: { type: "string" },
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

const postgres = await startPostgres({ ...(options.dataDir ? { dataDir: options.dataDir } : {}), log: say });
let stopping: Promise<void> | null = null;
try {
  const sandbox = await startSandbox({
    databaseUrl: postgres.url,
    edition: options.edition,
    cancellationLagMs: options.lagSeconds * 1_000,
    ports: options.ports,
    env: { SWEEP_SECONDS: "5" },
  });
  const stop = () => {
    stopping ??= sandbox.stop().finally(() => postgres.stop());
    return stopping;
  };
  const onSignal = () => {
    if (stopping) process.exit(1);
    say("\nStopping.");
    stop().then(
      () => process.exit(0),
      (error: unknown) => leave(`${String(error)}\n`, 1),
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);

  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  if (options.json) {
    const addresses = {
      bot: sandbox.app.url,
      slack: sandbox.slack.url,
      partnerCenter: sandbox.partnerCenter.url,
      fulfilment: `${sandbox.partnerCenter.url}/_sim`,
      database: postgres.url,
      edition: options.edition,
    };
    process.stdout.write(`${JSON.stringify(addresses)}\n`);
  }
  say(`
CSP Desk, sandbox: nothing here is real, nothing is bought. Ready in ${seconds} s.

  Slack workspace   ${sandbox.slack.url}
  Partner Center    ${sandbox.partnerCenter.url}
  bot and worker    ${sandbox.app.url}
  rules             edition ${options.edition}; a cancellation shows after ${options.lagSeconds} s
`);
  if (options.tour) {
    await tour(sandbox, { say, lagSeconds: options.lagSeconds });
    await stop();
  } else {
    say("Ctrl-C stops it. To see the four flows driven for you: npm run demo -- --tour");
  }
} catch (error) {
  await postgres.stop();
  leave(
    `The demo could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    1,
  );
}
