import { glob, readFile, writeFile } from "node:fs/promises";
import type { z } from "zod";
import { type Env, envSchema } from "#src/config/env.ts";
import type { RequestKind } from "#src/db/rows.ts";
import { isAloud, requestMoves } from "#src/requests/tables.ts";

const made = "<!-- Made by `npm run docs` from the code. Change the code, not this page. -->";

/** The files that are made from what the code says, by their paths: their text as it should be. */
export async function generatePages(): Promise<Map<string, string>> {
  return new Map([
    [".env.example", exampleEnvironment()],
    ["docs/configuration.md", configurationPage()],
    ["docs/decisions/README.md", await decisionsPage()],
    ["docs/machines.md", machinesPage()],
    ["docs/rule-coverage.md", coveragePage(await readCoverage())],
  ]);
}

const machines: Record<RequestKind, { title: string; about: string }> = {
  purchase: {
    title: "Purchase",
    about:
      "Quoted in a window, confirmed, approved where the policy asks for it, sent once. `changed`: Partner Center now says something else than what was confirmed, and the agent is asked again. `src/purchases/statuses.ts`",
  },
  cancellation: {
    title: "Cancellation",
    about:
      "Of one order line: sent, accepted, and followed until it shows. `overdue`: the time in which it should have shown is over, and it is looked for slowly. `src/cancellations/statuses.ts`",
  },
  cancellation_batch: {
    title: "Several cancellations",
    about:
      "Asked for together, each with a life of its own; the batch ends with the last of them. `src/cancellations/statuses.ts`",
  },
  key_request: {
    title: "Request for a key and a link",
    about:
      "`interrupted`: it broke between recording and showing, so assume that it was seen. `src/fulfilment/statuses.ts`",
  },
  support_request: {
    title: "Support request",
    about:
      "`to_file`: the text is ready and a person files it in the portal. From `filed` on its ticket is followed. `src/support-requests/statuses.ts`",
  },
};

function machinesPage(): string {
  const parts = Object.entries(machines).map(([kind, { title, about }]) =>
    [`## ${title}`, about, drawMachine(kind as RequestKind)].join("\n\n"),
  );
  return page(
    "Machines",
    `How each kind of request moves, drawn from the tables that the code obeys: \`src/requests/move.ts\` refuses every move that is
not here, and the database refuses to change what has ended. A status with a bold frame is said aloud: the person's message
moves to the end of the conversation when it is reached. \`needs_person\` is where a machine ends that can't tell what happened;
somebody is told. An arrow to itself is another try, or another look.`,
    ...parts,
  );
}

function drawMachine(kind: RequestKind): string {
  const moves = Object.entries(requestMoves[kind]);
  const [first = ""] = Object.keys(requestMoves[kind]);
  const aloud = moves.map(([status]) => status).filter((status) => isAloud(kind, "", status));
  const lines = [
    `[*] --> ${first}`,
    ...moves.flatMap(([from, targets]) =>
      targets.length === 0 ? [`${from} --> [*]`] : targets.map((to) => `${from} --> ${to}`),
    ),
    ...(aloud.length > 0 ? ["classDef aloud stroke-width:4px", `class ${aloud.join(",")} aloud`] : []),
  ];
  return ["```mermaid", "stateDiagram-v2", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}

/** Where a group of variables begins, in the order of the schema. */
const groups: Partial<Record<keyof Env, string>> = {
  DATABASE_URL: "Database and queue",
  ROLE: "The process",
  OPERATIONS_HOST: "For operators",
  SLACK_BOT_TOKEN: "Slack",
  PARTNER_TENANT_ID: "Entra and Partner Center",
  FULFILMENT: "Keys, links and the vault",
  SUPPORT_DESK: "Support requests",
  POLICY_EDITION: "Rules of the house",
  DIGEST_HOUR: "Messages",
  SHUTDOWN_SECONDS: "Timings",
};

function configurationPage(): string {
  const sections: string[][] = [];
  for (const [name, variable] of Object.entries(envSchema.shape)) {
    const title = groups[name as keyof Env];
    if (title) sections.push([`## ${title}\n\n| variable | default | what it is |\n| --- | --- | --- |`]);
    sections
      .at(-1)
      ?.push(`| \`${name}\` | ${shownDefault(variable)} | ${cell(variable.description ?? "")} |`);
  }
  return page(
    "Configuration",
    `CSP Desk is configured by environment variables and nothing else; \`npm start\` reads a file \`.env\` too. At start every problem
is named at once, with the way to a good value. An empty value counts as not set. \`.env.example\` holds the same list to be
filled in. Secrets never appear in a log or an error. [setup.md](setup.md) says where the values come from, step by step.`,
    ...sections.map((lines) => lines.join("\n")),
  );
}

/** What a variable is when nothing is said, as one would write it; undefined where that is nothing. */
function defaultOf(variable: z.ZodType): string | undefined {
  const fallback =
    "defaultValue" in variable.def ? variable.def.defaultValue : variable.safeParse(undefined).data;
  return fallback === undefined ? undefined : String(fallback);
}

const isNeeded = (variable: z.ZodType) => !variable.safeParse(undefined).success;

function shownDefault(variable: z.ZodType): string {
  if (isNeeded(variable)) return "**needed**";
  const fallback = defaultOf(variable);
  return fallback === undefined ? "none" : `\`${fallback}\``;
}

function exampleEnvironment(): string {
  const entries = Object.entries(envSchema.shape).map(([name, variable]) => {
    const line = `${name}=${defaultOf(variable) ?? ""}`;
    return `# ${variable.description}\n${isNeeded(variable) ? "" : "# "}${line}\n`;
  });
  const head = `# Copy to .env and fill in. What is commented out is optional and shows its default where it has one. A value with a # or
# a $ in it goes into single quotes.
# A person who only wants to try the app needs none of this: npm run demo
`;
  return [head, ...entries].join("\n");
}

async function decisionsPage(): Promise<string> {
  const paths = (await Array.fromAsync(glob("docs/decisions/[0-9]*.md"))).sort();
  const rows = await Promise.all(
    paths.map(async (path) => {
      const [, number, title] = /^# (\d+) (.+)/.exec(await readFile(path, "utf8")) ?? [];
      return `| [${number}](${path.replace("docs/decisions/", "")}) | ${title} |`;
    }),
  );
  return page(
    "Decisions",
    "What could have been done otherwise. Each page has the context, the choice and its cost.",
    ["| | |", "| --- | --- |", ...rows].join("\n"),
  );
}

const cell = (text: string) => text.replaceAll("|", "\\|");

/** A rule of the rule book, where the code names it in a comment, and where a test names it in its title. */
export interface Coverage {
  rule: string;
  code: string[];
  tests: string[];
}

/** Every rule of docs/rules.md with the files that name it; one that nothing names has an empty list. */
export async function readCoverage(): Promise<Coverage[]> {
  const book = await readFile("docs/rules.md", "utf8");
  const rules = [...book.matchAll(/^\| \*\*([A-Z]\d+)\*\* /gm)].map(([, rule = ""]) => rule);
  const [code, tests] = await Promise.all([
    named("{src,jobs,migrations}/**/*.ts", comments),
    named("test/**/*.test.ts", titles),
  ]);
  const of = (files: Map<string, Set<string>>, rule: string) =>
    [...files].filter(([, names]) => names.has(rule)).map(([path]) => path);
  return rules.map((rule) => ({ rule, code: of(code, rule), tests: of(tests, rule) }));
}

async function named(files: string, read: (source: string) => string[]): Promise<Map<string, Set<string>>> {
  const paths = (await Array.fromAsync(glob(files))).sort();
  return new Map(
    await Promise.all(
      paths.map(
        async (path) => [path, new Set(read(await readFile(path, "utf8")).flatMap(rulesIn))] as const,
      ),
    ),
  );
}

const comments = (source: string) => source.match(/\/\*[\s\S]*?\*\/|\/\/.*$|^\s*--.*$/gm) ?? [];

/** The first string in the parentheses of a test, its cases' or a group's. */
const titles = (source: string) =>
  [...source.matchAll(/(?:\b(?:test|it|describe)(?:\.\w+)*|\))\(\s*(["'`])(.*?)\1/g)].map(
    ([, , title = ""]) => title,
  );

/** The rules that a text names, "S1-S6" being six of them. */
export function rulesIn(text: string): string[] {
  return [...text.matchAll(/\b([A-Z])(\d{1,2})(?:\s*[-–]\s*\1(\d{1,2}))?\b/g)].flatMap(
    ([, letter, from, to]) =>
      Array.from(
        { length: Number(to ?? from) - Number(from) + 1 },
        (_, index) => `${letter}${Number(from) + index}`,
      ),
  );
}

function coveragePage(coverage: Coverage[]): string {
  const links = (files: string[]) => files.map((path) => `[${shorter(path)}](../${path})`).join(", ");
  return page(
    "Rule coverage",
    `Which code follows a rule of the [rule book](rules.md), and which tests prove it. Code counts where a comment names the rule, a
test where its title does; \`test/docs/pages.test.ts\` fails when a rule has neither or when this page is stale. Paths are below
\`src/\` and \`test/\` where nothing else is said. \`test/sandbox/\` proves the side that the sandbox plays.`,
    [
      "| rule | code | tests |",
      "| --- | --- | --- |",
      ...coverage.map(({ rule, code, tests }) => `| **${rule}** | ${links(code)} | ${links(tests)} |`),
    ].join("\n"),
  );
}

const shorter = (path: string) => path.replace(/^(src|test)\//, "").replace(/(\.test)?\.ts$/, "");

function page(title: string, ...parts: string[]): string {
  return `${[`# ${title}`, made, ...parts].join("\n\n")}\n`;
}

if (import.meta.main) {
  for (const [path, text] of await generatePages()) {
    await writeFile(path, text);
    process.stdout.write(`${path}\n`);
  }
}
