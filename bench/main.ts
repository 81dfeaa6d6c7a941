import { parseArgs } from "node:util";
import { measureAck } from "./ack.ts";
import { type Bench, tableHead, tableRow } from "./figures.ts";
import { measureJobs } from "./jobs.ts";
import { measureOut } from "./out.ts";
import { measureScale } from "./scale.ts";
import { measureWeight } from "./weight.ts";

const benches: Record<string, Bench> = {
  ack: measureAck,
  jobs: measureJobs,
  scale: measureScale,
  out: measureOut,
  weight: measureWeight,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false } },
});
const chosen = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = chosen.filter((name) => !benches[name]);
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench ${unknown.join(", ")}. npm run bench -- [--quick] [${Object.keys(benches).join("] [")}]\n`,
  );
  process.exit(2);
}
process.stdout.write(`${tableHead}\n`);
for (const name of chosen) {
  for await (const row of benches[name]?.(values) ?? []) process.stdout.write(`${tableRow(row)}\n`);
}
process.exit(0);
