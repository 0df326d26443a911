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
    const copy = new DirectoryCopy(tx, { service: 'probe', pool: {} as pg.Pool, brokers: ['127.0.0.1:1'], log, onFatal: () => undefined });
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
});
