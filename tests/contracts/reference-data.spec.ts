import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readEvent, type EventByType, type EventType } from '@lianban/contracts';

const rows = (name: string): unknown[] =>
  JSON.parse(readFileSync(new URL(`../../apps/dispatch/data/${name}.json`, import.meta.url), 'utf8')) as unknown[];

/** Reference data has the shape of the event that publishes it, so reading it as that event is the check. */
const readAs = <T extends EventType>(type: T, row: unknown) => readEvent(type, row).data as EventByType<T>['data'];

const codes = (list: readonly { code: string }[]) => list.map((row) => row.code);

describe('reference data shipped with dispatch', () => {
  const departments = rows('departments').map((row) => readAs('lianban.directory.department-changed.v1', row));
  const territories = rows('territories').map((row) => readAs('lianban.directory.territory-changed.v1', row));
  const categories = rows('categories').map((row) => String(row));

  it('has exactly 32 functional departments, and other handling units of every kind', () => {
    expect(departments.filter((row) => row.kind === 'department')).toHaveLength(32);
    expect(new Set(departments.map((row) => row.kind))).toEqual(new Set(['department', 'utility', 'property-firm', 'subdistrict']));
  });

  it.each([['departments', codes(departments)], ['territories', codes(territories)], ['categories', categories]])('has each code once: %s', (_, list) => {
    expect(new Set(list).size).toBe(list.length);
  });

  it('gives every department a duty to be found by', () => {
    expect(departments.filter((row) => row.duties.length === 0)).toEqual([]);
  });

  it('is one tree: one district, every parent listed before its children', () => {
    const seen = new Set<string>();
    for (const row of territories) {
      if (row.parent === null) expect(row.kind).toBe('district');
      else expect(seen).toContain(row.parent);
      seen.add(row.code);
    }
    expect(territories.filter((row) => row.parent === null)).toHaveLength(1);
  });

  it('has each kind of territory', () => {
    expect(new Set(territories.map((row) => row.kind)).size).toBe(10);
  });

  it('has categories of three levels', () => {
    for (const code of categories) {
      const [first, second, third, ...rest] = code.split('/');
      expect(rest).toEqual([]);
      readAs('lianban.directory.category-changed.v1', { code, levels: [first, second, third], active: true });
    }
  });
});
