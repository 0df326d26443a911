import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor, EventEnvelope } from '@lianban/contracts';
import { deterministicId, newId, postgresEventStore } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { handleTogether, hearing, reachOn } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { access } from '../access.js';
import type { ClockEvent } from '../domain/case-clocks.js';
import { accepted, answered, callBackOpened, contacted, extensionRefused, issued, order, registered, withdrawn } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { RuleBook } from '../rules/rule-book.js';
import { sweep } from '../sweep/sweep.js';
import { knownToClocks, watchCase } from '../watch-case/watch-case.process.js';
import { NoticesController, SupervisionsController } from './notices.controller.js';
import type { NoticesQuery } from './notices.controller.js';
import { forgetOldNotices } from './old-notices.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let sql: Tx;
let book: RuleBook;
let inbox: NoticesController;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.sla, max: 4 });
  store = postgresEventStore(pool, 'sla');
  sql = pool;
  book = new RuleBook(sql);
  await book.onModuleInit();
  inbox = new NoticesController(sql);
}, 120_000);

afterAll(async () => {
  await pool.end();
  await infrastructure.stop();
});

const caseOf = (name: string) => deterministicId('notices', name);
const hear = (caseId: string, ...facts: HappenedFact[]): Promise<void> => {
  const watch = hearing([watchCase], knownToClocks(book, { quietMs: 60_000, intervalMs: 500 }));
  const envelopes = facts.map((fact) => ({ ...fact, metadata: { ...fact.metadata, streamId: caseId, id: deterministicId(caseId, fact.metadata.id) } })) as EventEnvelope[];
  return store.transaction((tx) => handleTogether(tx, store, 'sla', envelopes, watch.hear));
};
const sweepAll = async () => {
  const now = new Date(Date.now() + 5 * 60_000);
  while ((await sweep(store, () => Promise.resolve(book.rules), now, 50)).cases > 0);
};
const rowsOf = async (caseId: string, kind: string) =>
  (await sql.query<{ clock_kind: string; department: string | null; at: Date; due_at: Date; withdrawn_at: Date | null }>(
    'SELECT clock_kind, department, at, due_at, withdrawn_at FROM notice WHERE case_id = $1 AND kind = $2 ORDER BY at', [caseId, kind])).rows;

const as = (role: Actor['role'], department: string | null = null): Caller => ({ actor: { id: `${role}-1`, role, department, territory: null }, reach: reachOn(access, 'GET /api/v1/notices', role), mayImport: false });
const listed = async (who: Caller, query: NoticesQuery = {}) => (await inbox.list({ limit: 500, ...query }, who)).items;

describe('a sweep', () => {
  it('tells of a breach once, the next sweep tells nothing, and a correction takes it back', async () => {
    const id = caseOf('corrected');
    await hear(id, registered('2020-03-02T01:00:00.000Z'));
    await sweepAll();
    const due = new Date('2020-03-02T03:00:00.000Z');
    expect(await rowsOf(id, 'breach')).toEqual([{ clock_kind: 'contact', department: null, at: due, due_at: due, withdrawn_at: null }]);
    await sweepAll();
    expect(await rowsOf(id, 'breach')).toHaveLength(1);
    await hear(id, contacted('2020-03-02T01:30:00.000Z'));
    expect(await rowsOf(id, 'breach')).toMatchObject([{ at: due, withdrawn_at: expect.any(Date) }]);
    const supervision = (await sql.query<{ withdrawn_at: Date | null }>(`SELECT withdrawn_at FROM notice WHERE case_id = $1 AND kind NOT IN ('warning', 'breach')`, [id])).rows;
    expect(supervision.filter(({ withdrawn_at }) => withdrawn_at === null)).toEqual([]);
  });

  it('tells the department that leads, though the clock of the lead names none', async () => {
    const id = caseOf('led');
    await hear(id, registered('2020-03-02T01:00:00.000Z'), contacted('2020-03-02T01:05:00.000Z'), accepted('2020-03-02T01:10:00.000Z', 'general'), issued('2020-03-02T01:20:00.000Z', { ...order(caseOf('order')), department: 'water-department' }));
    await sweepAll();
    expect((await rowsOf(id, 'breach')).filter(({ clock_kind }) => clock_kind === 'lead')).toMatchObject([{ department: 'water-department' }]);
    expect((await rowsOf(id, 'warning')).map(({ department }) => department)).toContain('water-department');
    // The cause of a timer's event is the start of its own clock, also if a case has several clocks.
    const events = (await store.read(id)) as readonly EventEnvelope<ClockEvent>[];
    const causes = events.flatMap(({ type, data, metadata }) => (/\.(warned|breached)\./.test(type) ? [[data.clockId, metadata.causationId]] : []));
    expect(new Set(causes.map(([clockId]) => clockId)).size).toBeGreaterThan(1);
    expect(causes).toEqual(causes.map(([clockId]) => [clockId, events.find(({ type, data }) => type === 'lianban.clock.started.v2' && data.clockId === clockId)?.metadata.id]));
  });
});

it('a breach that a reaction finds is told of in its transaction', async () => {
  const id = caseOf('late');
  await hear(id, registered('2020-03-02T01:00:00.000Z'), contacted('2020-03-02T04:00:00.000Z'));
  expect(await rowsOf(id, 'breach')).toMatchObject([{ clock_kind: 'contact', withdrawn_at: null }]);
});

it('a breach found and put right in one transaction is written as withdrawn', async () => {
  const id = caseOf('at once');
  await hear(id, registered('2020-03-02T01:00:00.000Z'), contacted('2020-03-02T04:00:00.000Z'), withdrawn('2020-03-02T01:30:00.000Z'));
  expect((await store.read(id)).map(({ type }) => type)).toContain('lianban.clock.corrected.v2');
  expect(await rowsOf(id, 'breach')).toMatchObject([{ clock_kind: 'contact', withdrawn_at: expect.any(Date) }]);
});

describe('the inbox', () => {
  it('shows a department its own, supervisors all that is late and what has no department, an admin everything', async () => {
    const own = await listed(as('operator', 'water-department'));
    expect(own.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['warning', 'breach']));
    expect(new Set(own.map(({ department }) => department))).toEqual(new Set(['water-department']));
    expect(await listed(as('head', 'water-department'))).toEqual(own);
    expect([await listed(as('operator', 'fire-department')), await listed(as('operator'))]).toEqual([[], []]);
    const supervised = await listed(as('supervisor'));
    expect(supervised.filter(({ kind, department }) => kind === 'warning' && department !== undefined)).toEqual([]);
    expect(supervised.map(({ noticeId }) => noticeId)).toEqual(expect.arrayContaining(own.flatMap(({ kind, noticeId }) => (kind === 'warning' || kind === 'order' ? [] : [noticeId]))));
    expect((await listed(as('admin'))).length).toBeGreaterThan(supervised.length);
    expect((await listed(as('operator', 'water-department'), { kind: 'breach' })).every(({ kind }) => kind === 'breach')).toBe(true);
  });

  it('is read page by page, newest first', async () => {
    const all = await listed(as('admin'));
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort().reverse());
    const paged: string[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const page = await inbox.list({ limit: 2, cursor }, as('admin'));
      paged.push(...page.items.map(({ noticeId }) => noticeId));
      cursor = page.nextCursor;
      more = cursor !== undefined;
    }
    expect(paged).toEqual(all.map(({ noticeId }) => noticeId));
  });

  it('names the case, unless it was registered before that was noted', async () => {
    const named = async () => (await listed(as('admin'))).filter(({ caseId }) => caseId === caseOf('led')).map(({ caseNo, title }) => [caseNo, title]);
    const { caseNo, title } = registered('2020-03-02T01:00:00.000Z').data as { caseNo: string; title: string };
    expect(new Set((await named()).map(String))).toEqual(new Set([String([caseNo, title])]));
    await sql.query('UPDATE registered_case SET case_no = NULL, title = NULL WHERE case_id = $1', [caseOf('led')]);
    expect(new Set((await named()).map(String))).toEqual(new Set([String([undefined, undefined])]));
  });

  it('has supervision apart, by step, colour, and whether it stands', async () => {
    const supervisions = new SupervisionsController(sql);
    const again = { ...order(caseOf('again')), department: 'gas-company' };
    const id = caseOf('supervised in error');
    await hear(id, registered('2020-03-02T01:00:00.000Z'), contacted('2020-03-02T01:05:00.000Z'), accepted('2020-03-02T01:10:00.000Z', 'general'), issued('2020-03-02T01:20:00.000Z', again));
    await sweepAll();
    await hear(id, answered('2020-03-03T01:00:00.000Z', again));
    const asked = async (query: object, who = as('supervisor')) => (await supervisions.list({ limit: 500, ...query }, who)).items;
    const all = await asked({});
    // The lead's clock was due in March 2020, so every step was taken: reminder, criticism, escalation to the district.
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['reminder', 'criticism', 'escalation']));
    expect((await asked({ colour: 'yellow' })).map(({ kind }) => kind)).toEqual(all.filter(({ kind }) => kind === 'reminder').map(({ kind }) => kind));
    expect((await asked({ step: 'criticism' })).every(({ kind }) => kind === 'criticism')).toBe(true);
    const withdrawnOnes = all.filter(({ withdrawnAt }) => withdrawnAt !== undefined);
    expect(withdrawnOnes.map(({ caseId, kind }) => [caseId, kind])).toEqual(expect.arrayContaining([[id, 'reminder'], [id, 'criticism'], [id, 'escalation']]));
    expect([await asked({ standing: false }), await asked({ standing: true })]).toEqual([withdrawnOnes, all.filter((one) => !withdrawnOnes.includes(one))]);
    expect((await asked({}, as('operator', 'water-department'))).length).toBeGreaterThan(0);
    expect(await asked({}, as('operator', 'fire-department'))).toEqual([]);
  });

  it('is ticked off by the first reader, and by supervisors for themselves', async () => {
    const [notice] = await listed(as('operator', 'water-department'), { kind: 'breach' });
    const id = notice?.noticeId ?? '';
    await expect(inbox.read(id, as('operator', 'fire-department'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(inbox.read(newId(), as('admin'))).rejects.toMatchObject({ code: 'not-found' });
    const read = await inbox.read(id, as('operator', 'water-department'));
    expect(read).toMatchObject({ readBy: 'operator-1', readAt: expect.any(String) });
    expect(await inbox.read(id, as('head', 'water-department'))).toEqual(read);
    const unread = async (who: Caller) => (await listed(who, { unread: true })).some(({ noticeId }) => noticeId === id);
    expect([await unread(as('operator', 'water-department')), await unread(as('supervisor'))]).toEqual([false, true]);
    await inbox.read(id, as('supervisor'));
    expect(await unread(as('supervisor'))).toBe(false);
    const [warning] = await listed(as('operator', 'water-department'), { kind: 'warning' });
    await expect(inbox.read(warning?.noticeId ?? '', as('supervisor'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('those who owe a clock, and a unit for which others decide', () => {
  it('are told: intake of first contacts, call-back agents of call-backs', async () => {
    const id = caseOf('owed');
    await hear(id, registered('2020-03-02T01:00:00.000Z'), callBackOpened('2020-03-03T01:00:00.000Z', caseOf('call-back'), 1));
    await sweepAll();
    const kinds = async (who: Caller) => [...new Set((await listed(who)).map(({ clockKind }) => clockKind))];
    expect([await kinds(as('intake')), await kinds(as('callback'))]).toEqual([['contact'], ['call-back']]);
    const [notice] = (await listed(as('callback'), { kind: 'breach' })).filter(({ caseId }) => caseId === id);
    await expect(inbox.read(notice?.noticeId ?? '', as('intake'))).rejects.toMatchObject({ code: 'not-found' });
    expect(await inbox.read(notice?.noticeId ?? '', as('callback'))).toMatchObject({ readBy: 'callback-1' });
    expect((await listed(as('callback'), { unread: true })).map(({ noticeId }) => noticeId)).not.toContain(notice?.noticeId);
    expect((await listed(as('supervisor'), { unread: true })).map(({ noticeId }) => noticeId)).toContain(notice?.noticeId);
  });

  it('are told once of orders and of decisions about them; supervisors are not', async () => {
    const id = caseOf('news');
    const its = { ...order(caseOf('news order')), department: 'heating-company' };
    const facts = [registered('2099-03-02T01:00:00.000Z'), accepted('2099-03-02T01:10:00.000Z', 'general'), issued('2099-03-02T01:20:00.000Z', its), extensionRefused('2099-03-02T02:00:00.000Z', its)];
    await hear(id, ...facts);
    await hear(id, ...facts.slice(-1));
    const told = (await listed(as('operator', 'heating-company'))).filter(({ caseId }) => caseId === id);
    expect(told).toMatchObject([{ kind: 'extension-refused', workOrderId: its.workOrderId, caseNo: 'LB20260302-000001' }, { kind: 'order', workOrderId: its.workOrderId }]);
    expect(told.map(({ clockId, clockKind, dueAt }) => [clockId, clockKind, dueAt])).toEqual([[undefined, undefined, undefined], [undefined, undefined, undefined]]);
    expect((await listed(as('supervisor'))).filter(({ caseId }) => caseId === id)).toEqual([]);
    expect((await listed(as('operator', 'water-department'))).filter(({ caseId }) => caseId === id)).toEqual([]);
    const [refused] = told;
    expect(await inbox.read(refused?.noticeId ?? '', as('head', 'heating-company'))).toMatchObject({ readBy: 'head-1' });
  });
});

describe('old notices', () => {
  const daysAgo = (days: number | null) => (days === null ? null : new Date(Date.now() - days * 86_400_000));
  it.each<[string, string, string | null, number, number | null, number | null, boolean]>([
    ['read by all 91 days ago', 'breach', 'housing', 120, 100, 91, false],
    ['read by the supervisors 89 days ago', 'breach', 'housing', 120, 100, 89, true],
    ['the supervisors have not read', 'breach', 'housing', 399, 100, null, true],
    ['the department has not read', 'breach', 'housing', 399, null, 100, true],
    ['a warning, which supervisors do not see, read', 'warning', 'housing', 120, 91, null, false],
    ['an order, which supervisors do not see, read', 'order', 'housing', 120, 91, null, false],
    ['an order nobody has read', 'order', 'housing', 120, null, null, true],
    ['of no department, read by the supervisors', 'warning', null, 120, null, 91, false],
    ['nobody has read, of 401 days', 'breach', 'housing', 401, null, null, false],
    ['read yesterday, of 401 days', 'breach', 'housing', 401, 1, 1, false],
  ])('%s', async (_what, kind, department, created, read, supervisorRead, stays) => {
    const id = newId();
    await sql.query(
      `INSERT INTO notice (notice_id, case_id, clock_id, kind, clock_kind, department, due_at, at, created_at, read_at, supervisor_read_at)
       VALUES ($1, 'old', $1, $2, 'lead', $3, $4, $4, $4, $5, $6)`, [id, kind, department, daysAgo(created), daysAgo(read), daysAgo(supervisorRead)]);
    const all = async () => (await sql.query<{ id: string }>('SELECT notice_id AS id FROM notice ORDER BY 1')).rows.map((row) => row.id);
    const before = await all();
    await forgetOldNotices(sql, 1);
    expect(await all()).toEqual(before.filter((one) => stays || one !== id));
  });
});
