import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { root } from './settings-in-code.js';

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist', 'test-support'].includes(entry.name) ? [] : sources(path);
    return /\.ts$/.test(entry.name) && !entry.name.endsWith('.spec.ts') ? [path] : [];
  });

/** They ask a server whether it answers, set the scene for tests, or measure and break things from outside. */
const outside = /^(libs\/testing|tools\/(bench|chaos|src\/test-host|src\/infrastructure))\//;

it('no service and no tool has a session whose settings are left to the database', () => {
  const found = ['apps', 'libs', 'tools'].flatMap(sources).filter((file) => !outside.test(file)).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const bare = [...text.matchAll(/new (?:pg\.)?(?:Pool|Client)\(/g)].map(([match]) => match);
    const typeorm = /type: 'postgres'/.test(text) && !text.includes('Client: SessionClient') ? ['TypeORM'] : [];
    return [...bare, ...typeorm].map((what) => `${file}: ${what}`);
  });
  expect(found).toEqual(['libs/event-store/src/session-client.ts: new pg.Pool(']);
});
