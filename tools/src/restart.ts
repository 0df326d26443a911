/**
 * `npm run restart -- SERVICE`: builds what has changed and starts one service of the running system anew; the others go on. Its copies go one after the other, so one
 * always answers.
 */
import { spawnSync } from 'node:child_process';
import { appNames } from '@lianban/contracts';
import { runningAddresses } from './addresses.js';
import { checkout } from './checkout.js';
import { command } from './command.js';
import { signal } from './infrastructure/managed-process.js';
import { waitUntil } from './infrastructure/ports.js';
import { isRunning } from './infrastructure/process-identity.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { dataDirOf } from './settings.js';
import { readState } from './supervisor/state-file.js';

/** Longer than a service takes to end what it does, and to be ready on a slow machine. */
const withinMs = 90_000;

const isReady = (url: string): Promise<boolean> => fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(({ ok }) => ok, () => false);

const restart = async (dataDir: string, name: string, url: string): Promise<void> => {
  const recorded = () => readState(dataDir)?.processes.find((each) => each.name === name);
  const before = recorded();
  if (before && isRunning(before)) signal(before.pid, before.stopSignal);
  const isBack = async () => { const now = recorded(); return now !== undefined && now.startTime !== before?.startTime && isRunning(now) && isReady(url); };
  await waitUntil(isBack, { timeoutMs: withinMs, what: `${name} (its log: ${dataDir}/log/${name}.log)` });
  process.stdout.write(`${name} is ready again 已重新启动\n`);
};

await command(async () => {
  const [service, ...more] = process.argv.slice(2);
  if (!appNames.some((name) => name === service) || more.length > 0) throw new StartupProblem(`Usage: npm run restart -- SERVICE. Services: ${appNames.join(', ')}`);
  const { serviceUrls } = runningAddresses();
  const { status, stdout } = spawnSync('npm', ['run', 'build'], { cwd: checkout, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new StartupProblem(`${stdout.trimEnd().split('\n').slice(-25).join('\n')}\nThe build failed, so nothing was restarted.`);
  for (const [name, url] of Object.entries(serviceUrls)) {
    if (name === service || name.startsWith(`${service}-`)) await restart(dataDirOf(process.env), name, url);
  }
});
