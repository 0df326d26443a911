import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { rotateLog, launch } from './managed-process.js';
import { keepPrivate, passable } from './private-folder.js';

let folder: string;
let mask: number;
beforeEach(() => {
  mask = process.umask(0o022);
  folder = mkdtempSync(join(tmpdir(), 'lianban-private-'));
  chmodSync(folder, 0o755);
});
afterEach(() => {
  process.umask(mask);
  rmSync(folder, { recursive: true });
});
const modeOf = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o777).toString(8);

it('takes away from others what an earlier version has made, and leaves what is not ours', () => {
  mkdirSync(join(folder, 'kafka', 'logs', 'lianban.case-0'), { recursive: true });
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'kafka', 'logs', 'lianban.case-0', '0.log'), 'events');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'kafka', 'link'));
  keepPrivate(folder);
  expect(['kafka', 'kafka/logs', 'kafka/logs/lianban.case-0', 'kafka/logs/lianban.case-0/0.log'].map((path) => modeOf(path))).toEqual(['700', '700', '700', '600']);
  expect([modeOf('elsewhere'), modeOf()]).toEqual(['755', '755']);
});

it('and what is made from then on, by processes that are started too', async () => {
  const dataDir = join(folder, 'data');
  keepPrivate(dataDir);
  const logFile = join(dataDir, 'log', 'kafka.log');
  rotateLog(logFile);
  const made = await launch({ name: 'writer', command: process.execPath, args: ['-e', 'require("fs").mkdirSync("kafka"); require("fs").writeFileSync("kafka/0.log", "events")'], cwd: dataDir, env: {}, logFile, stopSignal: 'SIGTERM', stopWithinMs: 1_000 });
  expect((await made.exited).code).toBe(0);
  expect(['data/log', 'data/log/kafka.log', 'data/kafka', 'data/kafka/0.log'].map((path) => modeOf(path))).toEqual(['700', '600', '700', '600']);
  expect(modeOf('data')).toBe(passable().toString(8));
});
