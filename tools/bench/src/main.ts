/**
 * `npm run bench [-- NAME …] [--rounds N] [--quick] [--sizes 10000,100000] [--folder PATH] [--json FILE]`: measures, prints a table, and writes
 * FILE (with `--quick` too) and docs/benchmarks.json and docs/benchmarks.md, in which the benchmarks that did not run keep their rows. What has finished is kept at once.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '@lianban/tools/checkout';
import { command } from '@lianban/tools/command';
import { StartupProblem, describeProblem } from '@lianban/tools/infrastructure/startup-problem';
import { clearAfterKilledRuns } from '@lianban/tools/infrastructure/temporary-servers';
import { appendBenchmark } from './append.js';
import { benchContext, benchFolderPrefix } from './context.js';
import { growthBenchmark } from './growth.js';
import { latencyBenchmark } from './latency.js';
import { lifeBenchmark } from './life.js';
import type { BenchContext, Benchmark, Row } from './measure.js';
import { cells, columns, page, plainRow } from './page.js';
import { rebuildBenchmark } from './rebuild.js';
import { describeRun, withRows, type Results } from './results.js';
import { similarBenchmark } from './similar.js';
import { startBenchmark } from './start.js';

/** In the order of the report. */
const benchmarks: readonly Benchmark[] = [appendBenchmark, lifeBenchmark, latencyBenchmark, rebuildBenchmark, growthBenchmark, similarBenchmark, startBenchmark];
const order = benchmarks.map(({ name }) => name);

const fewestRounds = 5;
const resultsFile = join(checkout, 'docs', 'benchmarks.json');
const pageFile = join(checkout, 'docs', 'benchmarks.md');
const say = (line: string) => void process.stdout.write(`${line}\n`);

const numbers = (given: string | undefined, name: string): number[] | undefined => given?.split(',').map((word) => {
  const value = Number(word);
  if (!Number.isInteger(value) || value < 1) throw new StartupProblem(`--${name} takes whole numbers, not ${word}.`);
  return value;
});

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false }, sizes: { type: 'string' }, folder: { type: 'string', default: '/var/tmp' }, json: { type: 'string' } },
  });
  const unknown = positionals.find((name) => !order.includes(name));
  if (unknown !== undefined) throw new StartupProblem(`No benchmark ${unknown}. There are: ${order.join(', ')}.`);
  const [rounds = fewestRounds] = numbers(values.rounds, 'rounds') ?? [];
  if (rounds < fewestRounds) throw new StartupProblem(`--rounds ${rounds}: a median of fewer than ${fewestRounds} says little; --quick runs one round and writes nothing.`);
  return {
    chosen: benchmarks.filter(({ name, byName }) => (positionals.length === 0 ? !byName : positionals.includes(name))),
    quick: values.quick, rounds: values.quick ? 1 : rounds, folder: values.folder, json: values.json,
    sizes: numbers(values.sizes, 'sizes') ?? (values.quick ? [200] : [10_000, 100_000]),
  };
}

function printTable(rows: readonly Row[]): void {
  const lines = [[...columns], ...rows.map(cells)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) say(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

/** Of this call. */
const plain: ReturnType<typeof plainRow>[] = [];

/** Measures, and keeps what it reports once it has finished. */
async function measure(benchmark: Benchmark, context: Omit<BenchContext, 'report'>, json: string | undefined): Promise<void> {
  const rows: Row[] = [];
  const startedAt = Date.now();
  const run = describeRun(new Date());
  try {
    await benchmark.run({ ...context, report: (row) => rows.push(row) });
  } catch (error) {
    if (leaving) return;
    // The others are worth having all the same.
    process.stderr.write(`${benchmark.name} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  printTable(rows);
  plain.push(...rows.map((row) => plainRow(benchmark.name, row)));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(plain, null, 1)}\n`);
  say(`(${Math.round((Date.now() - startedAt) / 1000)} s)`);
  if (context.quick) return;
  const before = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) as Results : { benchmarks: [] };
  const results = withRows(before, benchmark, rows.map((row) => ({ ...row, run })), order);
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(pageFile, page(results, order));
}

/** The end of what runs now; a signal or an error nobody caught must not leave servers behind. */
let endCurrent = async (): Promise<void> => undefined;
let leaving = false;
const leave = (why: string, code: number) => {
  if (leaving) return;
  leaving = true;
  say(`${why}: ending servers and removing their data …`);
  endCurrent().then(() => process.exit(code), (error: unknown) => { say(describeProblem(error)); process.exit(1); });
};
process.on('SIGINT', () => leave('Ctrl-C', 130));
process.on('SIGTERM', () => leave('Asked to stop', 143));
process.on('SIGHUP', () => leave('Terminal closed', 129));
process.on('uncaughtException', (error) => { if (!leaving) process.stderr.write(`${error.stack}\n`); leave('Unexpected error', 1); });
process.stdout.on('error', () => undefined);

await command(async () => {
  const { chosen, quick, rounds, folder, sizes, json } = readArguments();
  mkdirSync(folder, { recursive: true });
  await clearAfterKilledRuns(folder, benchFolderPrefix);
  for (const benchmark of chosen) {
    say(`\n${benchmark.name}: ${benchmark.title}`);
    const { context, end } = benchContext({ rounds, quick, sizes, folder, say: (line) => say(`  ${line}`) });
    endCurrent = end;
    await measure(benchmark, context, json).finally(end);
    if (leaving) return;
  }
  process.exit();
});
