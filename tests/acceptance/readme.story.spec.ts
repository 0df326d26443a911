import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

const root = new URL('../../', import.meta.url).pathname;
const run = promisify(execFile);

/** What people copy from the README, run as it stands there; only the addresses are those of this test's system. */
describe('the README', () => {
  let system: RunningSystem;
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const block = (language: string, holds: string): string => {
    const found = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].find(([, its, code = '']) => its === language && code.includes(holds));
    return (found?.[2] ?? '').replaceAll('http://localhost:8080', system.gatewayUrl).replaceAll('127.0.0.1:19092', system.kafkaBrokers);
  };
  const bash = async (script: string): Promise<string> => {
    const { stdout } = await run('bash', ['-euc', script], { cwd: root, env: { ...process.env, NODE_OPTIONS: '', LIANBAN_DATA_DIR: system.dataDir } });
    return stdout;
  };

  beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

  it('a first case in three calls', async () => {
    // The answers come one after the other without a line between them; on a busy machine the read model may be a moment behind.
    await eventually(() => bash(`${block('bash', '/accept')}\necho; echo $CASE`), (answer) => {
      const [said = '', caseId = ''] = answer.trim().split('\n');
      expect(said).toContain(`{"caseId":"${caseId}"`);
      expect(said).toContain('"status":"accepted"');
      for (const type of ['lianban.case.registered.v1', 'lianban.case.accepted.v1']) expect(said).toContain(type);
      expect(said).not.toMatch(/Chen Xiao|13800138000/);
    });
  }, storyLimitMs);

  it.each([
    ['an operator has an inbox', '/inbox', /^\{"items":\[/],
    ['an analyst has CSV and rates', 'text/csv', /caseId,caseNo,[\s\S]*"aboutToBreach"[\s\S]*\{"formula":"three-rates\.v3"/],
  ])('%s', async (_name, holds, expected) => {
    expect((await bash(block('bash', holds))).replace('\uFEFF', '')).toMatch(expected);
  }, storyLimitMs);

  it('an integrator reads the topic with ten lines', async () => {
    // Where it finds kafkajs.
    const file = join(root, '.lianban', `readme-consumer-${process.pid}.mjs`);
    writeFileSync(file, block('js', 'kafkajs').replaceAll("'my-system'", `'my-system-${process.pid}'`));
    const consumer = spawn(process.execPath, [file], { env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const first = await new Promise<string>((resolve, reject) => {
        let printed = '';
        consumer.stdout.on('data', (chunk: Buffer) => {
          printed += chunk.toString();
          const line = /^[0-9a-f-]{36} \/lianban\/\w+ \d+ lianban\.\S+ \{/m.exec(printed)?.[0];
          if (line) resolve(line);
        });
        consumer.once('exit', (code) => reject(new Error(`the consumer ended (${code}): ${printed}`)));
      });
      expect(first).toMatch(/lianban\.[a-z-]+\.[a-z-]+\.v1/);
    } finally {
      consumer.kill();
      rmSync(file, { force: true });
    }
  }, storyLimitMs);
});
