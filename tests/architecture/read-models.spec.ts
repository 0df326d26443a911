import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readModels } from '@lianban/insight/read-models';
import { root } from './settings-in-code.js';

const folder = join(root, 'apps/insight/src/read-models');
const text = (path: string): string => readFileSync(path, 'utf8');

/** All that a read model consists of; a folder with SQL and nothing else would be installed and stay empty. */
describe.each(readdirSync(folder))('read model %s', (name) => {
  const model = readModels.find((each) => each.name === name);
  const tables = [...text(join(folder, name, '1-tables.sql')).matchAll(/CREATE TABLE (\w+)_vN /g)].map(([, table = '']) => table);

  it('has tables, indexes and views', () => {
    for (const sql of ['1-tables.sql', '2-indexes.sql', '3-views.sql']) expect([sql, existsSync(join(folder, name, sql))]).toEqual([sql, true]);
    expect(tables.length).toBeGreaterThan(0);
  });

  it('has a fold that reads no clock, makes no id and rolls no die', () => {
    for (const file of readdirSync(join(folder, name)).filter((each) => each.endsWith('.ts') && !each.endsWith('.spec.ts'))) {
      expect([file, /new Date\(\)|Date\.now\(\)|Math\.random\(|randomUUID|newId\(/.test(text(join(folder, name, file)))]).toEqual([file, false]);
    }
  });

  it('stands in the list, with a fold that fills just these tables', () => {
    expect(['a line in apps/insight/src/read-models.ts', readModels.map((each) => each.name)]).toEqual(['a line in apps/insight/src/read-models.ts', expect.arrayContaining([name])]);
    const filled = tables.filter((table) => !model?.kept?.includes(table)).sort();
    expect(model?.tables.map((table) => table.name).sort()).toEqual(filled);
    expect(Object.keys(model?.toRows(model.empty('00000000-0000-4000-8000-000000000000')) ?? {}).sort()).toEqual(filled);
    // A rebuild drops the rest by these names.
    const sql = text(join(folder, name, '1-tables.sql'));
    const routinesOf = (table: string) => [`FUNCTION keep_${table}(_%s)?_vN\\(\\)`, `PROCEDURE fold_${table}_vN\\(\\)`];
    expect((model?.kept ?? []).filter((table) => !tables.includes(table) || !routinesOf(table).every((routine) => new RegExp(routine).test(sql)))).toEqual([]);
  });
});
