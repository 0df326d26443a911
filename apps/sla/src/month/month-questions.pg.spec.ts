import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@lianban/contracts';
import type { Actor, EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { handleTogether, hearing, reachOn } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { access } from '../access.js';
import { accepted, answered, contacted, issued, order, registered } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { HolderTimesController } from '../holder-times/holder-times.controller.js';
import { RuleBook } from '../rules/rule-book.js';
import { knownToClocks, watchCase } from '../watch-case/watch-case.process.js';
import { WhatIfController } from '../what-if/what-if.controller.js';
import type { WhatIfPolicyBody } from '../what-if/what-if.views.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let sql: Tx;
let book: RuleBook;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.sla, max: 4 });
  store = postgresEventStore(pool, 'sla');
  sql = pool;
  book = new RuleBook(sql);
  await book.onModuleInit();
  const lead = { ...order(deterministicId('month', 'order')), department: 'housing' };
  const day = (text: string) => `2020-${text.replace(' ', 'T')}:00+08:00`;
  // One case more than fits in a batch, all registered at one moment and answered on the third working day. And cases of the months before and after.
  const lives = Array.from({ length: 501 }, (_, index) => [`march ${index}`, [
    registered(day('03-02 09:00')), contacted(day('03-02 09:05')), accepted(day('03-02 09:00'), 'general'),
    ...(index === 0 ? [issued(day('03-02 09:00'), lead), answered(day('03-04 10:00'), lead)] : []),
  ]] as const);
  await hear(...lives, ['february', [registered(day('02-29 23:59'))]], ['march begins', [registered(day('03-01 00:00'))]], ['april', [registered(day('04-01 00:00'))]]);
}, 180_000);

afterAll(async () => {
  await pool.end();
  await infrastructure.stop();
});

const hear = async (...cases: (readonly [string, readonly HappenedFact[]])[]): Promise<void> => {
  const watch = hearing([watchCase], knownToClocks(book, { quietMs: 60_000, intervalMs: 500 }));
  const envelopes = cases.flatMap(([name, facts]) => facts.map((fact) => ({ ...fact, metadata: { ...fact.metadata, streamId: deterministicId('month', name) } }))) as EventEnvelope[];
  for (let at = 0; at < envelopes.length; at += 100) {
    await store.transaction((tx) => handleTogether(tx, store, 'sla', envelopes.slice(at, at + 100), watch.hear));
  }
};
const twoDays = { id: 'lead-general', clock: 'lead', level: 'general', limit: { kind: 'working', amount: 2, unit: 'days' } } as WhatIfPolicyBody;

const directory = { categories: () => Promise.resolve([]), territories: () => Promise.resolve([]), require: (_kind: string, code: string, field: string) => Promise.reject(new DomainError('unknown-reference', say('no-active-entry', { kind: 'department', code }), [{ field, reason: say('no-case-of-this-id') }])) };

describe('a month under other policies', () => {
  const ask = (month: string, ...policies: WhatIfPolicyBody[]) => new WhatIfController(sql, book, directory).ask({ month, policies });

  it('takes all cases of the month and no others, and writes nothing', async () => {
    const tables = ['event', 'case_fact', 'timer', 'policy', 'notice', 'recompute', 'registered_case'];
    const contents = async () => Promise.all(tables.map(async (table) => (await sql.query<{ all: string }>(`SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) AS all FROM ${table} t`)).rows[0]?.all));
    const before = await contents();
    const { cases, clocks, departments, examples } = await ask('2020-03', twoDays);
    expect(cases).toBe(502);
    expect(clocks.find(({ kind }) => kind === 'lead')).toMatchObject({ now: { met: 1, breached: 500 }, then: { met: 0, breached: 501 }, newlyBreached: 1 });
    expect(departments).toEqual([{ department: 'housing', newlyBreached: 1, noLongerBreached: 0 }]);
    expect(examples).toMatchObject([{ caseId: deterministicId('month', 'march 0'), now: { judgement: 'met' }, then: { judgement: 'breached' } }]);
    expect(await contents()).toEqual(before);
    // The rules have not changed.
    expect(before.filter((one) => one === null)).toHaveLength(1);
  });

  it.each<[string, string, object, string, string]>([
    ['a month before any', '0000-01', {}, 'validation-failed', 'month'],
    ['a unit nobody knows', '2020-03', { unit: 'nowhere' }, 'unknown-reference', 'policies.0.unit'],
    ['no month', '2020-13', {}, 'validation-failed', 'month'],
    ['a row without a limit', '2020-03', { limit: null }, 'validation-failed', 'policies.0.limit'],
    ['a rule that changes its clock', '2020-03', { clock: 'sign' }, 'validation-failed', 'policies.0.clock'],
    ['a published row with another content', '2020-03', { effectiveFrom: '2007-01-01T00:00:00+08:00' }, 'state-conflict', 'policies.0.effectiveFrom'],
    ['a row that leaves a level without a limit', '2020-03', { level: 'simple', urgency: 'urgent' }, 'policy-incomplete', 'policies.0.limit'],
  ])('refuses %s', async (_what, month, change, code, field) => {
    await expect(ask(month, { ...twoDays, ...change })).rejects.toMatchObject({ code, errors: expect.arrayContaining([expect.objectContaining({ field })]) });
  });
});

describe('the time of a month by holder', () => {
  const as = (role: Actor['role'], department: string | null = null): Caller => ({ actor: { id: 'x', role, department, territory: null }, reach: reachOn(access, 'GET /api/v1/sla/holder-times', role), mayImport: false });
  const show = (department?: string, who = as('analyst')) => new HolderTimesController(store, sql, book).show({ month: '2020-03', ...(department ? { department } : {}) }, who);

  it('is what the strips of its cases say', async () => {
    const { cases, items } = await show();
    expect(cases).toBe(502);
    // Two working days, and one hour of the third day.
    expect(items.find(({ kind, holder }) => kind === 'lead' && holder === 'housing')).toMatchObject({ clocks: 1, time: 'working', minutes: { counted: 2 * 420 + 60 }, overdueMinutes: 0 });
    expect(items.find(({ kind }) => kind === 'contact')).toMatchObject({ clocks: 502, time: 'elapsed' });
    expect((await show('housing')).items.map(({ holder }) => holder)).toEqual(expect.arrayContaining(['housing']));
    expect((await show('housing')).items.every(({ holder }) => holder === 'housing')).toBe(true);
  });

  it('of another unit is not shown to an operator', async () => {
    // Compares no minutes: clocks that still run count on between the two reads.
    const clocksIn = ({ items }: Awaited<ReturnType<typeof show>>) => items.map(({ kind, holder, clocks }) => [kind, holder, clocks]);
    expect(clocksIn(await show('housing', as('operator', 'housing')))).toEqual(clocksIn(await show('housing')));
    await expect(show('housing', as('operator', 'fire-rescue'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(show(undefined, as('head', 'housing'))).rejects.toMatchObject({ code: 'forbidden' });
  });
});
