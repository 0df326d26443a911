import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { maskText, sources, topicOf, type LianbanEvent, type Source } from '@lianban/contracts';
import { advanceRelay, beginRelayTerm, loadRelayPosition, type NewEvent, postgresEventStore, readOutbox, type Tx } from '@lianban/event-store';
import { casesReadModel } from '@lianban/insight/read-models';
import { registrationsReadModel, registrationsSqlFolder } from '@lianban/insight/test-support/registrations';
import { type BackboneLog, createConsumer, deleteTopics, ensureTopics, type EventConsumer, kafkaClient, toMessage } from '@lianban/kafka';
import { consumerOf, installReadModel, projection, type ReadModel } from '@lianban/projections';
import { someone, testInfrastructure, uniqueName, type ServiceDatabase } from '@lianban/testing';
import pg from 'pg';
import { relayDestination } from './cut.js';
import { reconcile } from './reconcile.js';
import { nameHere } from './topic-names.js';

const infrastructure = testInfrastructure();
const topics = { case: uniqueName('lianban.case'), directory: uniqueName('lianban.directory'), visit: uniqueName('lianban.visit') };
const log: BackboneLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
let database: ServiceDatabase;
let brokers: string[];
let admin: pg.Pool;
let insight: pg.Pool;
const stores = new Map<Source, pg.Pool>();
let projectors: readonly EventConsumer[] = [];
const models = [casesReadModel, registrationsReadModel];
let producer: ReturnType<ReturnType<typeof kafkaClient>['producer']>;

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  ({ brokers } = await infrastructure.kafka());
  await ensureTopics(brokers, [{ topic: topics.case, partitions: 3 }, { topic: topics.directory, partitions: 1 }, { topic: topics.visit, partitions: 3 }]);
  admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  insight = new pg.Pool({ connectionString: database.services.insight });
  for (const source of sources) stores.set(source, new pg.Pool({ connectionString: database.services[source], max: 2 }));
  producer = kafkaClient(brokers, 'reconcile-test', log).producer();
  await producer.connect();
  const owner = await admin.connect();
  await owner.query('SET ROLE lianban_owner; SET search_path = insight');
  await installReadModel(owner, registrationsReadModel, registrationsSqlFolder);
  owner.release(true);
  projectors = models.map((model: ReadModel<unknown>) => createConsumer({
    ...projection(model), consumer: consumerOf(model.name), group: uniqueName('group'), pool: insight, brokers, topics: [topics.case], log,
  }));
  await Promise.all(projectors.map((projector) => projector.start()));
  await append('dispatch', 'department/housing', [{ type: 'lianban.directory.department-changed.v1', data: { code: 'housing', kind: 'department', name: { zh: '住建', en: 'Housing' }, duties: [], active: true } }]);
  for (let n = 0; n < 30; n += 1) await live(randomUUID());
  await publishAll({ twice: true });
}, 180_000);

afterAll(async () => {
  await Promise.all(projectors.map((projector) => projector.stop()));
  await producer?.disconnect();
  await deleteTopics(brokers, Object.values(topics));
  await Promise.all([admin, insight, ...stores.values()].map((pool) => pool?.end()));
  await infrastructure.stop();
}, 60_000);

const poolOf = (source: Source): pg.Pool => stores.get(source) as pg.Pool;

const append = async (source: Source, streamId: string, events: readonly LianbanEvent[], at = 0): Promise<void> => {
  const store = postgresEventStore(poolOf(source), source);
  const now = new Date().toISOString();
  await store.transaction((tx) => store.append(tx, streamId, at, events as NewEvent[], { occurredAt: now, recordedAt: now, correlationId: 'c', causationId: 'c', actor: someone }));
};

const contacted: LianbanEvent = { type: 'lianban.case.contacted.v1', data: { note: maskText('已联系') } };
const live = async (caseId: string): Promise<void> => {
  await append('intake', caseId, [
    {
      type: 'lianban.case.registered.v1',
      data: { caseNo: 'LB1', title: maskText('路灯 \\u0000 \\ud800'), description: maskText('“坏了”'), channel: 'grid', category: null, territory: 't', location: null, requester: { kind: 'resident', ref: randomUUID() }, urgency: 'normal' },
    },
    { type: 'lianban.case.accepted.v1', data: { level: 'general', category: null, greenChannel: false } },
  ]);
  await append('dispatch', caseId, [
    { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'housing', assist: [], note: null } },
    { type: 'lianban.work-order.issued.v1', data: { workOrderId: randomUUID(), department: 'housing', role: 'lead', round: 1, cause: 'dispatch' } },
  ]);
};

/** Publishes as a relay would, or all of it but some. */
const publishAll = async ({ twice = false, but = () => false }: { twice?: boolean; but?: (id: string) => boolean } = {}): Promise<void> => {
  for (const source of sources) {
    const tx = poolOf(source) as unknown as Tx;
    const from = await loadRelayPosition(tx, relayDestination);
    const { entries } = await readOutbox(tx, source, from, 10_000);
    const last = entries.at(-1);
    if (!last) continue;
    for (const topic of Object.values(topics)) {
      const messages = entries.filter(({ type, id }) => nameHere(topics)(topicOf(type)) === topic && !but(id)).map(toMessage);
      if (messages.length > 0) await producer.send({ topic, messages: twice ? [...messages, ...messages] : messages });
    }
    const term = { destination: relayDestination, term: randomUUID(), leaseMs: 0 };
    await beginRelayTerm(tx, term);
    await advanceRelay(tx, term, from, last);
  }
};

const run = async (waitMs = 20_000) => {
  const lines: string[] = [];
  const differences = await reconcile({ adminUrl: database.adminUrl, brokers, log, say: (line) => lines.push(line), waitMs, topics, models });
  return { differences, lines, names: differences.map(({ check }) => check) };
};

/** Changes something behind everybody's back, looks, and takes it back. */
const tampered = async (change: string, undo: string) => {
  await admin.query(change);
  try {
    return await run();
  } finally {
    await admin.query(undo);
  }
};

describe('reconcile', () => {
  beforeEach(async () => { await publishAll(); });

  it('agrees when every event is everywhere, copies and all', async () => {
    const { differences, lines } = await run();
    expect(differences).toEqual([]);
    expect(lines).toEqual([
      'stores: intake 60, dispatch 61, sla 0, satisfaction 0 events', 'topics: 242 messages, 121 without copies', 'read model: 30 cases, 120 timeline entries',
      'folded afresh: 30 cases', 'read model registrations: 30 folded afresh',
    ]);
  }, 60_000);

  it('waits for what is on its way, while new events keep coming', async () => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    for (const id of ids) await live(id);
    let writing = true;
    const writer = (async () => {
      while (writing) {
        await live(randomUUID());
        await publishAll();
      }
    })();
    const { differences } = await run();
    writing = false;
    await writer;
    expect(differences).toEqual([]);
  }, 60_000);

  it('names a wide row that a fresh fold contradicts, and the column', async () => {
    const { differences } = await tampered(
      `UPDATE insight.cases_v1 SET status = 'closed' WHERE case_id = (SELECT min(case_id::text)::uuid FROM insight.cases_v1)`,
      `UPDATE insight.cases_v1 SET status = 'dispatched' WHERE status = 'closed'`);
    expect(differences).toEqual([{ check: 'read model: rows equal a fresh fold', count: 1, examples: [expect.stringContaining('status is "closed", folded "dispatched"')] }]);
  }, 60_000);

  it('looks at every read model', async () => {
    const { differences } = await tampered(`UPDATE insight.registrations_v1 SET title_length = -title_length WHERE case_id = (SELECT min(case_id::text)::uuid FROM insight.registrations_v1)`,
      'UPDATE insight.registrations_v1 SET title_length = abs(title_length)');
    expect(differences).toEqual([{ check: 'read model registrations: rows equal a fresh fold', count: 1, examples: [expect.stringMatching(/title_length is -([\d.]+), folded \1$/)] }]);
  }, 60_000);

  it.each([
    ['an event changed in a store', `UPDATE intake.event SET data = data || '{"level":"urgent"}' WHERE position = 2`, `UPDATE intake.event SET data = data || '{"level":"general"}' WHERE position = 2`,
      ['topic: every event of the stores is there, unchanged', 'read model: rows equal a fresh fold']],
    ['a gap in a stream', `UPDATE intake.stream SET version = 3 WHERE stream_id = (SELECT stream_id FROM intake.event WHERE position = 1)`,
      `UPDATE intake.stream SET version = 2 WHERE version = 3`, ['stores: versions are contiguous and match the stream row']],
    ['a parked case', `INSERT INTO sla.parked_event VALUES ('sla', 'intake', 'x', 1, 'x', 't', 0, 0, '{}', '', 'failed', 'broken', 3)`, 'DELETE FROM sla.parked_event', ['no consumer has a parked event']],
    ['a lost timeline entry', `CREATE TABLE kept AS SELECT * FROM insight.timeline_v1 LIMIT 1; DELETE FROM insight.timeline_v1 t USING kept k WHERE t.event_id = k.event_id`,
      'INSERT INTO insight.timeline_v1 SELECT * FROM kept; DROP TABLE kept', ['read model: the timeline has the same events as the stores']],
    ['a sum of the rates that is off', `UPDATE insight.rate_sums_v1 SET counted_reached = counted_reached + 1 WHERE dimension = 'all'`,
      `UPDATE insight.rate_sums_v1 SET counted_reached = counted_reached - 1 WHERE dimension = 'all'`, ['read model: the sums of the rates are those of the cases']],
    ['a read model position set back', `UPDATE insight.consumer_stream SET version = 1 WHERE consumer = 'insight.cases' AND (source, stream_id) = (SELECT source, stream_id FROM insight.consumer_stream WHERE version = 2 AND source = 'intake' ORDER BY 2 LIMIT 1)`,
      `UPDATE insight.consumer_stream SET version = 2 WHERE version = 1`, ['read model: has read every stream as far as the store goes', 'read model: rows equal a fresh fold']],
  ])('finds %s', async (_, change, undo, expected) => {
    expect((await tampered(change, undo)).names).toEqual(expected);
  }, 60_000);

  it('finds an event that never reached the topic, and says when the read model does not come', async () => {
    const caseId = randomUUID();
    await live(caseId);
    await publishAll();
    await append('intake', caseId, [contacted], 2);
    const { rows: [lost] } = await poolOf('intake').query<{ id: string }>('SELECT id FROM event WHERE stream_id = $1 AND version = 3', [caseId]);
    expect((await run(300)).names[0]).toBe('topic: reached within 0.3 s');
    await publishAll({ but: (id) => id === lost?.id });
    const { differences } = await run();
    expect(differences.map(({ check, examples }) => [check, examples[0]])).toEqual([
      ['topic: every event of the stores is there, unchanged', `intake ${caseId} version 3 (lianban.case.contacted.v1) is not in the topic`],
      ['read model: has read every stream as far as the store goes', `intake ${caseId}: store at 3, read model at 2`],
      ['read model: the timeline has the same events as the stores', `intake ${caseId} version 3 is not in the timeline`],
      ['read model registrations: has read every stream as far as the store goes', `intake ${caseId}: store at 3, read model at 2`],
    ]);
    await admin.query('UPDATE intake.relay_position SET (xid, position) = (SELECT xid, position - 1 FROM intake.event WHERE id = $1)', [lost?.id]);
  }, 60_000);
});
