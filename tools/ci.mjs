// Everything that must hold: the README's test command, then each check below. Counts what really ran.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const report = join(root, '.lianban', 'ci-test-report.json');
mkdirSync(join(root, '.lianban'), { recursive: true });

const checks = [
  ['types', 'npm', ['run', '--silent', 'typecheck']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['boundaries', 'npm', ['run', '--silent', 'boundaries']],
  ['generated files are fresh', 'npm', ['run', '--silent', 'generate', '--', '--check']],
  ['lock file names no download address', 'node', ['-e', "process.exit(/\"resolved\": \"http/.test(require('fs').readFileSync('package-lock.json','utf8')) ? 1 : 0)"]],
];

const run = (command, words, env = {}) => {
  const startedAt = Date.now();
  const { status } = spawnSync(command, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
  return { ok: status === 0, seconds: Math.round((Date.now() - startedAt) / 1000) };
};

const tests = run('npm', ['test', '--silent'], { LIANBAN_TEST_REPORT: report });
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  counts = { passed: result.numPassedTests, failed: result.numFailedTests + result.numRuntimeErrorTestSuites, skipped: result.numPendingTests + result.numTodoTests };
} catch { /* no report: counted as one failure */ }
if (!tests.ok && counts.failed === 0) counts.failed = 1;
process.stdout.write(`tests: ${tests.seconds} s\n`);

for (const [name, command, words] of checks) {
  const { ok, seconds } = run(command, words);
  process.stdout.write(`${ok ? 'ok' : 'FAILED'}: ${name} (${seconds} s)\n`);
  if (ok) counts.passed += 1;
  else counts.failed += 1;
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}\n`);
process.exit(counts.failed === 0 ? 0 : 1);
