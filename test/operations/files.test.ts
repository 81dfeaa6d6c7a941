import { readFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "#src/operations/metrics.ts";

const metrics = createMetrics({
  role: "all",
  version: "0",
  callsPerMinute: 500,
  readings: () => Promise.reject(new Error("nobody asks")),
});
afterAll(() => metrics.stop());

const exported = metrics.describe();
const guide = await readFile("docs/operations.md", "utf8");

interface Alert {
  alert: string;
  expr: string;
  labels?: { severity: string };
  annotations: { summary: string; runbook_url: string };
}
const alerts = (
  parse(await readFile("deploy/prometheus/alerts.yml", "utf8")) as { groups: { rules: Alert[] }[] }
).groups.flatMap(({ rules }) => rules);
const panels = (
  JSON.parse(await readFile("deploy/grafana/dashboard.json", "utf8")) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  }
).panels;

/** Metrics and labels that a query names and the app does not export. */
function unknownIn(query: string): string[] {
  const names = query.match(/\b(?:csp_desk|process|nodejs)_[a-z0-9_]+/g) ?? [];
  const known = new Map(
    exported.flatMap((metric) =>
      ["", ...(metric.type === "histogram" ? ["_bucket", "_sum", "_count"] : [])].map((end) => [
        `${metric.name}${end}`,
        metric,
      ]),
    ),
  );
  const labels = [...query.matchAll(/by \(([^)]*)\)|([a-z_]+)(?==~?")/g)]
    .flatMap(([, grouped, matched]) => grouped?.split(",") ?? [matched ?? ""])
    .map((label) => label.trim());
  const taken = new Set(["le", "instance", ...names.flatMap((name) => known.get(name)?.labels ?? [])]);
  return [
    ...(names.length === 0 ? ["no metric"] : []),
    ...names.filter((name) => !known.has(name)),
    ...labels.filter((label) => !taken.has(label)),
  ];
}

test("every metric and label of the dashboard and the alerts is one that the app exports", () => {
  const queries = [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
    ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ];
  expect(queries.length).toBeGreaterThan(40);
  expect(queries.flatMap(([where, expr]) => unknownIn(expr).map((name) => `${where}: ${name}`))).toEqual([]);
  expect(unknownIn('sum by (tenant) (rate(csp_desk_jobs_total{queue="x"}[5m]))')).toEqual([
    "csp_desk_jobs_total",
    "tenant",
    "queue",
  ]);
});

test("what the database says is the same from every process, and is never added up over them", () => {
  const gauges = exported.filter(({ name, type }) => type === "gauge" && name.startsWith("csp_desk_"));
  const added = [...panels.flatMap(({ targets = [] }) => targets), ...alerts].filter(({ expr }) =>
    gauges.some(({ name }) => new RegExp(`sum(?: by \\([^)]*\\))? ?\\(${name}`).test(expr)),
  );
  expect(added).toEqual([]);
});

test("every alert leads to what is to be done, and nothing is written there for none", () => {
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-");
  const [, runbook = ""] = guide.split("\n## What to do when it rings\n");
  const anchors = [...(runbook.split("\n## ")[0] ?? "").matchAll(/^### (.+)$/gm)].map(([, heading = ""]) =>
    anchorOf(heading),
  );
  const led = alerts.map(({ annotations }) => annotations.runbook_url);
  expect(led.filter((url) => !anchors.some((anchor) => url === `docs/operations.md#${anchor}`))).toEqual([]);
  // Read from /readyz alone.
  const fromReadiness = ["migrations"];
  expect(
    anchors.filter(
      (anchor) => !fromReadiness.includes(anchor) && !led.includes(`docs/operations.md#${anchor}`),
    ),
  ).toEqual([]);
  expect(alerts.filter(({ labels }) => !["critical", "warning"].includes(labels?.severity ?? ""))).toEqual(
    [],
  );
});

test("the guide lists every metric with its type, its labels and what it means", () => {
  const rows = guide.split("\n").filter((line) => line.startsWith("| `csp_desk_"));
  expect(rows).toEqual(
    exported
      .filter(({ name }) => name.startsWith("csp_desk_"))
      .map(
        ({ name, type, labels, help }) =>
          `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`,
      ),
  );
});
