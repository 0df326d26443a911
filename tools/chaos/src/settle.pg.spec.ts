import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sources, topics } from '@lianban/contracts';
import { postgresEventStore } from '@lianban/event-store';
import { casesReadModel } from '@lianban/insight/read-model';
import { someone, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { checkRebuild } from './check-rebuild.js';
import { allReady, unsettled } from './settle.js';

const infrastructure = testInfrastructure();
const ends = new Map([[0, 5n]]);
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

describe('a rebuild', () => {
  const [cases] = casesReadModel.tables.map(({ name }) => name);
  const extra = '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01';
  let version = 1;
  /** Makes the next version a copy of the first, and of `case_id` alone another row. */
  const build = (...more: readonly string[]) => async () => {
    version += 1;
    for (const { name } of casesReadModel.tables) await admin.query(`CREATE TABLE insight.${name}_v${version} AS TABLE insight.${name}_v1`);
    for (const caseId of more) await admin.query(`INSERT INTO insight.${cases}_v${version} (case_id) VALUES ($1)`, [caseId]);
    await admin.query('UPDATE insight.read_model SET version = $1 WHERE name = $2', [version, casesReadModel.name]);
    return '';
  };

  it('that gives other rows, more or fewer, is found', async () => {
    expect(await checkRebuild(admin, build())).toEqual([]);
    expect(await checkRebuild(admin, build(extra))).toMatchObject([{ check: 'the read model equals a rebuild from zero', caseId: extra, detail: expect.stringContaining(`${cases}, in the rebuild, not live`) }]);
    expect(await checkRebuild(admin, build())).toMatchObject([{ caseId: extra, detail: expect.stringContaining(`${cases}, live, not in the rebuild`) }]);
  });

  it('that does not come about is found', async () => {
    expect(await checkRebuild(admin, () => Promise.resolve('a\nno broker\n'))).toEqual([{ check: 'the read model can be rebuilt', caseId: '-', detail: 'a / no broker' }]);
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
