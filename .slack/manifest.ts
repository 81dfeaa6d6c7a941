import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { acceptManifest, inSocketMode } from "#sandbox/slack/manifest.ts";

/**
 * The Slack CLI's hook `get-manifest`: manifest.yml as JSON, in Socket Mode, because that is how `slack run` talks to the
 * app. With a boundary the answer stands between two of them, as the CLI's protocol `message-boundaries` has it.
 */
const { values } = parseArgs({
  options: { protocol: { type: "string" }, boundary: { type: "string" }, manifest: { type: "boolean" } },
});
const { boundary = "" } = values;
const manifest = inSocketMode(acceptManifest(parse(await readFile("manifest.yml", "utf8"))));
process.stdout.write(`${boundary}${JSON.stringify(manifest)}${boundary}\n`);
