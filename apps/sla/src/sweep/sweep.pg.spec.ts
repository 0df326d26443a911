import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { isLostRace } from '@lianban/kafka';
import { handleTogether, hearing } from '@lianban/service-kit';
import type { Hearing } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import { toMillis } from '@lianban/working-time';
import pg from 'pg';
import { accepted, contacted, registered, withdrawn } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { shippedPolicies } from '../domain/shipped-policies.js';
import { RuleBook } from '../rules/rule-book.js';
import { knownToClocks, watchCase } from '../watch-case/watch-case.process.js';
import { sweep as sweepDue } from './sweep.js';
import type { Rules } from '../domain/schedule-clock.js';

const infrastructure = testInfrastructure();
const pools: pg.Pool[] = [];
let stores: [EventStore, EventStore];
let sql: Tx;
let admin: pg.Pool;
let watch: Hearing;
let rules: Rules;
const quietMs = 60_000;

beforeAll(async () => {
  const { services, adminUrl } = await (await infrastructure.postgres()).serviceDatabase();
  admin = new pg.Pool({ connectionString: adminUrl, max: 1 });
  const open = () => {
    const pool = new pg.Pool({ connectionString: services.sla, max: 8 });
    pools.push(pool);
    return pool;
  };
  // Two pools and stores stand for two processes.
  stores = [postgresEventStore(open(), 'sla'), postgresEventStore(open(), 'sla')];
  sql = pools[0] as unknown as Tx;
  const book = new RuleBook(sql);
  await book.onModuleInit();
  ({ rules } = book);
  watch = hearing([watchCase], knownToClocks(book, { quietMs, intervalMs: 500 }));
}, 120_000);

afterAll(async () => {
  for (const pool of [admin, ...pools]) await pool.end();
  await infrastructure.stop();
});

const caseOf = (name: string) => deterministicId('sweep', name);

/** Hands a fact to the process manager as the consumer does: one transaction each, and a lost race starts again. */
const hear = async (caseId: string, fact: HappenedFact): Promise<void> => {
  const envelope = { ...fact, metadata: { ...fact.metadata, streamId: caseId } } as EventEnvelope;
  for (;;) {
    try {
      return await stores[0].transaction((tx) => handleTogether(tx, stores[0], 'sla', [envelope], watch.hear));
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
  }
};

const timersOf = async (caseId: string) =>
  (await sql.query<{ due_at: Date; fire_at: Date; recorded_late: boolean; purpose: string }>('SELECT purpose, due_at, fire_at, recorded_late FROM timer WHERE case_id = $1', [caseId])).rows;
const noticesOf = async (caseId: string) => (await sql.query('SELECT 1 FROM notice WHERE case_id = $1', [caseId])).rowCount;
const typesOf = async (caseId: string) => (await stores[0].read(caseId)).flatMap(({ type }) => (type.includes('warned') ? [] : [type.split('.')[2]]));
const sweep = (store: EventStore, now: Date, limit: number) => sweepDue(store, () => Promise.resolve(rules), now, limit);
const breachesOf = async (caseId: string) => (await stores[0].read(caseId)).flatMap(({ type, data }) => (type === 'lianban.clock.breached.v2' ? [data.kind] : []));
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const sweepAll = async (store: EventStore, now: Date, limit = 50) => {
  let breaches = 0;
  for (;;) {
    const result = await sweep(store, now, limit);
    breaches += result.breaches;
    if (result.cases === 0) return breaches;
  }
};

describe('a timer', () => {
  it('stands at the due time, fires after it, and the breach happens at the due time', async () => {
    const id = caseOf('plain');
    await hear(id, registered(new Date().toISOString()));
    const [timer] = await timersOf(id);
    // The warning comes first, after half of the two hours.
    expect(timer).toMatchObject({ recorded_late: false, purpose: 'warning', fire_at: new Date((timer?.due_at.getTime() ?? 0) - 3_600_000) });
    await sweepAll(stores[0], inMinutes(119));
    expect(await timersOf(id)).toMatchObject([{ purpose: 'breach', fire_at: timer?.due_at }]);
    expect(await typesOf(id)).toEqual(['started']);
    await sweepAll(stores[0], inMinutes(121));
    const [started, , breached] = await stores[0].read(id);
    expect(breached).toMatchObject({
      type: 'lianban.clock.breached.v2', data: { kind: 'contact' },
      metadata: { occurredAt: timer?.due_at.toISOString(), causationId: started?.metadata.id, actor: { id: 'sla', role: 'system' } },
    });
    expect(await timersOf(id)).toEqual([]);
    expect(await sweepAll(stores[0], inMinutes(121))).toBe(0);
  });

  it('is removed when its clock stops or the case ends', async () => {
    const [met, ended] = [caseOf('met'), caseOf('ended')];
    for (const id of [met, ended]) await hear(id, registered(new Date().toISOString()));
    await hear(met, contacted(new Date().toISOString()));
    await hear(ended, withdrawn(new Date().toISOString()));
    expect([await timersOf(met), await timersOf(ended)]).toEqual([[], []]);
    await sweepAll(stores[0], inMinutes(180));
    expect([await typesOf(met), await typesOf(ended)]).toEqual([['started', 'stopped'], ['started', 'stopped']]);
  });

  it('of a case that was entered late waits until the case has been quiet', async () => {
    const id = caseOf('import');
    await hear(id, registered('2020-03-02T01:00:00.000Z'));
    const [timer] = await timersOf(id);
    expect(timer).toMatchObject({ recorded_late: true, due_at: new Date('2020-03-02T03:00:00Z') });
    await sweepAll(stores[0], inMinutes(0));
    expect(await typesOf(id)).toEqual(['started']);
    // Another fact of the case arrives, so the wait starts again.
    await sql.query("UPDATE timer SET fire_at = now() - interval '1 second' WHERE case_id = $1", [id]);
    await hear(id, { ...contacted('2020-03-02T01:00:00.000Z'), type: 'lianban.case.answered.v1', data: { workOrderId: id, round: 9, lead: 'x', result: maskText('x') } });
    expect((await timersOf(id))[0]?.fire_at.getTime()).toBeGreaterThan(Date.now() + quietMs - 10_000);
    await sweepAll(stores[0], inMinutes(2));
    expect((await stores[0].read(id))[2]).toMatchObject({ type: 'lianban.clock.breached.v2', metadata: { occurredAt: '2020-03-02T03:00:00.000Z' } });
  });

  it('fires only its own clock; one recorded late waits for the case to be quiet', async () => {
    const id = caseOf('beside');
    await hear(id, registered(inMinutes(-180).toISOString()));
    await hear(id, accepted('2020-03-02T01:00:00.000Z', 'general'));
    // As after a registration in time: the contact clock has just run out.
    await sql.query('UPDATE timer SET recorded_late = false, fire_at = due_at WHERE case_id = $1 AND due_at > $2', [id, inMinutes(-181)]);
    await sweepAll(stores[0], new Date());
    expect(await breachesOf(id)).toEqual(['contact']);
    expect(await timersOf(id)).toMatchObject([{ recorded_late: true }]);
    await sweepAll(stores[0], inMinutes(2));
    expect(await breachesOf(id)).toEqual(['contact', 'lead']);
  });

  it('is counted with its purpose, how late it was, and whether it could have been in time', async () => {
    const now = inMinutes(2);
    await sweepAll(stores[0], now);
    const [imported, known] = [caseOf('told-import'), caseOf('told-known')];
    for (const id of [imported, known]) await hear(id, registered(inMinutes(-150).toISOString()));
    await sql.query('UPDATE timer SET recorded_late = false WHERE case_id = $1', [known]);
    const { firings } = await sweep(stores[0], now, 50);
    const told = firings.map(({ purpose, lateSeconds, recordedLate }) => `${purpose}, ${Math.floor(lateSeconds / 600)}0 minutes, ${recordedLate ? 'recorded late' : 'known'}`);
    expect(told.sort()).toEqual(['breach, 30 minutes, known', 'breach, 30 minutes, recorded late', 'warning, 90 minutes, known', 'warning, 90 minutes, recorded late']);
  });

  it('that an import fired too early is corrected by the earlier contact', async () => {
    const id = caseOf('corrected');
    await hear(id, registered('2020-03-02T01:00:00.000Z'));
    await sweepAll(stores[0], inMinutes(2));
    await hear(id, contacted('2020-03-02T01:30:00.000Z'));
    expect(await typesOf(id)).toEqual(['started', 'breached', 'corrected']);
  });
});

describe('several processes', () => {
  it('fire each of 300 due clocks exactly once', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => caseOf(`crowd-${n}`));
    for (const id of ids) await hear(id, registered('2020-03-02T01:00:00.000Z'));
    const now = inMinutes(5);
    const fired = await Promise.all([...stores, ...stores].map((store) => sweepAll(store, now, 20)));
    expect(fired.reduce((sum, count) => sum + count)).toBe(300);
    for (const id of ids) expect(await typesOf(id)).toEqual(['started', 'breached']);
    expect((await sql.query('SELECT 1 FROM timer WHERE case_id = ANY($1)', [ids])).rowCount).toBe(0);
  }, 60_000);

  it('and contacts that arrive in the middle of it agree on one outcome, without a deadlock', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => caseOf(`mixed-${n}`));
    for (const id of ids) await hear(id, registered('2020-03-02T01:00:00.000Z'));
    const now = inMinutes(5);
    const hearing = (async () => { for (const id of ids) await hear(id, contacted('2020-03-02T01:30:00.000Z')); })();
    await Promise.all([hearing, ...stores.map((store) => sweepAll(store, now, 20))]);
    for (const id of ids) expect([['started', 'stopped'], ['started', 'breached', 'corrected']]).toContainEqual(await typesOf(id));
  }, 60_000);

  it('lose nothing when one of them dies before its commit', async () => {
    const id = caseOf('killed');
    await hear(id, registered('2020-03-02T01:00:00.000Z'));
    const dying: EventStore = { ...stores[0], transaction: (work) => stores[0].transaction(async (tx) => { await work(tx); throw new Error('killed'); }) };
    await expect(sweep(dying, inMinutes(5), 50)).rejects.toThrow('killed');
    expect(await typesOf(id)).toEqual(['started']);
    expect(await sweepAll(stores[1], inMinutes(5))).toBe(1);
    expect(await typesOf(id)).toEqual(['started', 'breached']);
  });

  it('leave a lost race for the next sweep and go on with the others', async () => {
    // In the order in which a sweep appends them.
    const [before, unlucky, after] = ['one', 'another', 'a third'].map(caseOf).sort() as [string, string, string];
    for (const id of [before, unlucky, after]) await hear(id, registered('2020-03-02T01:00:00.000Z'));
    // Pretends that a younger transaction than the sweep's wrote the stream in between.
    await sql.query("UPDATE stream SET last_xid = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8 WHERE stream_id = $1", [unlucky]);
    expect(await sweep(stores[0], inMinutes(5), 50)).toMatchObject({ cases: 3, breaches: 2, conflicts: 1, unreadable: [] });
    expect(await Promise.all([before, unlucky, after].map(typesOf))).toEqual([['started', 'breached'], ['started'], ['started', 'breached']]);
    expect(await timersOf(unlucky)).toHaveLength(1);
    expect(await Promise.all([before, unlucky, after].map(noticesOf))).toEqual([2, 0, 2]);
    await sql.query('UPDATE stream SET last_xid = pg_current_xact_id() WHERE stream_id = $1', [unlucky]);
    expect(await sweep(stores[0], inMinutes(5), 50)).toMatchObject({ cases: 1, breaches: 1, conflicts: 0, unreadable: [] });
  });

  it('write a whole batch with one statement if no race is lost', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => caseOf(`together-${n}`));
    for (const id of ids) await hear(id, registered('2020-03-02T01:00:00.000Z'));
    const written: number[] = [];
    const counting: EventStore = { ...stores[0], appendMany: (tx, appends) => { written.push(appends.length); return stores[0].appendMany(tx, appends); } };
    expect(await sweep(counting, inMinutes(5), 50)).toMatchObject({ cases: 20, breaches: 20, conflicts: 0 });
    expect(written).toEqual([20]);
  });

  it('put off a case whose clocks they can’t read, and go on with the others', async () => {
    const [strange, plain] = [caseOf('strange'), caseOf('readable')];
    for (const id of [strange, plain]) await hear(id, registered('2020-03-02T01:00:00.000Z'));
    await admin.query("UPDATE sla.event SET type = 'lianban.clock.started.v99' WHERE stream_id = $1", [strange]);
    const result = await sweep(stores[0], inMinutes(5), 50);
    expect(result).toMatchObject({ cases: 2, breaches: 1, unreadable: [{ caseId: strange }] });
    expect(await sweep(stores[0], inMinutes(5), 50)).toMatchObject({ cases: 0 });
    await admin.query("UPDATE sla.event SET type = 'lianban.clock.started.v2' WHERE stream_id = $1", [strange]);
    expect(await sweepAll(stores[0], inMinutes(7))).toBe(1);
  });
});

it('a case that can’t be decided holds up no other', async () => {
  const [strange, plain] = [caseOf('undecidable'), caseOf('decidable')];
  for (const id of [strange, plain]) await hear(id, registered('2020-03-02T01:00:00.000Z'));
  const registeredAt = (at: string) => sql.query(`UPDATE case_fact SET data = jsonb_set(data, '{registered,at}', $2) WHERE case_id = $1`, [strange, JSON.stringify(at)]);
  await registeredAt('some day');
  expect(await sweep(stores[0], inMinutes(5), 50)).toMatchObject({ breaches: 1, unreadable: [{ caseId: strange }] });
  expect([await typesOf(strange), await typesOf(plain)]).toEqual([['started'], ['started', 'breached']]);
  await registeredAt('2020-03-02T01:00:00.000Z');
  expect(await sweepAll(stores[0], inMinutes(7))).toBe(1);
});

describe('the rules', () => {
  it('are added once, and the newest version of a year counts', async () => {
    await sql.query(
      `INSERT INTO calendar (year, version, data) VALUES (2026, 'own', (SELECT jsonb_set(data, '{version}', '"own"') FROM calendar WHERE year = 2026))`,
    );
    const book = new RuleBook(sql);
    await book.onModuleInit();
    expect(book.calendar(2026)?.version).toBe('own');
    expect(book.calendar(2027)).toBeUndefined();
    expect(book.policies).toHaveLength(shippedPolicies.length);
    expect(toMillis(book.policies[0]?.effectiveFrom ?? '')).toBe(toMillis('2007-01-01T00:00:00+08:00'));
  });
});
