import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';

const root = new URL('../../', import.meta.url).pathname;
const made: string[] = [];

afterEach(() => {
  for (const file of made.splice(0)) rmSync(file);
});

/** Breaks a boundary with a real file and tells which rules dependency-cruiser names. */
const broken = (file: string, text: string): string => {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  made.push(path);
  const { stdout } = spawnSync(process.execPath, ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', file, '--config', '.dependency-cruiser.cjs'], { cwd: root, encoding: 'utf8' });
  return stdout;
};

describe('each boundary can fail', () => {
  it.each([
    ['contracts-stand-alone', 'libs/contracts/src/boundary-probe.ts', "export * from '@lianban/event-store';"],
    ['working-time-pure', 'libs/working-time/src/boundary-probe.ts', "export * from '@lianban/kafka';"],
    ['scoring-pure', 'libs/scoring/src/boundary-probe.ts', "export * from '@lianban/event-store';"],
    ['event-store-needs-contracts-only', 'libs/event-store/src/boundary-probe.ts', "export * from '@lianban/kafka';"],
    ['kafka-below-services', 'libs/kafka/src/boundary-probe.ts', "export * from '@lianban/service-kit';"],
    ['projections-below-services', 'libs/projections/src/boundary-probe.ts', "export * from '@lianban/service-kit';"],
    ['service-kit-below-services', 'libs/service-kit/src/boundary-probe.ts', "export * from '@lianban/projections';"],
    ['apps-are-separate', 'apps/intake/src/boundary-probe.ts', "export * from '../../dispatch/src/app.module.js';"],
    ['domain-is-pure', 'apps/intake/src/domain/boundary-probe.ts', "export * from 'pg';"],
    ['one-kafka-client', 'apps/intake/src/boundary-probe.ts', "export { Kafka } from 'kafkajs';"],
    ['one-kafka-client', 'tools/src/boundary-probe.ts', "export { Kafka } from 'kafkajs';"],
    ['no-testing-in-production', 'apps/intake/src/boundary-probe.ts', "export * from '@lianban/testing';"],
    ['nothing-imports-tools', 'apps/intake/src/boundary-probe.ts', "export * from '../../../tools/src/settings.js';"],
    ['declared-dependencies', 'apps/intake/src/boundary-probe.ts', "export * from 'not-installed-anywhere';"],
    ['no-circular', 'libs/contracts/src/boundary-probe.ts', "export { probe } from './boundary-probe.js';"],
  ])('%s', (rule, file, text) => {
    expect(broken(file, text)).toContain(rule);
  });

  it('except that a benchmark may compare with the bare Kafka client', () => {
    expect(broken('tools/src/bench/boundary-probe.ts', "export { Kafka } from 'kafkajs';")).toContain('no dependency violations found');
  });
});
