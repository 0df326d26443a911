import type { Source } from '@lianban/contracts';
import type pg from 'pg';

/** The shapes are those of the migrations; the events are the very ones of the topic, which the relays have published. */
const storeOf = (source: Source): Readonly<Record<string, string>> => ({
  [`${source}: events`]: `
    INSERT INTO ${source}.event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
    SELECT case_id::text, stream_version, event_id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor
      FROM insight.timeline WHERE source = '${source}' ORDER BY recorded_at, case_id, stream_version`,
  [`${source}: streams`]: `
    INSERT INTO ${source}.stream (stream_id, version, last_xid) SELECT stream_id, max(version), pg_current_xact_id() FROM ${source}.event GROUP BY stream_id`,
  [`${source}: relay`]: `
    INSERT INTO ${source}.relay_position (destination, xid, position) SELECT 'kafka', max(xid::text)::xid8, max(position) FROM ${source}.event HAVING count(*) > 0
    ON CONFLICT (destination) DO UPDATE SET xid = excluded.xid, position = excluded.position`,
});

/** Of the services' other tables the ones that are asked. */
const rows: Partial<Record<Source, Readonly<Record<string, string>>>> = {
  dispatch: { 'dispatch: work orders': `
    INSERT INTO dispatch.work_order (work_order_id, case_id, case_no, title, territory, department, role, round, cause, status, issued_at, signed_at, ended_at, result, due_at)
    SELECT w.work_order_id, w.case_id, c.case_no, c.title, c.territory, w.department, w.role, w.round, w.cause, w.status, w.issued_at, w.signed_at, w.completed_at, w.result, c.lead_due_at
      FROM insight.work_orders w JOIN insight.cases c USING (case_id) ORDER BY w.issued_at, w.work_order_id` },
  satisfaction: { 'satisfaction: rates': `
    INSERT INTO satisfaction.case_rate (case_id, facts, period, department, in_scope, contacted_in_time, reached, resolved, asked, satisfied)
    SELECT case_id, '{}', period, responsible_department, in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied FROM insight.cases ORDER BY registered_at` },
};

/** What these services would hold of the cases in insight, as if they had decided them. */
export async function copyToStores(admin: pg.Pool, say: (line: string) => void, stores: readonly Source[]): Promise<void> {
  const statements = [...stores.map(storeOf), rows.dispatch, rows.satisfaction].flatMap((each) => Object.entries(each ?? {}));
  for (const [what, statement] of statements) {
    const startedAt = performance.now();
    const { rowCount } = await admin.query(statement);
    say(`${what}: ${rowCount} rows in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
  const tables = [...stores.flatMap((source) => [`${source}.event`, `${source}.stream`]), 'dispatch.work_order', 'satisfaction.case_rate'];
  for (const table of tables) await admin.query(`VACUUM (ANALYZE) ${table}`);
}
