// Everything that must hold: the README's test commands, then each check below. Counts what really ran.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const reportOf = (script) => join(root, '.lianban', `ci-${script.replace(':', '-')}-report.json`);
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

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const script of ['test', 'test:long']) {
  const { ok, seconds } = run('npm', ['run', '--silent', script], { LIANBAN_TEST_REPORT: reportOf(script) });
  let failed = 1;
  try {
    const result = JSON.parse(readFileSync(reportOf(script), 'utf8'));
    counts.passed += result.numPassedTests;
    counts.skipped += result.numPendingTests + result.numTodoTests;
    failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  } catch { /* no report: counted as one failure */ }
  counts.failed += ok ? failed : Math.max(failed, 1);
  process.stdout.write(`${script}: ${seconds} s\n`);
}

for (const [name, command, words] of checks) {
  const { ok, seconds } = run(command, words);
  process.stdout.write(`${ok ? 'ok' : 'FAILED'}: ${name} (${seconds} s)\n`);
  if (ok) counts.passed += 1;
  else counts.failed += 1;
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}\n`);
process.exit(counts.failed === 0 ? 0 : 1);
