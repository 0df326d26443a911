import { describe, expect, it } from '@jest/globals';
import type { Tx } from '@lianban/event-store';
import type pg from 'pg';
import { DirectoryCopy } from './directory-copy.js';

interface Row { readonly kind: string; readonly code: string; readonly data: { readonly code: string } }

const department = (code: string): Row => ({ kind: 'department', code, data: { code } });

/** A table whose next reading of all rows is answered when the test says so, with the rows of the moment it was asked. */
const slowTable = () => {
  const rows: Row[] = [];
  const asked: (() => void)[] = [];
  const query = async (sql: string): Promise<{ rows: unknown[] }> => {
    if (sql.includes('max(revision)')) return { rows: [{ revision: String(rows.length) }] };
    const seen = [...rows];
    await new Promise<void>((resolve) => { asked.push(resolve); });
    return { rows: seen };
  };
  const answer = async (): Promise<void> => {
    for (let turns = 0; asked.length === 0 && turns < 100; turns += 1) await new Promise(setImmediate);
    if (asked.length === 0) throw new Error('nobody has asked for the rows');
    asked.shift()?.();
  };
  return { tx: { query } as unknown as Tx, rows, answer };
};

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the copy of the reference data', () => {
  it('looks again when rows were written while it was reading', async () => {
    const { tx, rows, answer } = slowTable();
    const copy = new DirectoryCopy(tx, { service: 'probe', pool: {} as pg.Pool, brokers: ['127.0.0.1:1'], log });
    rows.push(department('housing'));
    const first = copy.departments();
    await new Promise(setImmediate);
    rows.push(department('water'));
    copy.changed();
    await answer();
    expect((await first).map(({ code }) => code)).toEqual(['housing']);

    const next = copy.departments();
    await answer();
    expect((await next).map(({ code }) => code)).toEqual(['housing', 'water']);
    expect((await copy.departments()).map(({ code }) => code)).toEqual(['housing', 'water']);
  });

  it('answers a rule by its rows, for a territory by those above it too', async () => {
    const at = '2026-03-02T10:00:00+08:00';
    const rule = (value: number | null, territory: string | null, effectiveFrom: string) =>
      ({ kind: 'rule', code: `returns-until-ruling/${territory}/${effectiveFrom}`, data: { name: 'returns-until-ruling', value, territory, effectiveFrom } });
    const rows = [
      { kind: 'of-a-later-build', code: 'x', data: {} }, { kind: 'territory', code: 'riverside', data: { code: 'riverside', parent: 'lanqiao' } }, { kind: 'territory', code: 'lanqiao', data: { code: 'lanqiao', parent: null } },
      rule(3, null, '2026-03-01T00:00:00Z'), rule(4, 'lanqiao', '2026-03-01T00:00:00Z'), rule(5, 'lanqiao', '2026-04-01T00:00:00Z'),
    ];
    const query = (sql: string) => Promise.resolve({ rows: sql.includes('max(revision)') ? [{ revision: String(rows.length) }] : rows });
    const copy = new DirectoryCopy({ query } as unknown as Tx, { service: 'probe', pool: {} as pg.Pool, brokers: ['127.0.0.1:1'], log });
    expect(await copy.rule('returns-until-ruling', { at })).toBe(3);
    expect(await copy.rule('returns-until-ruling', { at, territory: 'riverside' })).toBe(4);
    expect(await copy.rule('returns-until-ruling', { at: '2026-02-01T00:00:00Z', territory: 'riverside' })).toBe(2);
  });

  it('is not complete, and refuses nothing as unknown, before the top of the territories has come', async () => {
    const rows: { kind: string; code: string; data: object }[] = [];
    const territory = (code: string, parent: string | null) => ({ kind: 'territory', code, data: { code, parent, active: true } });
    const query = async (sql: string) => ({ rows: sql.includes('max(revision)') ? [{ revision: String(rows.length) }] : [...rows] });
    const copy = new DirectoryCopy({ query } as unknown as Tx, { service: 'probe', pool: {} as pg.Pool, brokers: ['127.0.0.1:1'], log });
    Object.defineProperty(copy, 'consumer', { value: { joined: true, lag: 0 } });

    rows.push(department('housing'), territory('riverside-grid-01', 'riverside'));
    expect(await copy.loaded()).toBe(false);
    await expect(copy.require('territory', 'riverside-grid-01', 'territory')).resolves.toBeUndefined();
    await expect(copy.require('territory', 'riverside', 'territory')).rejects.toMatchObject({ code: 'service-unavailable' });

    rows.push(territory('riverside', 'district'), territory('district', null));
    copy.changed();
    expect(await copy.loaded()).toBe(true);
    await expect(copy.require('territory', 'riverside', 'territory')).resolves.toBeUndefined();
    await expect(copy.require('territory', 'moon', 'territory')).rejects.toMatchObject({ code: 'unknown-reference', errors: [{ field: 'territory' }] });
  });
});
