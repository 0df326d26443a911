import type { ServiceName } from '@lianban/contracts';
import type { Stack } from '@lianban/tools/stack';

/** One measured thing of a benchmark. */
export interface Row {
  /** 'append, 8 clients' */
  readonly what: string;
  /** 'appends/s', 'ms', 'MB' */
  readonly unit: string;
  /** One per round. */
  readonly values: readonly number[];
  /** What it is compared with, measured in the same rounds and in the same unit. */
  readonly baseline?: { readonly name: string; readonly values: readonly number[] };
  /** '≥ 65 %' (of the baseline) or '≤ 100 ms' (of the value itself). Printed, never asserted. */
  readonly aim?: string;
  readonly note?: string;
  /** Cases in the system; rows of the same name and other sizes become the columns of one table. */
  readonly size?: number;
}

export interface BenchPostgres {
  /** Superuser, in Lianban's database. */
  readonly adminUrl: string;
  /** Each service's own role. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Empties every table of every service; the schema and the versions of the read models stay. */
  reset(): Promise<void>;
  /** Its process, where it is one of this machine. */
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** What a benchmark gets. Servers are started with the first call, belong to one benchmark, and are ended and removed after it. */
export interface BenchContext {
  readonly rounds: number;
  /** Small sizes, one round: a smoke test that everything runs. */
  readonly quick: boolean;
  /** Cases, for what is measured as it grows. */
  readonly sizes: readonly number[];
  readonly say: (line: string) => void;
  /** A Postgres of its own with the database, roles and migrations of the project; it writes through to the disk as in production. */
  postgres(): Promise<BenchPostgres>;
  /** A Kafka of its own with the project's topics. */
  kafka(): Promise<{ brokers: string[] }>;
  /** The whole system as `npm start` runs it, built, with its directory and without samples. */
  stack(env?: Readonly<Record<string, string>>): Promise<Stack>;
  report(row: Row): void;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** What was done and what the baseline is, for the report: a sentence or three. */
  readonly about?: string;
  /** Too long for a call that names none. */
  readonly byName?: true;
  run(context: BenchContext): Promise<void>;
}

/**
 * Runs the subjects in turn, round after round, so that drift of the machine hits all alike.
 * @param subjects each returns its figure (per second, ms …)
 * @returns the figures of each, one per round
 */
export const alternate = async <K extends string>(rounds: number, subjects: Readonly<Record<K, () => Promise<number>>>): Promise<Record<K, number[]>> => {
  const names = Object.keys(subjects) as K[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) figures[name].push(await subjects[name]());
  }
  return figures;
};

export interface Spread { readonly median: number; readonly min: number; readonly max: number }

/** @throws Error when there is no value */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  const [min] = sorted;
  const max = sorted.at(-1);
  if (middle === undefined || min === undefined || max === undefined) throw new Error('no values to take a median of');
  const median = sorted.length % 2 === 1 ? middle : (middle + (sorted[(sorted.length >> 1) - 1] ?? middle)) / 2;
  return { median, min, max };
};

/** The value at `share` (0–1) of the sorted values: 0.99 is the 99th percentile (nearest rank). */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error('no values to take a percentile of');
  return found;
};

/** Value by baseline, round by round; undefined without a baseline. */
export const ratiosOf = ({ values, baseline }: Row): number[] | undefined =>
  baseline && values.map((value, round) => value / (baseline.values[round] ?? Number.NaN));

const aimText = /([≥≤]|under|over)\s*([\d.,]+)\s*(%)?/;
/** An aim of rows that differ in size. */
export const notFasterThanLog = 'not faster than log';

/** Whether the median reaches the aim; undefined when there is none, or none that can be read. A percentage is of the baseline. */
export const reached = (row: Row): boolean | undefined => {
  const parts = row.aim === undefined ? undefined : aimText.exec(row.aim);
  if (!parts) return undefined;
  const ratios = ratiosOf(row);
  if (parts[3] && !ratios) return undefined;
  const wanted = Number((parts[2] ?? '').replaceAll(',', ''));
  const actual = parts[3] && ratios ? spreadOf(ratios).median * 100 : spreadOf(row.values).median;
  return parts[1] === '≥' || parts[1] === 'over' ? actual >= wanted : actual <= wanted;
};

export interface Growth extends Spread { readonly size: number; /** What the logarithm of the sizes makes of it. */ readonly allowed: number }

/**
 * How many times as long a thing takes at each size as at the smallest, by the medians, and beside the baseline where there is one; of rates (…/s) the inverse.
 * `min` and `max` are the least and the most that single rounds would make of it.
 * @param line rows of one thing in several sizes
 */
export const growthOf = (line: readonly Row[]): Growth[] => {
  const [smallest, ...larger] = line.flatMap((row) => (row.size === undefined ? [] : { size: row.size, ...took(row) })).sort((a, b) => a.size - b.size);
  return smallest === undefined ? [] : larger.map(({ size, median, min, max }) => ({
    size, median: median / smallest.median, min: min / smallest.max, max: max / smallest.min, allowed: Math.log10(size) / Math.log10(smallest.size),
  }));
};

const took = (row: Row): Spread => {
  const values = ratiosOf(row) ?? row.values;
  return spreadOf(row.unit.endsWith('/s') ? values.map((value) => 1 / value) : values);
};

/** Whether a thing reaches its aim in every size it was measured in; undefined when there is nothing to tell it by. */
export const reachedInAllSizes = (line: readonly Row[]): boolean | undefined => {
  const verdicts = line.some(({ aim }) => aim === notFasterThanLog)
    ? growthOf(line).map(({ median, allowed }) => median <= allowed)
    : line.map(reached).filter((is) => is !== undefined);
  return verdicts.length === 0 ? undefined : verdicts.every(Boolean);
};
