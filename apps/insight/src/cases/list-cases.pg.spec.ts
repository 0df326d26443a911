/** What a list shows and how its pages hang together, over the real views. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import { history, minuteOf, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { projecting } from '../../test-support/projecting.js';
import type { CasesQuery } from './cases-query.js';
import { pageSql, readCases } from './cases-sql.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.insight });
}, 120_000);
afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const idOf = (name: string): string => deterministicId('list-cases', name);
const named = (events: readonly EventEnvelope[]): EventEnvelope[] => events.map((event) => ({ ...event, metadata: { ...event.metadata, id: idOf(event.metadata.id) } }));

/** A case and how often it was contacted; each contact is a touch in a minute of its own. */
const life = (name: string, texts: { title?: string; description?: string; location?: string }, ...touchedAt: number[]): EventEnvelope[] => named(history('intake', idOf(name), [
  {
    type: 'lianban.case.registered.v1', occurredAt: minuteOf(0),
    data: {
      caseNo: `LB20260209-${name}`, title: name, description: 'x', channel: 'online', category: null, territory: 'riverside', location: null,
      requester: { kind: 'resident', ref: idOf(name) }, urgency: 'normal', ...texts,
    },
  },
  ...touchedAt.map((minute) => ({ type: 'lianban.case.contacted.v1' as const, occurredAt: minuteOf(minute), data: { note: null } })),
]));

const list = (query: Partial<CasesQuery>, limit = 50) => readCases(pool, { ...query, limit }, undefined, null);
const titles = async (query: Partial<CasesQuery>): Promise<string[]> => (await list(query)).items.map(({ title }) => title ?? '').sort();

describe('words', () => {
  it.each([
    ['lamp gate', ['Lamp at the east gate']],
    ['GATE ｌａｍｐ', ['Lamp at the east gate']],
    ['lamp west', []],
    ['路灯', ['路灯不亮']],
    ['不亮 路灯 东门', ['路灯不亮']],
    ['路灯东门', []],
    ['１００%', ['Wet 100％']],
    ['%', ['Wet 100％']],
    ['100_', []],
    ['a\\b', ['Wet 100％']],
    ['lb20260209-000002', ['路灯不亮']],
  ])('%s: %j', async (q, expected) => {
    const project = projecting();
    await project(pool, 1, life('000001', { title: 'Lamp at the east gate' }));
    await project(pool, 1, life('000002', { title: '路灯不亮', location: '东门' }));
    await project(pool, 1, life('000003', { title: 'Wet 100％', description: 'path a\\b' }));
    expect(await titles({ q })).toEqual(expected);
  });

  it('are looked for along the index of the order, reading one column', async () => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off');
      const { text, values } = pageSql({ q: 'lamp gate' }, undefined, 50);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('cases_v1_registered');
    } finally {
      client.release(true);
    }
  });
});

describe('pages of an order in which cases move', () => {
  const names = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];

  const walk = async (q: string, sort: CasesQuery['sort'], limit: number, between: (page: number) => Promise<void>): Promise<string[]> => {
    const shown: string[] = [];
    let cursor: string | undefined;
    for (let page = 1; page === 1 || cursor !== undefined; page += 1) {
      const { items, nextCursor } = await list({ sort, q, cursor }, limit);
      expect(items.length).toBeLessThanOrEqual(limit);
      shown.push(...items.map(({ title }) => title ?? ''));
      cursor = nextCursor;
      await between(page);
    }
    return shown;
  };
  const registeredAll = async (run: string): Promise<void> => {
    for (const [index, name] of names.entries()) await projecting()(pool, 1, life(`${run}-${name}`, {}, index + 1));
  };
  const touch = (name: string, minute: number) => projecting()(pool, 1, life(name, {}, 1, minute).slice(2).map((event) => ({ ...event, metadata: { ...event.metadata, streamVersion: 3 } })));

  it('show each once while nothing moves', async () => {
    await registeredAll('still');
    for (const limit of [1, 2, 3, 6, 50]) {
      expect(await walk('still', '-lastRecordedAt', limit, async () => undefined)).toEqual([...names].reverse().map((name) => `still-${name}`));
    }
  });

  it.each([1, 2, 3])('by %d show also a case that is touched between two pages', async (limit) => {
    await registeredAll(`moved${limit}`);
    const shown = await walk(`moved${limit}`, '-lastRecordedAt', limit, async (page) => {
      if (page === 1) await touch(`moved${limit}-p1`, 100);
    });
    expect(new Set(shown)).toEqual(new Set(names.map((name) => `moved${limit}-${name}`)));
    expect(shown.filter((title) => title === `moved${limit}-p1`)).toHaveLength(1);
  });

  it('show also one that was touched by a transaction which was open at the first page, and whose event is older than others there', async () => {
    await registeredAll('open');
    const client = await pool.connect();
    await client.query('BEGIN');
    await projecting()(client, 1, life('open-p1', {}, 1, 4).slice(2).map((event) => ({ ...event, metadata: { ...event.metadata, streamVersion: 3, recordedAt: minuteOf(5.5) } })));
    const shown = await walk('open', '-lastRecordedAt', 2, async (page) => {
      if (page === 1) {
        await client.query('COMMIT');
        client.release();
      }
    });
    expect(new Set(shown)).toEqual(new Set(names.map((name) => `open-${name}`)));
  });

  it('refuse a cursor of another order', async () => {
    const { nextCursor: cursor } = await list({ sort: '-lastRecordedAt' }, 1);
    await expect(list({ sort: 'dueAt', cursor }, 1)).rejects.toMatchObject({ code: 'validation-failed' });
    await expect(list({ cursor }, 1)).rejects.toMatchObject({ code: 'validation-failed' });
  });
});
