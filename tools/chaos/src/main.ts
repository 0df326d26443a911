/** `npm run chaos -- --seed N --minutes M`: load and faults on a system of its own, then the proof that nothing was lost or done twice. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Violation } from './history.js';
import { faultKinds, type FaultKind } from './plan-faults.js';
import { runChaos } from './run-chaos.js';
import { checkout } from '@lianban/tools/checkout';
import { command } from '@lianban/tools/command';
import { StartupProblem } from '@lianban/tools/infrastructure/startup-problem';

const usage = `Usage: npm run chaos -- [--seed N] [--minutes M] [--copies 2] [--brokers 1] [--partitions 12] [--desks 8] [--only ${faultKinds.join(',')}] [--known]`;
const shownOfEach = 5;

interface Run { readonly seed: number; readonly minutes: number; readonly brokers?: 1 | 3; readonly partitions?: number; readonly only?: readonly FaultKind[] }

const say = (line: string) => void process.stdout.write(`${line}\n`);

await command(async () => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' }, minutes: { type: 'string', default: '2' }, copies: { type: 'string', default: '2' }, brokers: { type: 'string', default: '1' }, partitions: { type: 'string', default: '12' }, desks: { type: 'string', default: '8' },
      only: { type: 'string' }, known: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'seed' | 'minutes' | 'partitions' | 'desks', given: string): number => {
    const value = Number(given);
    const whole = name !== 'minutes';
    if (!(value > 0 && value < 1e9) || (whole && !Number.isInteger(value))) throw new StartupProblem(`--${name} ${given} is no ${whole ? 'whole ' : ''}number above 0. ${usage}`);
    return value;
  };
  const only = values.only?.split(',').map((kind) => {
    const known = faultKinds.find((each) => each === kind);
    if (!known) throw new StartupProblem(`No fault is called ${kind}. ${usage}`);
    return known;
  });
  if (values.brokers !== '1' && values.brokers !== '3') throw new StartupProblem(`--brokers ${values.brokers} is neither 1 nor 3. ${usage}`);
  const known = JSON.parse(readFileSync(join(checkout, 'tools', 'chaos', 'seeds.json'), 'utf8')) as { runs: Run[] };
  const single: Run = { seed: values.seed ? number('seed', values.seed) : Date.now() % 1_000_000, minutes: number('minutes', values.minutes), brokers: values.brokers === '3' ? 3 : 1, partitions: number('partitions', values.partitions), ...(only ? { only } : {}) };
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => { process.exitCode = 130; interrupt.abort(new StartupProblem(`ended by ${signal}`)); });

  for (const { brokers = 1, partitions = 12, ...run } of values.known ? known.runs : [single]) {
    say(`npm run chaos -- --seed ${run.seed} --minutes ${run.minutes} --copies ${values.copies} --brokers ${brokers} --partitions ${partitions} --desks ${values.desks}${run.only ? ` --only ${run.only.join(',')}` : ''}`);
    const violations = await runChaos({
      ...run, kinds: run.only, copies: values.copies, brokers, partitions, desks: number('desks', values.desks), say, signal: interrupt.signal,
      onViolation: (folder, { history }) => keep(run.seed, folder, history),
    });
    report(run.seed, violations);
  }
});

// All is ended and removed; only a client of Kafka that a fault interrupted may still have a try planned.
process.exit();

function report(seed: number, violations: readonly Violation[]): void {
  if (violations.length > 0) process.exitCode = 1;
  for (const check of new Set(violations.map((each) => each.check))) {
    const list = violations.filter((each) => each.check === check);
    say(`VIOLATED  ${check}: ${list.length}`);
    for (const { caseId, detail } of list.slice(0, shownOfEach)) say(`          ${caseId}: ${detail}`);
  }
  say(violations.length === 0 ? `seed ${seed}: nothing violated` : `seed ${seed}: ${violations.length} violations; history and logs are in .lianban/chaos/${seed}`);
}

/** What the clients saw and what the services logged outlives the run. */
function keep(seed: number, folder: string, history: object): void {
  const target = join(checkout, '.lianban', 'chaos', String(seed));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  // A run that was refused before anything started has no logs.
  if (existsSync(join(folder, 'log'))) cpSync(join(folder, 'log'), join(target, 'log'), { recursive: true });
  writeFileSync(join(target, 'history.json'), JSON.stringify(history));
}
