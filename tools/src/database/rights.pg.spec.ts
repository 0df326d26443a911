import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maskText, serviceNames, sources, type Source } from '@lianban/contracts';
import { adoptRestoredEvents, postgresEventStore, readOutbox, outboxStart, type EventStore } from '@lianban/event-store';
import { testInfrastructure, type ServiceDatabase } from '@lianban/testing';
import pg from 'pg';
import { serviceRole } from './roles.js';

const infrastructure = testInfrastructure();
let database: ServiceDatabase;
let admin: pg.Client;
let intake: pg.Pool;
let store: EventStore;

beforeAll(async () => {
  database = await (await infrastructure.postgres()).serviceDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  intake = new pg.Pool({ connectionString: database.services.intake, max: 2 });
  store = postgresEventStore(intake, 'intake');
}, 120_000);
afterAll(async () => {
  await intake?.end();
  await admin?.end();
  await infrastructure.stop();
});

/** The table's own rights, then those on single columns. */
const rightsOf = async (role: string, table: string): Promise<string[]> => {
  const { rows } = await admin.query<{ right: string }>(
    `SELECT r AS right FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS r WHERE has_table_privilege($1, $2::regclass, r)
     UNION ALL
     SELECT r || ' ' || attname FROM pg_attribute CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE']) AS r
      WHERE attrelid = $2::regclass AND attnum > 0 AND NOT attisdropped AND has_column_privilege($1, attrelid, attnum, r) AND NOT has_table_privilege($1, attrelid, r)`, [role, table]);
  return rows.map(({ right }) => right).sort();
};

const given = ['actor', 'causation_id', 'correlation_id', 'data', 'id', 'occurred_at', 'recorded_at', 'stream_id', 'trace_parent', 'type', 'version'];

describe.each(sources)('the role of %s', (source: Source) => {
  const role = serviceRole(source);

  it('adds events and changes none', async () => {
    expect(await rightsOf(role, `${source}.event`)).toEqual([...given.map((column) => `INSERT ${column}`), 'SELECT']);
    expect(await rightsOf(role, `${source}.stream`)).toEqual(['INSERT', 'SELECT', 'UPDATE last_xid', 'UPDATE version']);
  });

  it('adds to the trail of parked events, and reads which migrations ran', async () => {
    expect(await rightsOf(role, `${source}.parked_trail`)).toEqual(['INSERT', 'SELECT']);
    for (const table of ['migrations_event_store', 'migrations_kafka', 'migrations_service_kit']) expect([table, await rightsOf(role, `${source}.${table}`)]).toEqual([table, ['SELECT']]);
  });
});

it('no service role owns, empties or alters anything, sets a sequence, or reaches into the schema of another', async () => {
  const { rows } = await admin.query<{ role: string; what: string }>(
    `SELECT role, c.relnamespace::regnamespace || '.' || c.relname AS what FROM pg_class c, unnest($1::text[], $2::text[]) AS r(role, own)
      WHERE c.relnamespace::regnamespace::text = ANY ($2) AND CASE
            WHEN c.relkind = 'S' THEN has_sequence_privilege(role, c.oid, 'UPDATE') OR (c.relnamespace::regnamespace::text <> own AND has_sequence_privilege(role, c.oid, 'USAGE'))
            WHEN c.relkind IN ('r', 'v', 'p') THEN has_table_privilege(role, c.oid, 'TRUNCATE, TRIGGER, REFERENCES')
              OR (c.relnamespace::regnamespace::text <> own AND has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE')) END
     UNION ALL SELECT role, 'schema ' || n.nspname FROM pg_namespace n, unnest($1::text[], $2::text[]) AS r(role, own)
      WHERE n.nspname = ANY ($2) AND (has_schema_privilege(role, n.oid, 'CREATE') OR (n.nspname <> own AND has_schema_privilege(role, n.oid, 'USAGE')))
     UNION ALL SELECT rolname, 'rights over the cluster' FROM pg_roles WHERE rolname = ANY ($1) AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)`,
    [serviceNames.map(serviceRole), serviceNames]);
  expect(rows).toEqual([]);
});

describe('events of a service', () => {
  const meta = { actor: { id: 'x', role: 'system', department: null, territory: null }, correlationId: 'c', causationId: 'c', occurredAt: '2026-11-01T00:00:00.000Z', recordedAt: '2026-11-01T00:00:00.000Z' } as const;
  const refused = { type: 'lianban.case.refused.v1', data: { reason: 'malicious', text: maskText('again') } } as const;
  const outbox = async () => (await readOutbox(intake, 'intake', outboxStart, 100)).entries;

  beforeAll(async () => { for (const id of ['a', 'b']) await store.commit({ streamId: id, expectedVersion: 0, events: [refused], meta }); });

  it.each([
    `UPDATE event SET data = '{}'`, `UPDATE event SET xid = '1'`, 'DELETE FROM event', 'TRUNCATE event', 'DELETE FROM stream', 'ALTER TABLE event DISABLE TRIGGER ALL',
    `INSERT INTO event (stream_id, version, xid, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
     VALUES ('a', 9, '1', gen_random_uuid(), 't', '{}', now(), now(), 'c', 'c', '{}')`,
    `SELECT setval(pg_get_serial_sequence('event', 'position'), 1)`, 'UPDATE migrations_event_store SET name = name',
  ])('are safe from its own role: %s', async (statement) => {
    await expect(intake.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('are adopted by it after a restore, which changes transaction ids and not a word', async () => {
    const before = await outbox();
    expect(await adoptRestoredEvents(intake)).toBe(false);
    expect(await outbox()).toEqual(before);
    // As a dump of a cluster that was far ahead brings them.
    await admin.query(`UPDATE intake.event SET xid = (xid::text::bigint + 1000000000)::text::xid8; UPDATE intake.stream SET last_xid = (last_xid::text::bigint + 1000000000)::text::xid8`);
    expect(await outbox()).toEqual([]);
    expect(await adoptRestoredEvents(intake)).toBe(true);
    expect(await outbox()).toEqual(before.map((entry) => ({ ...entry, xid: '1' })));
    await store.commit({ streamId: 'a', expectedVersion: 1, events: [refused], meta });
    expect(await outbox()).toHaveLength(3);
  });
});
