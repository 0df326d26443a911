/** What is in the stores, the topic and the services' tables once the run has settled. */
import { sources, topics } from '@lianban/contracts';
import type { Source } from '@lianban/contracts';
import type pg from 'pg';
import { troubleOnly } from '../backbone-addresses.js';
import { readTopic, topicEnds } from '../reconcile/read-topic.js';
import type { PublishedEvent, Row, ServiceRows, StoredEvent } from './history.js';

export const storedEvents = async (admin: pg.ClientBase): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for (const source of sources) {
    const { rows } = await admin.query<StoredEvent & { occurred_at: Date; stream_id: string; causation_id: string; by_system: boolean }>(
      `SELECT stream_id, version, id::text AS id, type, data, occurred_at, causation_id, actor->>'role' = 'system' AS by_system
         FROM ${source}.event WHERE position('/' in stream_id) = 0 ORDER BY stream_id, version`);
    for (const { stream_id, version, id, type, data, occurred_at, causation_id, by_system } of rows) {
      events.push({ source, streamId: stream_id, version, id, type, data, occurredAt: occurred_at.toISOString(), causationId: causation_id, bySystem: by_system });
    }
  }
  return events;
};

export const publishedEvents = async (brokers: readonly string[]): Promise<PublishedEvent[]> => {
  const published: PublishedEvent[] = [];
  await readTopic(brokers, topics.case, await topicEnds(brokers, topics.case, troubleOnly), troubleOnly, async (events) => {
    for (const { raw, address } of events) {
      published.push({
        source: address?.source ?? 'none of ours', streamId: address?.streamId ?? '', version: address?.streamVersion ?? 0,
        id: raw.headers.ce_id ?? '', partition: raw.partition, offset: Number(raw.offset),
      });
    }
  });
  return published;
};

const queries: Readonly<Record<keyof ServiceRows, string>> = {
  workOrders: `SELECT work_order_id::text AS id, case_id::text, department, role, round, status, issued_at, signed_at, ended_at, sign_due_at, due_at FROM dispatch.work_order`,
  callBacks: `SELECT call_back_id::text AS id, case_id::text, round, lead, answered_at, status, ended_at, due_at FROM satisfaction.call_back`,
  timers: `SELECT clock_id::text AS id, case_id, due_at FROM sla.timer WHERE purpose IN ('warning', 'breach', 'lapse')`,
  rates: `SELECT case_id::text AS id, case_id::text, period, department, in_scope, contacted_in_time, reached, resolved, satisfied FROM satisfaction.case_rate WHERE period IS NOT NULL`,
};

export const serviceRows = async (admin: pg.ClientBase): Promise<ServiceRows> => {
  const read = async (table: keyof ServiceRows): Promise<Row[]> => {
    const { rows } = await admin.query<Record<string, string | number | Date | null>>(queries[table]);
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value instanceof Date ? value.toISOString() : value])));
  };
  return { workOrders: await read('workOrders'), callBacks: await read('callBacks'), timers: await read('timers'), rates: await read('rates') };
};

/** Messages each consumer still has before the ends of its topics, where that is not zero; parked events and late timers besides. */
export const openWork = async (admin: pg.ClientBase, brokers: readonly string[], lateMs: number): Promise<string[]> => {
  const open: string[] = [];
  const ends = await topicEnds(brokers, topics.case, troubleOnly);
  for (const schema of [...sources, 'insight'] as const) {
    const { rows } = await admin.query<{ consumer: string; at: Record<string, string> }>(
      `SELECT consumer, jsonb_object_agg(partition::text, next_offset::text) AS at FROM ${schema}.consumer_offset WHERE topic = $1 GROUP BY consumer`, [topics.case]);
    if (rows.length === 0 && ends.size > 0) open.push(`${schema} has read nothing`);
    for (const { consumer, at } of rows) {
      const behind = [...ends].reduce((sum, [partition, end]) => sum + Number(end - BigInt(at[String(partition)] ?? '0')), 0);
      if (behind !== 0) open.push(`${consumer} is ${behind} messages behind`);
    }
    const { rows: parked } = await admin.query<{ text: string }>(`SELECT consumer || ' parked ' || subject || ' (' || reason || coalesce(': ' || error, '') || ')' AS text FROM ${schema}.parked_event LIMIT 5`);
    open.push(...parked.map(({ text }) => text));
  }
  const { rows: [late] } = await admin.query<{ count: number }>(`SELECT count(*)::int AS count FROM sla.timer WHERE fire_at < now() - $1::int * interval '1 millisecond'`, [lateMs]);
  if (late && late.count > 0) open.push(`${late.count} timers are late`);
  return open;
};

export const eventCount = async (admin: pg.ClientBase): Promise<number> => {
  const { rows: [row] } = await admin.query<{ count: string }>(`SELECT ${sources.map((source: Source) => `(SELECT count(*) FROM ${source}.event)`).join(' + ')} AS count`);
  return Number(row?.count);
};
