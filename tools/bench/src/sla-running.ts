/** A million clocks that run and are not due, as rows: what a sweep has to pass over. */
import { lockDueCases } from '@lianban/sla/timer-rows';
import { sweepBatch } from '@lianban/sla/timer-loop';
import type pg from 'pg';
import type { BenchContext } from './measure.js';
import { figure } from './page.js';
import { registrations, type Sla } from './sla-feed.js';

/** Clocks that run and are not due. */
export const runningIn = ({ quick }: BenchContext): number => (quick ? 1_000 : 1_000_000);

/**
 * Each running clock is a case of its own with its facts, its stream of one event and its timer, made after those of one real case.
 * Their due times lie from ten days to a year ahead.
 */
export const fillRunning = async (context: BenchContext, sla: Sla, admin: pg.Client): Promise<void> => {
  const count = runningIn(context);
  context.say(`making ${figure(count)} running clocks …`);
  const [sample] = registrations(0, 1, () => Date.now());
  if (!sample) throw new Error('a life begins with its registration');
  await sla.feed([sample]);
  const sampleCase = sample.streamId;
  const caseId = `'running-' || lpad(n::text, 9, '0')`;
  const rows = 'FROM generate_series(1, $2::int) AS n';
  await admin.query(`INSERT INTO sla.case_fact (case_id, version, data) SELECT ${caseId}, 1, f.data ${rows}, sla.case_fact f WHERE f.case_id = $1`, [sampleCase, count]);
  await admin.query(`INSERT INTO sla.stream (stream_id, version, last_xid) SELECT ${caseId}, 1, pg_current_xact_id() ${rows} WHERE $1::text IS NOT NULL`, [sampleCase, count]);
  await admin.query(
    `INSERT INTO sla.event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
     SELECT ${caseId}, 1, gen_random_uuid(), e.type, e.data, e.occurred_at, e.recorded_at, e.correlation_id, e.causation_id, e.actor
       ${rows}, sla.event e WHERE e.stream_id = $1 AND e.version = 1`, [sampleCase, count]);
  await admin.query(
    `INSERT INTO sla.timer (clock_id, case_id, due_at, fire_at, recorded_late, purpose)
     SELECT gen_random_uuid(), ${caseId}, due, due, false, 'breach'
       ${rows}, LATERAL (SELECT now() + interval '10 days' + (n::bigint * 7919 % $2::int) * interval '355 days' / $2::int AS due) AS planned WHERE $1::text IS NOT NULL`, [sampleCase, count]);
  for (const table of ['case_fact', 'stream', 'event', 'timer']) await admin.query(`VACUUM (ANALYZE) sla.${table}`);
  await admin.query('CHECKPOINT');
};

export interface Plan { readonly lines: readonly string[]; readonly ms: number }

/** How Postgres finds and locks the cases of one sweep, by EXPLAIN (ANALYZE, BUFFERS) of the very statement. @throws Error when it reads all timers for it */
export const explainDueCases = async (pool: pg.Pool, now: Date): Promise<Plan> => {
  const client = await pool.connect();
  const lines: string[] = [];
  try {
    await client.query('BEGIN');
    await lockDueCases({
      query: async (statement, values) => {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${typeof statement === 'string' ? statement : statement.text}`, values);
        lines.push(...rows.map((row) => row['QUERY PLAN']));
        return { rows: [], rowCount: 0 };
      },
    }, now, sweepBatch);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
  if (lines.some((line) => /Seq Scan on timer|Sort/.test(line)) || !lines.some((line) => /Index (Only )?Scan using \S+ on timer/.test(line))) {
    throw new Error(`due timers are not found by an index:\n${lines.join('\n')}`);
  }
  return { lines, ms: Number(/Execution Time: ([\d.]+)/.exec(lines.at(-1) ?? '')?.[1]) };
};
