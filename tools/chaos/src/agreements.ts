/**
 * What must hold once everything has settled, whatever the rules are: nothing is there twice, nothing waits, and the tables of each service agree with the read model,
 * which `reconcile` holds against a fresh fold of all events. Each is one query that returns what is wrong and nothing else.
 */
import { sources } from '@lianban/contracts';
import type pg from 'pg';
import type { Violation } from './history.js';

export interface Agreement {
  readonly name: string;
  /** Rows with `case_id` and `detail`. */
  readonly sql: string;
}

/** Rows that one of two questions has and the other lacks. The first column is the case. */
const same = (name: string, columns: string, one: string, other: string): Agreement => {
  const lacking = (what: string, from: string, in_: string) => `SELECT case_id::text, '${what}: ' || row_to_json(lacking)::text AS detail FROM ((${from}) EXCEPT (${in_})) AS lacking (${columns})`;
  return { name, sql: `${lacking('only the service has', one, other)} UNION ALL ${lacking('only the read model has', other, one)}` };
};

/** What begins, and how it ends. Of types, any version. */
const lifetimes = [
  { source: 'dispatch', key: 'workOrderId', begins: 'work-order.issued', ends: ['work-order.completed', 'work-order.returned', 'work-order.cancelled'] },
  { source: 'dispatch', key: 'holdId', begins: 'case.held', ends: ['case.resumed'] },
  { source: 'satisfaction', key: 'callBackId', begins: 'call-back.opened', ends: ['call-back.recorded', 'call-back.cancelled'] },
  { source: 'sla', key: 'clockId', begins: 'clock.started', ends: [] },
] as const;

const isOf = (types: readonly string[]) => `regexp_replace(type, '^lianban\\.(.*)\\.v\\d+$', '\\1') IN (${types.map((type) => `'${type}'`).join(', ')})`;

const ended = `('refused', 'merged', 'withdrawn', 'closed')`;
const open = `('dispatched', 'signed', 'in-progress')`;
const outcome = ['reached', 'resolved', 'satisfaction', 'comment', 'unitAtFault', 'decision'];
const counts = ['in_scope', 'contacted_in_time', 'reached', 'resolved', 'asked', 'satisfied'];

/** @param slackMs how long after its time something may still be on its way */
export const agreements = (slackMs: number): Agreement[] => [
  {
    name: 'a cause has each effect once',
    sql: sources.map((source) => `
      SELECT stream_id AS case_id, '${source} wrote ' || type || ' ' || count(*) || ' times because of ' || causation_id AS detail
        FROM ${source}.event WHERE stream_id NOT LIKE '%/%' GROUP BY stream_id, type, causation_id, data HAVING count(*) > 1`).join(' UNION ALL '),
  },
  {
    name: 'a decision is made once',
    sql: `SELECT stream_id AS case_id, type || ' ' || count(*) || ' times' AS detail FROM intake.event
           WHERE ${isOf(['case.registered', 'case.contacted', 'case.accepted'])} GROUP BY stream_id, type HAVING count(*) > 1
          UNION ALL
          SELECT stream_id, data->>'milestone' || ' of round ' || (data->>'round') || ' reached ' || count(*) || ' times' FROM dispatch.event
           WHERE ${isOf(['milestone.reached'])} GROUP BY stream_id, data->>'milestone', data->>'round' HAVING count(*) > 1`,
  },
  {
    name: 'what begins, begins once and ends once',
    sql: lifetimes.map(({ source, key, begins, ends }) => {
      const [begun, finished] = [isOf([begins]), ends.length > 0 ? isOf(ends) : 'false'];
      return `SELECT stream_id AS case_id, '${key} ' || (data->>'${key}') || ' began ' || count(*) FILTER (WHERE ${begun}) || ' times and ended ' || count(*) FILTER (WHERE ${finished}) AS detail
        FROM ${source}.event WHERE ${begun} OR ${finished} GROUP BY stream_id, data->>'${key}' HAVING count(*) FILTER (WHERE ${begun}) <> 1 OR count(*) FILTER (WHERE ${finished}) > 1`;
    }).join(' UNION ALL '),
  },
  {
    name: 'what time brings about happens at its time',
    sql: `SELECT stream_id AS case_id, type || ' at ' || occurred_at || ', due ' || coalesce(data->>'warnedAt', data->>'dueAt') AS detail FROM sla.event
           WHERE ${isOf(['clock.warned', 'clock.breached', 'clock.lapsed'])} AND occurred_at <> coalesce(data->>'warnedAt', data->>'dueAt')::timestamptz`,
  },
  {
    name: 'nothing is open in a case that has ended',
    sql: `SELECT c.case_id::text, c.status || ', work order ' || w.work_order_id || ' is ' || w.status AS detail FROM insight.cases c JOIN insight.work_orders w USING (case_id) WHERE c.status IN ${ended} AND w.status IN ${open}
          UNION ALL
          SELECT c.case_id::text, c.status || ', call-back ' || b.call_back_id || ' is due' FROM insight.cases c JOIN insight.call_backs b USING (case_id) WHERE c.status IN ${ended} AND b.status = 'due'
          UNION ALL
          -- The requester of a merged case is owed a word all the same.
          SELECT c.case_id::text, c.status || ', its ' || k.kind || ' clock runs' FROM insight.cases c JOIN insight.clocks k USING (case_id)
           WHERE c.status IN ${ended} AND k.status IN ('running', 'held') AND NOT (k.kind = 'contact' AND c.status = 'merged')`,
  },
  {
    name: 'nothing waits for ever',
    sql: `SELECT case_id::text, status || ', and no unit has its order' AS detail FROM insight.cases c
           WHERE status IN ('dispatched', 'in-progress', 'rework') AND NOT EXISTS (SELECT FROM insight.work_orders w WHERE w.case_id = c.case_id AND w.role = 'lead' AND w.status IN ${open})
          UNION ALL
          SELECT case_id::text, 'answered, and nobody is asked' FROM insight.cases c
           WHERE status = 'answered' AND NOT EXISTS (SELECT FROM insight.call_backs b WHERE b.case_id = c.case_id AND b.status = 'due')
          UNION ALL
          SELECT case_id::text, 'held, and was to be looked at ' || review_at FROM dispatch.hold_review WHERE review_at < now() - ${slackMs} * interval '1 millisecond'`,
  },
  same('work orders are as the read model has them', 'case_id, work_order, case_no, title, territory, department, role, round, cause, status, issued, signed, ended, result, return_reason, suggested, sign_due, due',
    `SELECT case_id, work_order_id, case_no, title, territory, department, role, round, cause, status, issued_at, signed_at, ended_at, result, return_reason, suggested_department, sign_due_at, due_at FROM dispatch.work_order`,
    `SELECT w.case_id, w.work_order_id, c.case_no, c.title, c.territory, w.department, w.role, w.round, w.cause, w.status, w.issued_at, w.signed_at, coalesce(w.completed_at, w.returned_at, w.cancelled_at), w.result, w.return_reason, w.suggested_department,
            (SELECT k.due_at FROM insight.clocks k WHERE k.case_id = w.case_id AND k.kind = 'sign' AND k.work_order_id = w.work_order_id),
            (SELECT k.due_at FROM insight.clocks k WHERE k.case_id = w.case_id AND CASE w.role WHEN 'lead' THEN k.kind IN ('lead', 'rework') AND k.round = w.round ELSE k.kind = 'assist' AND k.work_order_id = w.work_order_id END)
       FROM insight.work_orders w JOIN insight.cases c USING (case_id)`),
  same('holds are as the read model has them', 'case_id, until',
    'SELECT case_id, review_at FROM dispatch.hold_review UNION SELECT case_id, held_until FROM dispatch.work_order WHERE held_until IS NOT NULL',
    'SELECT case_id, held_until FROM insight.cases WHERE held_until IS NOT NULL'),
  same('call-backs are as the read model has them', `case_id, call_back, round, demand, lead, work_order, answered, status, ended, outcome, due`,
    `SELECT case_id, call_back_id, round, demand_case_id, lead, work_order_id, answered_at, status, ended_at,
            CASE WHEN outcome IS NOT NULL THEN jsonb_build_array(${outcome.map((field) => `outcome->'${field}'`).join(', ')}) END, due_at FROM satisfaction.call_back`,
    `SELECT b.case_id, b.call_back_id, b.round, b.demand_case_id, b.lead, b.work_order_id, b.answered_at, b.status, coalesce(b.recorded_at, b.cancelled_at),
            CASE WHEN b.status = 'done' THEN jsonb_build_array(b.reached, b.resolved, b.satisfaction, b.comment, b.unit_at_fault, b.decision) END,
            (SELECT k.due_at FROM insight.clocks k JOIN satisfaction.call_back s USING (case_id) WHERE s.call_back_id = b.call_back_id AND k.kind = 'call-back' AND k.round = b.round AND k.started_at = s.since LIMIT 1)
       FROM insight.call_backs b`),
  same('people are told once of what sla says', 'case_id, notice',
    'SELECT case_id, notice_id FROM sla.notice WHERE clock_id IS NOT NULL',
    `SELECT stream_id, id FROM sla.event WHERE ${isOf(['clock.warned', 'clock.breached', 'supervision.raised'])}`),
  same('notices of a breach stand as long as it does', 'case_id, clock',
    `SELECT DISTINCT case_id, clock_id FROM sla.notice WHERE kind = 'breach' AND withdrawn_at IS NULL`,
    'SELECT case_id::text, clock_id FROM insight.clocks WHERE breached_at IS NOT NULL'),
  same('a case counts the same in both', `case_id, period, department, ${counts.join(', ')}`,
    `SELECT case_id, period, department, ${counts.join(', ')} FROM satisfaction.case_rate WHERE period IS NOT NULL`,
    'SELECT case_id, period, responsible_department, in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied FROM insight.cases WHERE period IS NOT NULL'),
  same("a month's sums are those of its cases", `case_id, period, department, cases, ${counts.join(', ')}`,
    `SELECT '-', period, department, sum(cases), ${counts.map((column) => `sum(${column})`).join(', ')} FROM satisfaction.case_rate_sum GROUP BY period, department HAVING sum(cases) <> 0`,
    `SELECT '-', period, coalesce(department, ''), count(*), ${counts.map((column) => `sum(${column})`).join(', ')} FROM satisfaction.case_rate WHERE period IS NOT NULL GROUP BY period, coalesce(department, '')`),
];

export const checkAgreements = async (admin: pg.ClientBase, slackMs: number): Promise<Violation[]> => {
  const violations: Violation[] = [];
  for (const { name, sql } of agreements(slackMs)) {
    const { rows } = await admin.query<{ case_id: string; detail: string }>(sql);
    violations.push(...rows.map(({ case_id: caseId, detail }) => ({ check: name, caseId, detail })));
  }
  return violations;
};
