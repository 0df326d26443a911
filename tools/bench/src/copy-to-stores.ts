import type pg from 'pg';

/** The shapes are those of the migrations; the events are the very ones of the topic, which the relays have published. */
const statements = {
  'dispatch.event': `
    INSERT INTO dispatch.event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
    SELECT case_id::text, stream_version, event_id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor
      FROM insight.timeline WHERE source = 'dispatch' ORDER BY recorded_at, case_id, stream_version`,
  'dispatch.stream': `
    INSERT INTO dispatch.stream (stream_id, version, last_xid) SELECT stream_id, max(version), pg_current_xact_id() FROM dispatch.event GROUP BY stream_id`,
  'dispatch.work_order': `
    INSERT INTO dispatch.work_order (work_order_id, case_id, case_no, title, territory, department, role, round, cause, status, issued_at, signed_at, ended_at, result, due_at)
    SELECT w.work_order_id, w.case_id, c.case_no, c.title, c.territory, w.department, w.role, w.round, w.cause, w.status, w.issued_at, w.signed_at, w.completed_at, w.result, c.lead_due_at
      FROM insight.work_orders w JOIN insight.cases c USING (case_id) ORDER BY w.issued_at, w.work_order_id`,
  'satisfaction.case_rate': `
    INSERT INTO satisfaction.case_rate (case_id, period, department, in_scope, contacted_in_time, reached, resolved, asked, satisfied)
    SELECT case_id, period, responsible_department, in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied FROM insight.cases ORDER BY registered_at`,
};

/** What dispatch and satisfaction would hold of the cases in insight, as if they had decided them. */
export async function copyToStores(admin: pg.Pool, say: (line: string) => void): Promise<void> {
  for (const [table, statement] of Object.entries(statements)) {
    const startedAt = performance.now();
    const { rowCount } = await admin.query(statement);
    say(`${table}: ${rowCount} rows in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    await admin.query(`VACUUM (ANALYZE) ${table}`);
  }
}
