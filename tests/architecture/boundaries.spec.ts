import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = new URL('../../', import.meta.url).pathname;

const client = "export { Kafka } from 'kafkajs';";
/** A rule, the folder of the file that breaks it, and what that imports. */
const breaches: readonly (readonly [rule: string, folder: string, text: string, ending?: string])[] = [
  // Imports itself, so it stays the first.
  ['no-circular', 'libs/contracts/src', "export * from './boundary-probe-0.js';"],
  ['contracts-stand-alone', 'libs/contracts/src', "export * from '@lianban/event-store';"],
  ['working-time-pure', 'libs/working-time/src', "export * from '@lianban/kafka';"],
  ['scoring-pure', 'libs/scoring/src', "export * from '@lianban/event-store';"],
  ['similar-cases-pure', 'libs/similar-cases/src', "export * from '@lianban/event-store';"],
  ['routing-pure', 'libs/routing/src', "export * from '@lianban/event-store';"],
  ['event-store-needs-contracts-only', 'libs/event-store/src', "export * from '@lianban/kafka';"],
  ['kafka-below-services', 'libs/kafka/src', "export * from '@lianban/service-kit';"],
  ['projections-below-services', 'libs/projections/src', "export * from '@lianban/service-kit';"],
  ['service-kit-below-services', 'libs/service-kit/src', "export * from '@lianban/projections';"],
  ['timers-below-services', 'libs/timers/src', "export * from '@lianban/projections';"],
  ['apps-are-separate', 'apps/intake/src', "export * from '../../dispatch/src/app.module.js';"],
  ['domain-is-pure', 'apps/intake/src/domain', "export * from 'pg';"],
  ['domain-is-pure', 'apps/intake/src/refuse', "export * from './refuse.controller.js';", '.decider.ts'],
  ['one-kafka-client', 'apps/intake/src', client],
  ['one-kafka-client', 'tools/src', client],
  ['no-testing-in-production', 'apps/intake/src', "export * from '@lianban/testing';"],
  ['nothing-imports-tools', 'apps/intake/src', "export * from '../../../tools/src/settings.js';"],
  ['nothing-imports-the-workshop', 'tools/src', "export * from '../chaos/src/tcp-proxy.js';"],
  ['declared-dependencies', 'apps/intake/src', "export * from 'not-installed-anywhere';"],
];
const fileOf = (folder: string, index: number, ending = '.ts') => `${folder}/boundary-probe-${index}${ending}`;
const allowed = fileOf('tools/bench/src', breaches.length);
const probes = [...breaches.map(([, folder, text, ending], index) => [fileOf(folder, index, ending), text] as const), [allowed, client] as const];

const brokenBy = new Map<string, string[]>();

/** Real files, and which rules dependency-cruiser names for each. */
beforeAll(() => {
  for (const [file, text] of probes) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const { stdout } = spawnSync(process.execPath, [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs', ...probes.map(([file]) => file), '--config', '.dependency-cruiser.cjs', '--output-type', 'json',
  ], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  for (const { from, rule } of summary.violations) brokenBy.set(from, [...brokenBy.get(from) ?? [], rule.name]);
}, 120_000);

afterAll(() => {
  for (const [file] of probes) rmSync(join(root, file), { force: true });
});

describe('each boundary can fail', () => {
  it.each(breaches.map(([rule, folder, , ending], index) => [rule, fileOf(folder, index, ending)] as const))('%s: %s', (rule, file) => {
    expect(brokenBy.get(file)).toContain(rule);
  });

  it('except that a benchmark may compare with the bare Kafka client', () => {
    expect([...brokenBy.keys()]).not.toContain(allowed);
  });
});
