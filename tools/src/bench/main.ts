/**
 * `npm run bench [-- NAME …] [--rounds N] [--quick] [--sizes 10000,100000] [--folder PATH]`: measures, prints a table, and writes docs/benchmarks.json and
 * docs/benchmarks.md, in which the benchmarks that did not run keep their rows.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '../checkout.js';
import { command } from '../command.js';
import { StartupProblem, describeProblem } from '../infrastructure/startup-problem.js';
import { clearAfterKilledRuns } from '../infrastructure/temporary-servers.js';
import { appendBenchmark } from './append.js';
import { baselineBenchmark } from './baseline.js';
import { benchContext, benchFolderPrefix } from './context.js';
import { growthBenchmark } from './growth.js';
import { httpBenchmark } from './http.js';
import { latencyBenchmark } from './latency.js';
import { lifeBenchmark } from './life.js';
import type { Benchmark, Row } from './measure.js';
import { cells, columns, page } from './page.js';
import { projectionBenchmark } from './projection.js';
import { rebuildBenchmark } from './rebuild.js';
import { relayBenchmark } from './relay.js';
import { describeRun, withRows, type Results } from './results.js';
import { slaBenchmark } from './sla.js';
import { startBenchmark } from './start.js';

/** In the order of the report. */
const benchmarks: readonly Benchmark[] = [
  baselineBenchmark, appendBenchmark, httpBenchmark, lifeBenchmark, relayBenchmark, latencyBenchmark, projectionBenchmark, rebuildBenchmark, growthBenchmark, slaBenchmark,
  startBenchmark,
];

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
    options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false }, sizes: { type: 'string' }, folder: { type: 'string', default: '/var/tmp' } },
  });
  const unknown = positionals.find((name) => !benchmarks.some((each) => each.name === name));
  if (unknown !== undefined) throw new StartupProblem(`No benchmark ${unknown}. There are: ${benchmarks.map(({ name }) => name).join(', ')}.`);
  const [rounds = fewestRounds] = numbers(values.rounds, 'rounds') ?? [];
  if (rounds < fewestRounds) throw new StartupProblem(`--rounds ${rounds}: a median of fewer than ${fewestRounds} says little; --quick runs one round and writes nothing.`);
  const sizes = numbers(values.sizes, 'sizes');
  return {
    chosen: positionals.length === 0 ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name)),
    quick: values.quick, rounds: values.quick ? 1 : rounds, folder: values.folder,
    sizes: sizes ?? (values.quick ? [200] : [10_000, 100_000]),
  };
}

function printTable(rows: readonly Row[]): void {
  const lines = [[...columns], ...rows.map(cells)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) say(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

function save(benchmark: Benchmark, rows: readonly Row[], run: ReturnType<typeof describeRun>): void {
  const before = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) as Results : { benchmarks: [] };
  const results = withRows(before, benchmark, rows.map((row) => ({ ...row, run })), benchmarks.map(({ name }) => name));
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(pageFile, page(results));
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
  const { chosen, quick, rounds, folder, sizes } = readArguments();
  await clearAfterKilledRuns(folder, benchFolderPrefix);
  for (const benchmark of chosen) {
    const rows: Row[] = [];
    say(`\n${benchmark.name}: ${benchmark.title}`);
    const startedAt = Date.now();
    const run = describeRun(new Date());
    const { context, end } = benchContext({ rounds, quick, sizes, folder, say: (line) => say(`  ${line}`), report: (row) => rows.push(row) });
    endCurrent = end;
    try {
      await benchmark.run(context);
      printTable(rows);
      say(`(${Math.round((Date.now() - startedAt) / 1000)} s)`);
      if (!quick) save(benchmark, rows, run);
    } catch (error) {
      if (leaving) return;
      // The others are worth having all the same.
      process.stderr.write(`${benchmark.name} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    } finally {
      await end();
    }
  }
  if (!leaving) process.exit();
});
