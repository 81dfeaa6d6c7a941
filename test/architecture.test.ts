import { glob, readFile } from "node:fs/promises";
import { posix } from "node:path";
import { expect, it } from "vitest";

type Layer =
  | "wiring"
  | "slack"
  | "jobs"
  | "domain"
  | "adapter"
  | "db"
  | "desk"
  | "partner center"
  | "partner center's port"
  | "config"
  | "secret"
  | "migrations"
  | "operations"
  | "outside";

/** First match wins. */
const layers: [RegExp, Layer][] = [
  [/^src\/(context|tokens|main|doctor|migrate|requeue|rewrap|story|verify-activity)\.ts$/, "wiring"],
  [/^src\/operations\//, "operations"],
  [/^src\/slack\//, "slack"],
  [/^jobs\//, "jobs"],
  [/^src\/fulfilment\/[^/]+-adapter\.ts$/, "adapter"],
  [/^src\/support-requests\/[^/]+-desk\.ts$/, "adapter"],
  [
    /^src\/(customers|catalog|purchases|approvals|fulfilment|vault|cancellations|windows|support-requests|activity|access|messages|requests|reminders|connections|home|installations|onboarding)\//,
    "domain",
  ],
  [/^src\/db\//, "db"],
  [/^src\/desk\//, "desk"],
  [/^src\/partner-center\/(port|grants)\.ts$/, "partner center's port"],
  [/^src\/partner-center\//, "partner center"],
  [/^src\/config\/secret\.ts$/, "secret"],
  [/^src\/config\//, "config"],
  [/^migrations\//, "migrations"],
  [/^(sandbox|test|bench)\//, "outside"],
];

interface Rule {
  /** Layers this one may import, besides itself. */
  imports: Layer[];
  /** Layers it may know by their types alone. */
  types?: Layer[];
  /** Packages, built-in modules and globals it must do without. */
  without?: RegExp;
}

const edges = /^(bullmq|ioredis|@slack\/.*|undici|fastify|node:(http|https|http2|net|tls|dgram)|fetch)$/;

const rules: Record<Exclude<Layer, "outside">, Rule> = {
  wiring: {
    imports: [
      "operations",
      "slack",
      "jobs",
      "domain",
      "adapter",
      "db",
      "desk",
      "partner center",
      "partner center's port",
      "config",
      "secret",
      "migrations",
    ],
  },
  operations: {
    imports: ["jobs", "domain", "db", "desk", "partner center's port", "config", "secret", "migrations"],
    without: /^(ioredis|@slack\/.*|undici|fastify|fetch)$/,
  },
  slack: { imports: ["domain", "db", "desk", "partner center's port", "config", "secret"] },
  jobs: { imports: ["domain", "db", "desk", "partner center's port", "config", "secret"] },
  domain: { imports: ["db", "desk", "partner center's port", "secret"], without: edges },
  adapter: {
    imports: ["domain", "desk", "partner center", "partner center's port", "secret"],
    without: /^(bullmq|ioredis|@slack\/.*|kysely|pg)$/,
  },
  db: { imports: ["desk", "migrations"], types: ["domain"], without: edges },
  desk: { imports: [], types: ["domain", "db", "partner center's port"], without: edges },
  "partner center": {
    imports: ["partner center's port", "desk", "secret"],
    without: /^(bullmq|ioredis|@slack\/.*|kysely|pg)$/,
  },
  "partner center's port": { imports: ["secret"], without: edges },
  config: { imports: ["secret"], without: edges },
  secret: { imports: [], without: edges },
  migrations: { imports: [], without: /^(?!kysely)/ },
};

interface Import {
  from: string;
  typeOnly: boolean;
}

function importsOf(source: string): Import[] {
  const statements = source.matchAll(/^(?:import|export)\b([^;"']*?)\bfrom\s*"([^"]+)"/gm);
  const effects = source.matchAll(/^import\s*"([^"]+)"/gm);
  const dynamic = source.matchAll(/\bimport\(\s*["'`]([^"'`]+)["'`]/g);
  return [
    ...[...statements].map(([, clause = "", from = ""]) => ({ from, typeOnly: /^\s*type\b/.test(clause) })),
    ...[...effects, ...dynamic].map(([, from = ""]) => ({ from, typeOnly: false })),
    ...(/(?<![.\w])fetch\(/.test(source) ? [{ from: "fetch", typeOnly: false }] : []),
  ];
}

function layerOf(path: string): Layer | undefined {
  return layers.find(([pattern]) => pattern.test(path))?.[1];
}

/** Every import that goes against the arrows, as `importer -> imported`; also files that have no layer. */
function wrongArrows(files: Map<string, string>): string[] {
  return [...files].flatMap(([path, source]) => {
    const layer = layerOf(path);
    if (!layer) return [`${path} is in a folder that has no place in the architecture`];
    if (layer === "outside") return [];
    const rule = rules[layer];
    return importsOf(source)
      .filter(({ from, typeOnly }) => {
        if (!/^[.#]/.test(from)) return rule.without?.test(from);
        const target = layerOf(
          posix.normalize(from.startsWith("#") ? from.slice(1) : posix.join(path, "..", from)),
        );
        if (!target) return true;
        return (
          target !== layer && !rule.imports.includes(target) && !(typeOnly && rule.types?.includes(target))
        );
      })
      .map(({ from }) => `${path} -> ${from}`);
  });
}

it("imports go from the edge to the domain to the database, and never to the sandbox or the tests", async () => {
  const files = new Map<string, string>();
  for await (const path of glob("{src,jobs,migrations}/**/*.ts"))
    files.set(path, await readFile(path, "utf8"));
  expect(files.size).toBeGreaterThan(30);
  expect(wrongArrows(files)).toEqual([]);
});

it("what is set from outside comes through the configuration, whose variables are checked and told of", async () => {
  const readers: string[] = [];
  let files = 0;
  // The programs themselves, right in src, hand the environment to it.
  for await (const path of glob(["src/*/**/*.ts", "jobs/**/*.ts", "migrations/**/*.ts"])) {
    files += 1;
    if ((await readFile(path, "utf8")).includes("process.env")) readers.push(path);
  }
  expect(files).toBeGreaterThan(30);
  expect(readers).toEqual([]);
});

it.each([
  ["src/purchases/place.ts", 'import { ask } from "../slack/ask.ts";'],
  ["src/purchases/place.ts", 'import type { View } from "#src/slack/view.ts";'],
  ["src/purchases/place.ts", 'import { queue } from "#jobs/queues.ts";'],
  ["src/purchases/place.ts", 'import {\n  Queue,\n} from "bullmq";'],
  ["src/purchases/place.ts", 'import { WebClient } from "@slack/web-api";'],
  ["src/purchases/place.ts", 'const answer = await fetch("https://contoso.com");'],
  ["src/purchases/place.ts", 'import { get } from "node:https";'],
  ["src/purchases/place.ts", 'import { transport } from "#src/partner-center/transport.ts";'],
  ["src/purchases/place.ts", 'import { loadConfig } from "../config/config.ts";'],
  ["src/purchases/place.ts", 'import { build } from "../context.ts";'],
  ["src/fulfilment/request-keys.ts", 'import { httpAdapter } from "./http-adapter.ts";'],
  ["src/support-requests/open.ts", 'export { apiDesk } from "./api-desk.ts";'],
  ["src/slack/buy/command.ts", 'import { httpAdapter } from "#src/fulfilment/http-adapter.ts";'],
  ["src/slack/buy/command.ts", 'import { transport } from "#src/partner-center/transport.ts";'],
  ["src/slack/buy/command.ts", 'import "#jobs/worker.ts";'],
  ["src/db/rows.ts", 'import { statuses } from "../purchases/statuses.ts";'],
  ["src/partner-center/orders.ts", 'import { place } from "../purchases/place.ts";'],
  ["src/main.ts", 'const { demo } = await import("#sandbox/demo.ts");'],
  ["jobs/worker.ts", 'import { createDatabase } from "../test/ground/database.ts";'],
  ["migrations/0001.ts", 'import { statuses } from "#src/purchases/statuses.ts";'],
  ["migrations/0001.ts", 'import { z } from "zod";'],
  ["src/utilities/strings.ts", ""],
])("notices in %s: %s", (path, source) => {
  expect(wrongArrows(new Map([[path, source]]))).toHaveLength(1);
});

it.each([
  ["src/slack/buy/command.ts", 'import { place } from "#src/purchases/place.ts";'],
  ["src/purchases/place.ts", 'import type { PartnerCenter } from "../partner-center/port.ts";'],
  ["src/purchases/place.ts", 'import { Secret } from "#src/config/secret.ts";'],
  ["src/db/rows.ts", 'import type { Status } from "../purchases/statuses.ts";'],
  ["src/fulfilment/http-adapter.ts", 'const answer = await fetch("https://contoso.com");'],
  ["src/context.ts", 'import { httpAdapter } from "./fulfilment/http-adapter.ts";'],
  ["sandbox/demo.ts", 'import "#src/main.ts";'],
])("allows in %s: %s", (path, source) => {
  expect(wrongArrows(new Map([[path, source]]))).toEqual([]);
});
