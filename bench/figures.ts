/** One line of the table of ratios. */
export interface Row {
  bench: string;
  what: string;
  /** Our own figure divided by that of the bare baseline of the same run, or a plain figure where there is none. */
  measured: number;
  target: { least: number } | { most: number } | null;
  /** The figures behind it, with their units. */
  figures: string;
}

export interface BenchOptions {
  /** Small counts, to see whether a bench works; its figures mean nothing. */
  quick: boolean;
}

/** Gives each line as soon as it is measured. */
export type Bench = (options: BenchOptions) => AsyncIterable<Row>;

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Runs all of them in each round, one after the other, in an order that turns, and returns what each gave, round by round. */
export async function interleaved<K extends string, T>(
  rounds: number,
  contenders: Record<K, () => Promise<T>>,
): Promise<Record<K, T>[]> {
  const names = Object.keys(contenders) as K[];
  const results: Record<K, T>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const result: Partial<Record<K, T>> = {};
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      if (name !== undefined) result[name] = await contenders[name]();
    }
    results.push(result as Record<K, T>);
  }
  return results;
}

/** Whether a row reaches its target; null where it has none. */
function isMet({ measured, target }: Row): boolean | null {
  if (target === null) return null;
  return "least" in target ? measured >= target.least : measured <= target.most;
}

export const tableHead =
  "| bench | what | measured | target | | figures |\n| --- | --- | --- | --- | --- | --- |";

export function tableRow(row: Row): string {
  const { target } = row;
  const wanted = target === null ? "" : "least" in target ? `≥ ${target.least}` : `≤ ${target.most}`;
  const met = { true: "met", false: "missed", null: "" }[`${isMet(row)}`];
  return `| ${row.bench} | ${row.what} | ${row.measured.toFixed(2)} | ${wanted} | ${met} | ${row.figures} |`;
}
