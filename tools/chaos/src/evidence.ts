/** What is in the stores, the topic and the services' tables once the run has settled. */
import { sources, topics, typesOn } from '@lianban/contracts';
import type pg from 'pg';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { readTopic, topicEnds } from '@lianban/tools/reconcile/read-topic';
import { outcomeFields } from './check-rows.js';
import type { PublishedEvent, Row, ServiceRows, StoredEvent } from './history.js';

export const storedEvents = async (admin: pg.ClientBase): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for (const source of sources) {
    const { rows } = await admin.query<StoredEvent & { occurred_at: Date; stream_id: string; causation_id: string; by_system: boolean }>(
      `SELECT stream_id, version, id::text AS id, type, data, occurred_at, causation_id, actor->>'role' = 'system' AS by_system
         FROM ${source}.event WHERE type = ANY($1) ORDER BY stream_id, version`, [typesOn(topics.case)]);
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
      // What is no event, a foreign message or the marker of a transaction, is nobody's to judge.
      if (!address) continue;
      published.push({
        source: address.source, streamId: address.streamId, version: address.streamVersion,
        id: raw.headers.ce_id ?? '', partition: raw.partition, offset: Number(raw.offset),
      });
    }
  });
  return published;
};

const counts = ['cases', 'in_scope', 'contacted_in_time', 'reached', 'resolved', 'asked', 'satisfied'];

const queries: Readonly<Record<keyof ServiceRows, string>> = {
  workOrders: `SELECT work_order_id::text AS id, case_id::text, case_no, title, territory, department, role, round, cause, status, issued_at, signed_at, ended_at,
                      result, return_reason, suggested_department, sign_due_at, due_at, held_until FROM dispatch.work_order`,
  callBacks: `SELECT call_back_id::text AS id, case_id::text, round, demand_case_id::text, lead, work_order_id::text, answered_at, since, status, ended_at, due_at,
                     CASE WHEN outcome IS NOT NULL THEN jsonb_build_array(${outcomeFields.map((field) => `outcome->'${field}'`).join(', ')}) END AS outcome
                FROM satisfaction.call_back`,
  timers: `SELECT clock_id::text AS id, case_id, purpose, due_at FROM sla.timer`,
  notices: `SELECT notice_id::text AS id, case_id, clock_id::text, kind, clock_kind, department, colour, due_at, at, (withdrawn_at IS NULL)::int AS stands FROM sla.notice WHERE clock_id IS NOT NULL`,
  holdReviews: `SELECT case_id::text AS id, case_id::text, hold_id::text, review_at FROM dispatch.hold_review`,
  rates: `SELECT case_id::text AS id, case_id::text, period, department, in_scope, contacted_in_time, reached, resolved, asked, satisfied FROM satisfaction.case_rate WHERE period IS NOT NULL`,
  rateSums: `SELECT period || ' ' || department AS id, '-' AS case_id, ${counts.map((column) => `sum(${column})::int AS ${column}`).join(', ')}
               FROM satisfaction.case_rate_sum GROUP BY period, department HAVING (${counts.map((column) => `sum(${column})`).join(', ')}) <> (${counts.map(() => 0).join(', ')})`,
};

const cell = (value: string | number | Date | unknown[] | null): string | number | null =>
  (value instanceof Date ? value.toISOString() : Array.isArray(value) ? JSON.stringify(value) : value);

export const serviceRows = async (admin: pg.ClientBase): Promise<ServiceRows> => {
  const tables: [string, Row[]][] = [];
  for (const [table, query] of Object.entries(queries)) {
    const { rows } = await admin.query<Record<string, string | number | Date | unknown[] | null>>(query);
    tables.push([table, rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, cell(value)])))]);
  }
  return Object.fromEntries(tables) as unknown as ServiceRows;
};
