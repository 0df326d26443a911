import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import type { Tx } from './event-store.js';
import { PreparingClient } from './preparing-client.js';
import { type BoundStatement, inFramedTransaction } from './transaction.js';

const infrastructure = testInfrastructure();
let url: string;

beforeAll(async () => { url = await (await infrastructure.postgres()).createDatabase('framed'); }, 120_000);
afterAll(() => infrastructure.stop());

describe.each([{ pipeline: false }, { pipeline: true }])('a framed transaction, %o', (how) => {
  let pool: pg.Pool;
  beforeEach(async () => {
    pool = new pg.Pool({ connectionString: url, max: 2, Client: PreparingClient, ...how });
    await pool.query('CREATE TABLE IF NOT EXISTS note (text text); TRUNCATE note');
  });
  afterEach(() => pool.end());

  const notes = async () => (await pool.query<{ text: string }>('SELECT text FROM note ORDER BY text')).rows.map(({ text }) => text);
  const write = (tx: Tx, text: string) => tx.query('INSERT INTO note VALUES ($1)', [text]);

  it('has all three parts in one transaction, and gives each what came before', async () => {
    const result = await inFramedTransaction(pool, {
      opening: async (tx) => (await tx.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id', [])).rows[0]?.id,
      work: async (tx, opened) => { await write(tx, 'work'); return opened; },
      closing: (opened) => ['closing', 'and more'].map((text) => ({ text: 'INSERT INTO note SELECT $1 WHERE pg_current_xact_id()::text = $2', values: [text, opened] })),
    });
    expect(result).toEqual(expect.stringMatching(/^\d+$/));
    expect(await notes()).toEqual(['and more', 'closing', 'work']);
  });

  const failing: BoundStatement = { text: 'SELECT 1 / $1::int', values: [0] };
  const noting: BoundStatement = { text: 'INSERT INTO note VALUES ($1)', values: ['closing'] };
  it.each<[string, () => readonly BoundStatement[], RegExp]>([
    ['fails in the database', () => [failing], /division by zero/],
    ['fails there before something else', () => [failing, noting], /division by zero/],
    ['fails there after something else', () => [noting, failing], /division by zero/],
    ['fails before it is sent', () => { throw new Error('not even asked'); }, /not even asked/],
  ])('undoes everything when the closing %s', async (_, closing, problem) => {
    await expect(inFramedTransaction(pool, {
      opening: () => Promise.resolve(),
      work: (tx) => write(tx, 'work'),
      closing,
    })).rejects.toThrow(problem);
    expect(await notes()).toEqual([]);
    // The connection is good for the next one.
    await inFramedTransaction(pool, { opening: () => Promise.resolve(), work: (tx) => write(tx, 'next'), closing: () => [] });
    expect(await notes()).toEqual(['next']);
  });

  it('does no work when the opening fails', async () => {
    let worked = false;
    await expect(inFramedTransaction(pool, {
      opening: (tx) => tx.query('SELECT 1 / $1::int', [0]),
      work: async () => { worked = true; },
      closing: () => [],
    })).rejects.toThrow('division by zero');
    expect(worked).toBe(false);
  });
});
