import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogue, familyOf, newestTypes, readEvent, serviceNames } from '@lianban/contracts';

const root = new URL('../../', import.meta.url).pathname;
const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file));

describe('the event catalogue', () => {
  it.each(catalogue.map((definition) => [definition.type, definition] as const))('%s has an example that its schema accepts and that reads as an event', (type, definition) => {
    expect(definition.data.safeParse(definition.example)).toMatchObject({ success: true });
    expect(readEvent(type, definition.example).type).toMatch(new RegExp(`^${familyOf(type)}\\.v\\d+$`));
  });

  it('has one file for each version, and nothing in that folder that is not listed', () => {
    const files = readdirSync(join(root, 'libs/contracts/src/events')).filter((file) => file.endsWith('.ts')).length;
    expect(files).toBe(catalogue.length);
    expect(new Set(catalogue.map(({ type }) => type)).size).toBe(catalogue.length);
  });

  it.each(newestTypes)('%s is named by its writer', (type) => {
    const source = catalogue.find((definition) => definition.type === type)?.source ?? '';
    const own = filesBelow(`apps/${source}/src`).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    expect(own.some((file) => readFileSync(file, 'utf8').includes(`'${type}'`))).toBe(true);
  });
});

describe('every service', () => {
  it.each(serviceNames)('%s has the same rooms: pure domain, one wiring file, numbered SQL', (service) => {
    for (const room of ['src/domain', 'src/app.module.ts', 'src/main.ts']) expect([room, existsSync(join(root, 'apps', service, room))]).toEqual([room, true]);
    // A service may have no tables besides those that every service has.
    const migrations = join(root, 'apps', service, 'migrations');
    for (const file of existsSync(migrations) ? readdirSync(migrations) : []) expect(file).toMatch(/^\d{4}_[a-z_]+\.sql$/);
  });

  it.each(serviceNames)("%s's domain, deciders and questions read no clock, make no id and roll no die", (service) => {
    for (const file of filesBelow(`apps/${service}/src`).filter((name) => /\/domain\/.*\.ts$|\.(decider|question)\.ts$/.test(name) && !name.endsWith('.spec.ts'))) {
      expect([file, /new Date\(\)|Date\.now\(\)|Math\.random\(|randomUUID|newId\(/.test(readFileSync(file, 'utf8'))]).toEqual([file, false]);
    }
  });
});
