// `npm test [-- jest arguments]` and `npm run test:long`: install and build what is missing, run the tests, close with a plain line of counts.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './start.mjs';

const root = new URL('..', import.meta.url).pathname;
const minutes = Number(process.env.LIANBAN_TEST_MINUTES || 40);

/** What takes long has a run of its own, in which properties are tried as often as they say. */
const words = process.argv.slice(2);
const long = words[0] === '--long' && words.shift() !== undefined;
const named = words.some((word) => !word.startsWith('-'));
const which = long ? ['--testPathPatterns=\\.(long|properties)\\.spec\\.ts$'] : named ? [] : ['--testPathIgnorePatterns=\\.long\\.spec\\.ts$', '--testPathIgnorePatterns=/node_modules/'];

prepare();

const folder = join(root, '.lianban');
const report = process.env.LIANBAN_TEST_REPORT || join(folder, long ? 'long-test-report.json' : 'test-report.json');
mkdirSync(folder, { recursive: true });
rmSync(report, { force: true });

const jest = spawn(process.execPath, [
  '--experimental-vm-modules', '--no-warnings', join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${report}`, ...words, ...which,
], { cwd: root, env: { ...process.env, ...(long ? { LIANBAN_TEST_LONG: '1' } : {}) }, stdio: ['ignore', 'ignore', 'inherit'], detached: true });

const end = (signal) => { try { process.kill(-jest.pid, signal); } catch { /* already gone */ } };
const timer = setTimeout(() => {
  process.stderr.write(`the tests took longer than ${minutes} minutes and were ended (LIANBAN_TEST_MINUTES changes that)\n`);
  end('SIGTERM');
  setTimeout(() => end('SIGKILL'), 10_000).unref();
}, minutes * 60_000);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));

// Seen now and then: all is over and reported, and Node turns round and round in its own clean-up at the end of the process.
let lingered = false;
const lingering = setInterval(() => {
  if (!existsSync(report)) return;
  clearInterval(lingering);
  setTimeout(() => {
    process.stderr.write('jest had reported and did not end; it was ended\n');
    lingered = true;
    end('SIGKILL');
  }, 30_000).unref();
}, 1_000);
lingering.unref();

jest.on('exit', (code) => {
  clearTimeout(timer);
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    process.stdout.write('the test run ended without a report\n0 passed, 1 failed\n');
    process.exit(1);
  }
  // A suite that could not be loaded ran no test, yet must not pass unnoticed.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests + result.numTodoTests;
  const notRun = long || named ? [] : ['what takes long, such as kills, faults and bulk rebuilds (npm run test:long)'];
  if (!long && spawnSync('promtool', ['--version']).status !== 0) notRun.push('the alerts through promtool (it comes with Prometheus)');
  if (!long && !process.env.LIANBAN_DATA) notRun.push('checks on the real messages (LIANBAN_DATA names their folder)');
  for (const line of notRun) process.stdout.write(`not run: ${line}\n`);
  process.stdout.write(`${result.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  process.exit((code === 0 || (lingered && result.success)) && failed === 0 && result.numPassedTests > 0 ? 0 : 1);
});
