import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, newId, postgresEventStore } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { handleTogether, hearing } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import { defaultWorkingHours } from '@lianban/working-time';
import pg from 'pg';
import type { CalendarEvent } from '../publish-calendar/publish-calendar.decider.js';
import type { PolicyEvent } from '../publish-policy/publish-policy.decider.js';
import { accepted, registered, withdrawn } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { addCalendar, loadVersions } from '../rules/calendar-rows.js';
import { addPolicy } from '../rules/rule-rows.js';
import { RuleBook } from '../rules/rule-book.js';
import { lockRules } from '../rules/rule-revision.js';
import { sweep } from '../sweep/sweep.js';
import { knownToClocks, watchCase } from '../watch-case/watch-case.process.js';
import { recompute } from './recompute.js';
import { scheduleRecompute } from './schedule-recompute.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let admin: pg.Pool;
let store: EventStore;
let sql: Tx;
let books: [RuleBook, RuleBook];
const quietMs = 60_000;

beforeAll(async () => {
  const { services, adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  admin = new pg.Pool({ connectionString: adminUrl, max: 1 });
  pool = new pg.Pool({ connectionString: services.sla, max: 8 });
  store = postgresEventStore(pool, 'sla');
  sql = pool;
  // Two rule books stand for two processes.
  books = [new RuleBook(sql), new RuleBook(sql)];
  for (const book of books) await book.onModuleInit();
}, 120_000);

afterAll(async () => {
  for (const one of [admin, pool]) await one.end();
  await infrastructure.stop();
});

const hear = (name: string, ...facts: HappenedFact[]): Promise<void> => {
  const watch = hearing([watchCase], knownToClocks(books[0], { quietMs, intervalMs: 500 }));
  const envelopes = facts.map((fact) => ({ ...fact, metadata: { ...fact.metadata, streamId: caseOf(name) } }));
  return store.transaction((tx) => handleTogether(tx, store, 'sla', envelopes, watch.hear));
};
const caseOf = (name: string) => deterministicId('recompute', name);

const publish = async (year: number, version: string, holidays: string[], meanwhile: (tx: Tx) => Promise<void> = () => Promise.resolve(), unit: string | null = null): Promise<string> => {
  const id = newId();
  const event = {
    type: 'lianban.calendar.published.v1', data: { year, unit, version, workingHours: [...defaultWorkingHours], holidays, makeUpDays: [] },
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
  it('has the open cases that it may change computed again, once, by whichever process comes first', async () => {
    await hear('open', registered('2026-12-29T01:00:00.000Z'), accepted('2026-12-29T01:10:00.000Z', 'general'));
    await hear('ended', registered('2026-12-29T01:00:00.000Z'), withdrawn('2026-12-29T02:00:00.000Z'));
    await hear('later', registered('2027-12-31T16:00:00.000Z'));
    await publish(2027, 'cn-2027.1', ['2027-01-01']);
    expect(await wishes()).toEqual([caseOf('open')]);
    const results = await Promise.all(books.map((book) => recompute({ store, book, now: new Date(), quietMs, limit: 10 })));
    expect(results.map(({ cases }) => cases).sort()).toEqual([0, 1]);
    expect(await wishes()).toEqual([]);
  });

  it('makes a provisional due time final, and a holiday added later moves it, each by an event of its own', async () => {
    const rescheduled = async () => (await store.read(caseOf('open'))).flatMap(({ type, data, metadata }) => (type === 'lianban.clock.rescheduled.v1' && data.kind === 'lead' ? [{ ...data, causationId: metadata.causationId }] : []));
    const lead = (await store.read(caseOf('open'))).find(({ type, data }) => type === 'lianban.clock.started.v2' && data.kind === 'lead');
    // Counts 5 working days from Tuesday 29 December, 09:10. New Year's Day is counted as a plain Friday.
    expect(lead?.data).toMatchObject({ dueAt: '2027-01-05T09:10:00+08:00', provisional: true, derivation: { calendarVersion: 'cn-2026.1 + unpublished-2027' } });
    expect(await rescheduled()).toMatchObject([{
      previousDueAt: '2027-01-05T09:10:00+08:00', dueAt: '2027-01-06T09:10:00+08:00', provisional: false, cause: 'calendar', status: 'running',
      derivation: { calendarVersion: 'cn-2026.1 + cn-2027.1', holidays: [{ from: '2027-01-01', to: '2027-01-01' }] },
    }]);
    expect((await sql.query<{ due: Date }>('SELECT due_at AS due FROM timer WHERE clock_id = $1', [lead?.data && 'clockId' in lead.data ? lead.data.clockId : null])).rows)
      .toEqual([{ due: new Date('2027-01-06T09:10:00+08:00') }]);

    const causeId = await publish(2027, 'cn-2027.1a', ['2027-01-01', '2027-01-05']);
    await recompute({ store, book: books[1], now: new Date(), quietMs, limit: 10 });
    expect(await rescheduled()).toMatchObject([{}, { previousDueAt: '2027-01-06T09:10:00+08:00', dueAt: '2027-01-07T09:10:00+08:00', cause: 'calendar', causationId: causeId }]);

    // Recomputing again with the same rules finds nothing missing.
    await scheduleRecompute(sql, { causeId, year: 2027 });
    expect(await recompute({ store, book: books[0], now: new Date(), quietMs, limit: 10 })).toMatchObject({ cases: 1, events: 0 });
  });

  it('leaves a lost race for the next time and goes on with the others', async () => {
    const names = ['first', 'unlucky', 'third'];
    for (const name of names) await hear(name, registered('2026-12-29T01:00:00.000Z'), accepted('2026-12-29T01:10:00.000Z', 'general'));
    await publish(2027, 'cn-2027.1b', ['2027-01-01', '2027-01-05', '2027-01-06']);
    // Pretends that a younger transaction than the recomputing one wrote the stream in between.
    await sql.query('UPDATE stream SET last_xid = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8 WHERE stream_id = $1', [caseOf('unlucky')]);
    expect(await recompute({ store, book: books[0], now: new Date(), quietMs, limit: 10 })).toMatchObject({ conflicts: 1 });
    expect(await wishes()).toEqual([caseOf('unlucky')]);
    const moved = async (name: string) => (await store.read(caseOf(name))).filter(({ type }) => type === 'lianban.clock.rescheduled.v1').length;
    expect((await Promise.all(names.map(moved))).map((count) => count > 0)).toEqual([true, false, true]);
    await sql.query('UPDATE stream SET last_xid = pg_current_xact_id() WHERE stream_id = $1', [caseOf('unlucky')]);
    expect(await recompute({ store, book: books[0], now: new Date(), quietMs, limit: 10 })).toMatchObject({ cases: 1, conflicts: 0 });
    expect(await moved('unlucky')).toBeGreaterThan(0);
  });

  it('puts off a case that this build can’t read', async () => {
    await hear('strange', registered('2026-12-29T01:00:00.000Z'), accepted('2026-12-29T01:10:00.000Z', 'general'));
    await publish(2027, 'cn-2027.1c', ['2027-01-01', '2027-01-05', '2027-01-06', '2027-01-07']);
    const typed = (type: string, before: string) => admin.query('UPDATE sla.event SET type = $2 WHERE stream_id = $1 AND type = $3', [caseOf('strange'), type, before]);
    await typed('lianban.clock.started.v99', 'lianban.clock.started.v2');
    const at = (minutes: number) => recompute({ store, book: books[0], now: new Date(Date.now() + minutes * 60_000), quietMs, limit: 10 });
    expect(await at(0)).toMatchObject({ unreadable: [{ caseId: caseOf('strange') }] });
    expect(await at(0)).toMatchObject({ cases: 0 });
    expect(await wishes()).toEqual([caseOf('strange')]);
    // Pretends that a newer build wrote the event.
    await typed('lianban.clock.started.v2', 'lianban.clock.started.v99');
    expect(await at(2)).toMatchObject({ cases: 1, unreadable: [] });
    expect(await wishes()).toEqual([]);
    expect((await store.read(caseOf('strange'))).at(-1)).toMatchObject({ type: 'lianban.clock.rescheduled.v1' });
  });

  it('takes back the notice of a breach that was undone, and tells of the next one again', async () => {
    const told = async () => (await sql.query<{ due: Date; withdrawn: Date | null }>(
      `SELECT due_at AS due, withdrawn_at AS withdrawn FROM notice WHERE case_id = $1 AND clock_kind = 'lead' AND kind = 'breach' ORDER BY at`, [caseOf('told')])).rows;
    const sweepAt = async (now: Date) => { while ((await sweep(store, books[0].current, now, 50)).cases > 0); };
    await hear('told', registered('2027-03-01T01:00:00.000Z'), accepted('2027-03-01T01:10:00.000Z', 'general'));
    const [monday, tuesday] = [new Date('2027-03-08T09:10:00+08:00'), new Date('2027-03-09T09:10:00+08:00')];
    const now = new Date('2027-03-08T10:00:00+08:00');
    await sweepAt(now);
    expect(await told()).toEqual([{ due: monday, withdrawn: null }]);
    await publish(2027, 'cn-2027.4', ['2027-01-01', '2027-03-05']);
    while ((await recompute({ store, book: books[1], now, quietMs, limit: 10 })).cases > 0);
    const withdrawn = new Date((await store.read(caseOf('told'))).findLast(({ type }) => type === 'lianban.clock.rescheduled.v1')?.metadata.recordedAt ?? '');
    expect(await told()).toEqual([{ due: monday, withdrawn }]);
    await sweepAt(new Date('2027-03-09T10:00:00+08:00'));
    expect(await told()).toEqual([{ due: monday, withdrawn }, { due: tuesday, withdrawn: null }]);
  });

  it('counts in the next transaction of every process', async () => {
    expect(books[1].calendar(2027)?.version).not.toBe('cn-2027.2');
    await publish(2027, 'cn-2027.2', ['2027-01-01', '2027-01-04']);
    for (const book of books) {
      await store.transaction(async (tx) => expect((await book.current(tx)).calendar.isWorkingDay('2027-01-04')).toBe(false));
    }
  });

  it('of a handling unit does not replace the district’s', async () => {
    await publish(2027, 'water-2027.1', [], undefined, 'water');
    const { calendars } = await books[1].latest();
    expect([calendars.ownerOf('water'), calendars.for('water').versionOf(2027), calendars.for('water').versionOf(2026), calendars.for('fire').versionOf(2027)])
      .toEqual(['water', 'water-2027.1', 'cn-2026.1', 'cn-2027.2']);
    expect((await loadVersions(sql, 'water', 2027)).map(({ version, unit, publishedBy }) => [version, unit, publishedBy])).toEqual([['water-2027.1', 'water', 'admin-1']]);
    expect((await loadVersions(sql, null, 2027)).map(({ version }) => version)).not.toContain('water-2027.1');
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
    // Looks until the session is seen waiting for the lock. If it never waits, the order below is wrong.
    for (let looks = 0; looks < 1_000; looks += 1) {
      const { rows } = await sql.query<{ waiting: number }>(`SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
      if ((rows[0]?.waiting ?? 0) > 0) break;
    }
    const next = store.transaction(async (tx) => void order.push((await books[1].current(tx)).calendar.versionOf(2027)));
    letGo();
    await Promise.all([deciding, publishing, next]);
    expect(order).toEqual(['decided', 'published', 'cn-2027.3']);
  });
});

describe('a policy row for a territory', () => {
  it('gives its limit to cases of the territories below', async () => {
    const { territory } = registered('2026-12-29T01:00:00.000Z').data as { territory: string };
    const directory = { territories: () => Promise.resolve([{ code: territory, parent: 'above' }, { code: 'above', parent: 'district' }] as never) };
    const book = new RuleBook(sql, directory);
    await book.onModuleInit();
    const general = book.policies.find(({ id }) => id === 'lead-general');
    const data = { ...general, id: 'lead-above', level: null, territory: 'above', effectiveFrom: '2026-12-01T00:00:00+08:00', limit: { kind: 'working', amount: 1, unit: 'days' } };
    await addPolicy(sql, { data } as unknown as EventEnvelope<PolicyEvent>);
    const watch = hearing([watchCase], knownToClocks(book, { quietMs, intervalMs: 500 }));
    const envelopes = [registered('2026-12-29T01:00:00.000Z'), accepted('2026-12-29T01:10:00.000Z', 'general')]
      .map((fact) => ({ ...fact, metadata: { ...fact.metadata, streamId: caseOf('below') } }));
    await store.transaction((tx) => handleTogether(tx, store, 'sla', envelopes, watch.hear));
    const lead = (await store.read(caseOf('below'))).find(({ type, data }) => type === 'lianban.clock.started.v2' && data.kind === 'lead');
    expect(lead?.data).toMatchObject({
      dueAt: '2026-12-30T09:10:00+08:00', derivation: { policy: { id: 'lead-above' }, matched: [{ by: 'territory', value: 'above' }] },
    });
  });
});
