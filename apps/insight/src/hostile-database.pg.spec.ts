import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type EventEnvelope, sources } from '@lianban/contracts';
import { inTransaction, PreparingClient, SessionClient, sessionPool } from '@lianban/event-store';
import { loadRows } from '@lianban/projections';
import { makeHostile, testInfrastructure, type ServiceDatabase } from '@lianban/testing';
import { DataSource } from 'typeorm';
import { projecting } from '../test-support/projecting.js';
import { casesReadModel } from './read-models/cases/cases-read-model.js';
import { caseOrders } from './cases/cases-query.js';
import { pageSql } from './cases/cases-sql.js';
import { caseId, reworkedLamp } from './domain/sample-histories.js';
import { viewEntities } from './views/case-parts.js';

const infrastructure = testInfrastructure();
let databases: ServiceDatabase[];

beforeAll(async () => {
  const postgres = await infrastructure.postgres();
  databases = [await postgres.serviceDatabase(), await postgres.serviceDatabase()];
  await makeHostile(databases[1]?.adminUrl ?? '');
}, 120_000);
afterAll(() => infrastructure.stop());

/** All that insight shows of a case, after it was projected as the live projection does it and read as lists, entities and tables are. */
const shownIn = async ({ services }: ServiceDatabase) => {
  const writing = sessionPool({ connectionString: services.insight, Client: PreparingClient, pipeline: true });
  const reading = sessionPool({ connectionString: services.insight });
  const source = await new DataSource({ type: 'postgres', url: services.insight, entities: viewEntities, extra: { Client: SessionClient } }).initialize();
  try {
    const events: EventEnvelope[] = sources.flatMap((each) => reworkedLamp[each])
      .map((event, index) => ({ ...event, metadata: { ...event.metadata, id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` } }));
    await inTransaction(writing, (tx) => projecting()(tx, 1, events));
    const list = pageSql({}, undefined, 10);
    return {
      rows: await loadRows(writing, casesReadModel, 1, [caseId]),
      lists: await Promise.all(caseOrders.map(async (sort) => { const { text, values } = pageSql({ sort }, undefined, 10); return (await reading.query<object>(text, values)).rows; })),
      list: (await reading.query(list.text, list.values)).rows,
      timeline: (await reading.query('SELECT * FROM timeline ORDER BY occurred_at, type')).rows,
      entities: await Promise.all(viewEntities.map((entity) => source.getRepository(entity).find())),
    };
  } finally {
    await Promise.all([writing.end(), reading.end(), source.destroy()]);
  }
};

it('insight writes and shows the same in a database whose defaults are others', async () => {
  const [plain, hostile] = await Promise.all(databases.map(shownIn));
  expect(plain?.list).toHaveLength(1);
  expect(plain?.timeline.length).toBeGreaterThan(5);
  expect(hostile).toEqual(plain);
});
