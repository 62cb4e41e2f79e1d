import { loadavg } from 'node:os';

/** Figures of one contestant over all rounds. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, minimum and maximum. */
export function summary(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number): number => sorted[Math.min(Math.max(i, 0), sorted.length - 1)] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}

/** The value below which a share of the samples lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.ceil(sorted.length * share), sorted.length) - 1] ?? Number.NaN;
}

/** Runs contestants in turn, round after round, so that a noisy machine disturbs all of them alike. */
export async function interleaved<K extends string>(
  rounds: number,
  contestants: Readonly<Record<K, () => Promise<number>>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(contestants) as K[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (const name of names) await contestants[name]();
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? [...names].reverse() : names) {
      const value = await contestants[name]();
      results[name].push(value);
      process.stderr.write(`  round ${String(round)}/${String(rounds)} ${name}: ${value.toFixed(1)}\n`);
    }
  }
  return results;
}

/** One line of a report. */
export function line(name: string, { median, min, max }: Summary, unit: string): string {
  return `| ${name} | ${median.toFixed(1)} | ${min.toFixed(1)} | ${max.toFixed(1)} | ${unit} |`;
}

/** Prints a benchmark's result as it goes into RESULTS.md. */
export function report(title: string, lines: readonly string[], verdict: string): void {
  const [one = 0] = loadavg();
  process.stdout.write(
    [
      `### ${title}`,
      '',
      '| | median | min | max | |',
      '|---|---|---|---|---|',
      ...lines,
      '',
      `${verdict} Node ${process.version}, load ${one.toFixed(1)} at the end.`,
      '',
      '',
    ].join('\n'),
  );
}
