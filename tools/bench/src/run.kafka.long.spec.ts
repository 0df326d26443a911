import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';

const root = new URL('../../../', import.meta.url).pathname;
const resultsFile = join(root, 'docs/benchmarks.json');
let folder: string;

// As root, Postgres runs as another user and must be able to enter.
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'bench-run-')); chmodSync(folder, 0o755); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The tool from its sources, as the test host is run: no build needed. `onLine` may end it. */
const bench = (words: readonly string[], onLine: (line: string, child: ReturnType<typeof spawn>) => void = () => undefined) =>
  new Promise<{ code: number | null; printed: string }>((resolve) => {
    const child = spawn(process.execPath, [
      '--no-warnings', '--conditions=@lianban/source', '--import', join(root, 'tools/jest/typescript-loader.mjs'), join(root, 'tools/bench/src/main.ts'), '--folder', folder, ...words,
    ], { cwd: root, env: { ...process.env, NODE_OPTIONS: '', LIANBAN_PGBENCH: '/no/such/program' } });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { printed += chunk.toString(); onLine(printed, child); });
    child.on('exit', (code) => resolve({ code, printed }));
  });
const left = () => readdirSync(folder);
const written = () => (existsSync(resultsFile) ? statSync(resultsFile).mtimeMs : 0);

it('--quick runs against servers of its own, in a folder it makes, writes nothing and leaves nothing', async () => {
  const before = written();
  const made = join(folder, 'not', 'there');
  const { code, printed } = await bench(['append', 'growth', '--quick', '--sizes', '60,120', '--folder', made]);
  expect(printed).toMatch(/single-row insert, 4 clients +[\d,.]+ rows\/s/);
  expect(printed).toMatch(/a department's inbox, first page of 50, 60 cases +[\d,.]+ ms/);
  expect(code).toBe(0);
  expect(written()).toBe(before);
  expect(readdirSync(made)).toEqual([]);
}, 180_000);

it('Ctrl-C while servers start ends them and removes their data', async () => {
  const { code } = await bench(['append', '--quick'], (printed, child) => { if (printed.includes('Appending to the event store')) child.kill('SIGINT'); });
  expect(code).toBe(130);
  expect(left()).toEqual([]);
}, 60_000);

it('says what there is when asked for something else', async () => {
  const { code, printed } = await bench(['apend']);
  expect(code).toBe(1);
  expect(printed).toMatch(/No benchmark apend\. There are: append, /);
}, 60_000);
