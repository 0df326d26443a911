import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ReadModel } from '@lianban/projections';
import { root } from './settings-in-code.js';

const folder = join(root, 'apps/insight/read-models');
const insight = join(root, 'apps/insight/src');
const text = (path: string): string => readFileSync(path, 'utf8');

/** All that a read model consists of; a folder with SQL and nothing else would be installed and stay empty. */
describe.each(readdirSync(folder))('read model %s', (name) => {
  const file = join(insight, `${name}-read-model.ts`);
  const value = `${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}ReadModel`;
  const tables = [...text(join(folder, name, '1-tables.sql')).matchAll(/CREATE TABLE (\w+)_vN /g)].map(([, table = '']) => table);

  it('has tables, indexes and views', () => {
    for (const sql of ['1-tables.sql', '2-indexes.sql', '3-views.sql']) expect([sql, existsSync(join(folder, name, sql))]).toEqual([sql, true]);
    expect(tables.length).toBeGreaterThan(0);
  });

  it(`has a fold in apps/insight/src/${name}-read-model.ts that fills just these tables`, async () => {
    expect([file, existsSync(file)]).toEqual([file, true]);
    const model = (await import(file) as Record<string, ReadModel<unknown> | undefined>)[value];
    expect(model?.name).toBe(name);
    const filled = tables.filter((table) => !model?.kept?.includes(table)).sort();
    expect(model?.tables.map((table) => table.name).sort()).toEqual(filled);
    expect(Object.keys(model?.toRows(model.empty('00000000-0000-4000-8000-000000000000')) ?? {}).sort()).toEqual(filled);
    // A rebuild drops the rest by these names.
    const sql = text(join(folder, name, '1-tables.sql'));
    const routinesOf = (table: string) => [`FUNCTION keep_${table}(_%s)?_vN\\(\\)`, `PROCEDURE fold_${table}_vN\\(\\)`];
    expect((model?.kept ?? []).filter((table) => !tables.includes(table) || !routinesOf(table).every((routine) => new RegExp(routine).test(sql)))).toEqual([]);
  });

  it('is projected while insight runs, and can be rebuilt', () => {
    const projected = readdirSync(join(insight, 'projection')).some((each) => text(join(insight, 'projection', each)).includes(`projection(${value}`));
    expect(['a file in apps/insight/src/projection', projected]).toEqual(['a file in apps/insight/src/projection', true]);
    expect(['tools/src/rebuild.ts', text(join(root, 'tools/src/rebuild.ts')).includes(value)]).toEqual(['tools/src/rebuild.ts', true]);
  });
});
