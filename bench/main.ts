import { runCommand, say, WrongUse } from "#src/operations/command.ts";
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

await runCommand({
  name: "bench",
  failed: "Not measured",
  usage: `npm run bench -- [--quick] [${Object.keys(benches).join("] [")}]

Measures the named ones, or all of them, each against a bare baseline of the same run, and prints the lines of the table in
docs/performance.md as it goes. All take about 25 minutes, in which nothing else may be busy on the machine.

  --quick     small counts, to see that a bench works; its figures mean nothing`,
  options: { quick: { type: "boolean", default: false } },
  words: Object.keys(benches).length,
  async run({ values, positionals }) {
    const chosen = positionals.length > 0 ? positionals : Object.keys(benches);
    const unknown = chosen.filter((name) => !benches[name]);
    if (unknown.length > 0) throw new WrongUse(`There is no bench ${unknown.join(", ")}.`);
    say(tableHead);
    for (const name of chosen) for await (const row of benches[name]?.(values) ?? []) say(tableRow(row));
    return true;
  },
});
process.exit();
