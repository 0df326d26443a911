import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sources, topics } from '@lianban/contracts';
import { postgresEventStore } from '@lianban/event-store';
import { casesReadModel } from '@lianban/insight/read-models';
import { someone, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { checkAgreements } from './agreements.js';
import { allReady, unsettled } from './settle.js';

const infrastructure = testInfrastructure();
const ends = [{ topic: topics.case, partition: 0, from: 0n, to: 5n }];
const lateMs = 1_000;
let admin: pg.Client;
let intake: pg.Pool;

beforeAll(async () => {
  const { adminUrl, services } = await (await infrastructure.postgres()).serviceDatabase();
  admin = new pg.Client({ connectionString: adminUrl });
  intake = new pg.Pool({ connectionString: services.intake, max: 1 });
  await admin.connect();
  for (const schema of [...sources, 'insight']) await admin.query(`INSERT INTO ${schema}.consumer_offset VALUES ($1, $2, 0, 5)`, [`reader-of-${schema}`, topics.case]);
}, 120_000);

afterAll(async () => {
  await admin?.end();
  await intake?.end();
  await infrastructure.stop();
});

/** Undone by the next test's beginning. */
const broken = async (statement: string, values: unknown[] = []) => {
  await admin.query('BEGIN');
  await admin.query(statement, values);
  const found = await unsettled(admin, ends, lateMs);
  await admin.query('ROLLBACK');
  return found;
};

describe('a system that has something left to do', () => {
  it('is told from one that has not', async () => {
    expect(await unsettled(admin, ends, lateMs)).toEqual([]);
  });

  it('has a consumer that lags behind, or has read nothing', async () => {
    expect(await broken('UPDATE sla.consumer_offset SET next_offset = 3')).toEqual(['reader-of-sla is 2 messages behind']);
    expect(await broken('DELETE FROM insight.consumer_offset')).toEqual(['insight has read nothing']);
  });

  it('has an event that was parked', async () => {
    expect(await broken(`INSERT INTO dispatch.parked_event (consumer, source, stream_id, stream_version, subject, topic, partition, "offset", headers, value, reason, error)
      VALUES ('reader', 'intake', 'c-1', 1, 'c-1', 't', 0, 1, '{}', '', 'failed', 'too hard')`)).toEqual(['reader parked c-1 (failed: too hard)']);
  });

  it('has a timer that is late', async () => {
    const timer = (seconds: number) => broken(`INSERT INTO sla.timer VALUES (gen_random_uuid(), 'c-1', now(), now() + $1::int * interval '1 second', false, 'reminder')`, [seconds]);
    expect(await timer(-60)).toEqual(['1 timers are late']);
    expect(await timer(60)).toEqual([]);
  });

  it('has an event that no relay has published', async () => {
    const now = new Date().toISOString();
    const store = postgresEventStore(intake, 'intake');
    await store.transaction((tx) => store.append(tx, 'c-1', 0, [{ type: 'lianban.case.contacted.v1', data: { note: null } }], { occurredAt: now, recordedAt: now, correlationId: 'c', causationId: 'c', actor: someone }));
    expect(await unsettled(admin, ends, lateMs)).toEqual(['the relay of intake is behind']);
  });
});

describe('tables and streams that', () => {
  const [caseId, other] = ['0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01', '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a02'];
  const found = async (statements: string) => {
    await admin.query(`BEGIN; ${statements}`);
    const violations = await checkAgreements(admin, lateMs).finally(() => admin.query('ROLLBACK'));
    return violations.map(({ check }) => check);
  };
  const event = (source: string, type: string, data: object, version: number, cause = 'c') =>
    `INSERT INTO ${source}.event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
     VALUES ('${caseId}', ${version}, gen_random_uuid(), 'lianban.${type}', '${JSON.stringify(data)}', '2026-02-09T01:00:00Z', now(), 'c', '${cause}', '{}');`;
  const shown = (status: string) => {
    const [row] = casesReadModel.toRows(casesReadModel.empty(caseId)).cases ?? [];
    return `INSERT INTO insight.cases_v1 SELECT * FROM jsonb_populate_record(NULL::insight.cases_v1, '${JSON.stringify({ ...row, status })}');`;
  };
  const order = (table: string, status: string) =>
    `INSERT INTO ${table} (work_order_id, case_id, department, role, round, cause, status, issued_at) VALUES ('${other}', '${caseId}', 'housing', 'lead', 1, 'dispatch', '${status}', '2026-02-09T01:00:00Z');`;

  it('agree violate nothing', async () => {
    expect(await found('')).toEqual([]);
    expect(await found(`${shown('dispatched')} ${order('dispatch.work_order', 'signed')} ${order('insight.work_orders_v1', 'signed')}`)).toEqual([]);
  });

  it.each<readonly [string, string, string[]]>([
    ['an effect twice', `${event('sla', 'policy.x.v1', { a: 1 }, 1)} ${event('sla', 'policy.x.v1', { a: 1 }, 2)}`, ['a cause has each effect once']],
    ['a case accepted twice', `${event('intake', 'case.accepted.v1', { level: 'general' }, 1)} ${event('intake', 'case.accepted.v1', { level: 'simple' }, 2, 'd')}`, ['a decision is made once']],
    ['a milestone reached twice', `${event('dispatch', 'milestone.reached.v1', { milestone: 'stop', round: 1 }, 1)} ${event('dispatch', 'milestone.reached.v1', { milestone: 'stop', round: 1 }, 2, 'd')}`, ['a decision is made once']],
    ['a clock started twice', `${event('sla', 'clock.started.v2', { clockId: other }, 1)} ${event('sla', 'clock.started.v2', { clockId: other }, 2, 'd')}`, ['what begins, begins once and ends once']],
    ['an order that ends and was never issued', event('dispatch', 'work-order.completed.v1', { workOrderId: other }, 1), ['what begins, begins once and ends once']],
    ['a window that closes late', event('sla', 'clock.lapsed.v1', { clockId: other, dueAt: '2026-02-09T00:59:00Z' }, 1), ['what time brings about happens at its time']],
    ['an order open in a closed case', `${shown('closed')} ${order('dispatch.work_order', 'signed')} ${order('insight.work_orders_v1', 'signed')}`, ['nothing is open in a case that has ended']],
    ['an answer that nobody is asked about', shown('answered'), ['nothing waits for ever']],
    ['a rework that nobody was given', shown('rework'), ['nothing waits for ever']],
    ['a hold that was to be looked at', `INSERT INTO dispatch.hold_review (case_id, hold_id, review_at) VALUES ('${caseId}', '${other}', now() - interval '1 minute');`, ['nothing waits for ever', 'holds are as the read model has them']],
    ['a stale work order', `${shown('dispatched')} ${order('dispatch.work_order', 'signed')} ${order('insight.work_orders_v1', 'dispatched')}`, ['work orders are as the read model has them', 'work orders are as the read model has them']],
    ['a call-back of nothing', `INSERT INTO satisfaction.call_back (call_back_id, case_id, round, lead, work_order_id, answered_at, since, status) VALUES ('${other}', '${caseId}', 1, 'housing', '${other}', now(), now(), 'due');`, ['call-backs are as the read model has them']],
    ['a warning nobody was told of', event('sla', 'clock.warned.v1', { clockId: other, warnedAt: '2026-02-09T01:00:00Z' }, 1), ['people are told once of what sla says']],
    ['a notice of a breach that does not stand', `INSERT INTO sla.notice (notice_id, case_id, clock_id, kind, clock_kind, due_at, at) VALUES ('${other}', '${caseId}', '${other}', 'breach', 'lead', now(), now());`, ['people are told once of what sla says', 'notices of a breach stand as long as it does']],
    ['a case that counts in one place', `INSERT INTO satisfaction.case_rate (case_id, period, in_scope) VALUES ('${caseId}', '2026-02', 1);`, ['a case counts the same in both']],
    ['sums of no case', `INSERT INTO satisfaction.case_rate_sum (period, department, stripe, cases, in_scope, contacted_in_time, reached, resolved, asked, satisfied) VALUES ('2026-02', '', 0, 1, 1, 0, 0, 0, 0, 0);`, ["a month's sums are those of its cases"]],
  ])('do not, are found: %s', async (_what, statements, expected) => {
    expect(await found(statements)).toEqual(expected);
  });
});

describe('services that come back', () => {
  const servers: Server[] = [];
  const serving = async (answer: () => number) => {
    const server = createServer((_, response) => response.writeHead(answer()).end('no database'));
    servers.push(server);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterAll(() => servers.forEach((server) => server.close()));

  it('are waited for, and named where they do not', async () => {
    const { signal } = new AbortController();
    let asked = 0;
    const urls = { intake: await serving(() => 200), sla: await serving(() => ((asked += 1) < 3 ? 503 : 200)) };
    expect(await allReady(urls, signal)).toEqual([]);
    expect(await allReady({ ...urls, dispatch: await serving(() => 503) }, signal, 500)).toEqual(['dispatch (no database)']);
    expect(await allReady({ gone: 'http://127.0.0.1:9' }, signal, 0)).toEqual([expect.stringContaining('gone (')]);
  });
});
