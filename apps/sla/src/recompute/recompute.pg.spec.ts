import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, newId, postgresEventStore } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { handleTogether } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import { defaultWorkingHours } from '@lianban/working-time';
import pg from 'pg';
import type { CalendarEvent } from '../domain/publish-calendar.js';
import { accepted, registered, withdrawn } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { addCalendar } from '../rules/calendar-rows.js';
import { RuleBook } from '../rules/rule-book.js';
import { lockRules } from '../rules/rule-revision.js';
import { WatchCase } from '../watch-case/watch-case.process.js';
import { recompute } from './recompute.js';
import { scheduleRecompute } from './schedule-recompute.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let sql: Tx;
let books: [RuleBook, RuleBook];
const quietMs = 60_000;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.sla, max: 8 });
  store = postgresEventStore(pool, 'sla');
  sql = pool;
  // Two processes.
  books = [new RuleBook(sql), new RuleBook(sql)];
  for (const book of books) await book.onModuleInit();
}, 120_000);

afterAll(async () => {
  await pool.end();
  await infrastructure.stop();
});

const hear = (name: string, ...facts: HappenedFact[]): Promise<void> => {
  const watch = new WatchCase(books[0], { quietMs, intervalMs: 500 });
  const envelopes = facts.map((fact) => ({ ...fact, metadata: { ...fact.metadata, streamId: caseOf(name) } }));
  return store.transaction((tx) => handleTogether(tx, store, 'sla', envelopes, (event, context) => watch.on(event, context)));
};
const caseOf = (name: string) => deterministicId('recompute', name);

const publish = async (year: number, version: string, holidays: string[], meanwhile: (tx: Tx) => Promise<void> = () => Promise.resolve()): Promise<string> => {
  const id = newId();
  const event = {
    type: 'lianban.calendar.published.v1', data: { year, unit: null, version, workingHours: [...defaultWorkingHours], holidays, makeUpDays: [] },
    metadata: { id, occurredAt: '2026-11-20T08:00:00.000Z', actor: { id: 'admin-1' } },
  } as unknown as EventEnvelope<CalendarEvent>;
  await store.transaction(async (tx) => {
    await lockRules(tx);
    await addCalendar(tx, event);
    await scheduleRecompute(tx, { causeId: id, year });
    await meanwhile(tx);
  });
  return id;
};
const wishes = async () => (await sql.query<{ case_id: string }>('SELECT case_id FROM recompute')).rows.map(({ case_id }) => case_id);

describe('a calendar that is published', () => {
  it('has open cases computed anew that it may touch, once, by whoever comes first', async () => {
    await hear('open', registered('2026-12-29T01:00:00.000Z'), accepted('2026-12-29T01:10:00.000Z', 'general'));
    await hear('ended', registered('2026-12-29T01:00:00.000Z'), withdrawn('2026-12-29T02:00:00.000Z'));
    await hear('later', registered('2027-12-31T16:00:00.000Z'));
    await publish(2027, 'cn-2027.1', ['2027-01-01']);
    expect(await wishes()).toEqual([caseOf('open')]);
    const results = await Promise.all(books.map((book) => recompute({ store, book, now: new Date(), quietMs, limit: 10 })));
    expect(results.map(({ cases }) => cases).sort()).toEqual([0, 1]);
    expect(await wishes()).toEqual([]);
  });

  it('counts in the next transaction of every process', async () => {
    expect(books[1].calendar(2027)?.version).not.toBe('cn-2027.2');
    await publish(2027, 'cn-2027.2', ['2027-01-01', '2027-01-04']);
    for (const book of books) {
      await store.transaction(async (tx) => expect((await book.current(tx)).calendar.isWorkingDay('2027-01-04')).toBe(false));
    }
  });

  it('waits for those who decide by the rules, and those who begin meanwhile wait for it', async () => {
    const order: string[] = [];
    let letGo = () => {};
    const held = new Promise<void>((resolve) => { letGo = resolve; });
    let holding = () => {};
    const begun = new Promise<void>((resolve) => { holding = resolve; });
    const deciding = store.transaction(async (tx) => {
      await books[0].current(tx);
      holding();
      await held;
      order.push('decided');
    });
    await begun;
    const publishing = publish(2027, 'cn-2027.3', [], () => Promise.resolve(void order.push('published')));
    // Until it is seen waiting for the lock.
    for (;;) {
      const { rows } = await sql.query<{ waiting: number }>(`SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
      if ((rows[0]?.waiting ?? 0) > 0) break;
    }
    const next = store.transaction(async (tx) => void order.push((await books[1].current(tx)).calendar.versionOf(2027)));
    letGo();
    await Promise.all([deciding, publishing, next]);
    expect(order).toEqual(['decided', 'published', 'cn-2027.3']);
  });
});
