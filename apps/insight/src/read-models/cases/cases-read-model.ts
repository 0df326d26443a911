/** The read model `cases`, which answers every query of the analysts. */
import { topics } from '@lianban/contracts';
import type { ReadModel } from '@lianban/projections';
import { type CallBackRow, type CaseRow, type ProjectedCase, type ClockRow, emptyView, type WorkOrderRow } from '../../domain/projected-case.js';
import { evolve, handledTypes } from '../../domain/evolve.js';
import { settle } from '../../domain/settle.js';
import { owedClock } from '../../owed-clock.js';

export const casesReadModel: ReadModel<ProjectedCase> = {
  name: 'cases',
  topics: [topics.case],
  handled: new Set(handledTypes),
  groupColumn: 'case_id',
  tables: [
    { name: 'cases', key: ['case_id'], kind: 'state' },
    { name: 'work_orders', key: ['case_id', 'work_order_id'], kind: 'state' },
    { name: 'clocks', key: ['case_id', 'clock_id'], kind: 'state' },
    { name: 'call_backs', key: ['case_id', 'call_back_id'], kind: 'state' },
    { name: 'timeline', key: ['case_id', 'source', 'stream_version'], kind: 'log' },
  ],
  kept: ['rate_sums'],
  groupOf: ({ streamId }) => streamId,
  empty: emptyView,
  evolve,
  settle,
  toRows: (view) => ({
    cases: [view.case],
    work_orders: [...view.workOrders.values()],
    clocks: [...view.clocks.values()].map((clock) => owedClock(clock, view)),
    call_backs: [...view.callBacks.values()],
    timeline: view.timeline,
  }),
  takeLog: (view) => ({ timeline: view.timeline.splice(0) }),
  fromRows: (caseId, rows) => {
    const empty = emptyView(caseId);
    const by = <Row extends object>(table: string, key: (row: Row) => string): Map<string, Row> =>
      new Map(((rows[table] ?? []) as Row[]).map((row) => [key(row), row]));
    return {
      // Columns that older tables lack start as in an empty view.
      case: { ...empty.case, ...(rows.cases?.[0] as CaseRow | undefined) },
      workOrders: by<WorkOrderRow>('work_orders', (row) => row.work_order_id),
      clocks: by<ClockRow>('clocks', (row) => row.clock_id),
      callBacks: by<CallBackRow>('call_backs', (row) => row.call_back_id),
      timeline: [],
    };
  },
};
