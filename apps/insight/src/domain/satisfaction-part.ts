import type { CaseEvent, EventByType, EventEnvelope } from '@lianban/contracts';
import type { CallBackRow, ProjectedCase, CountedColumns, SatisfactionColumns } from './projected-case.js';
import { instantOf } from './instant.js';

type SatisfactionEvent = EventEnvelope<CaseEvent<'satisfaction'>>;
type CallBackEvent = Extract<SatisfactionEvent, { type: `lianban.call-back.${string}` }>;

const unknownCallBack = (caseId: string, { callBackId, round, demandCaseId }: CallBackEvent['data']): CallBackRow => ({
  case_id: caseId, call_back_id: callBackId, round, demand_case_id: demandCaseId, status: 'due', lead: null, work_order_id: null, answered_at: null,
  opened_at: null, recorded_at: null, cancelled_at: null,
  reached: null, resolved: null, satisfaction: null, comment: null, unit_at_fault: null, decision: null, reworks: null,
});

const callBackColumns = (event: CallBackEvent): Partial<CallBackRow> => {
  const at = instantOf(event.metadata.occurredAt);
  switch (event.type) {
    case 'lianban.call-back.opened.v2': {
      const { lead, workOrderId, answeredAt } = event.data;
      return { lead, work_order_id: workOrderId, answered_at: instantOf(answeredAt), opened_at: at };
    }
    case 'lianban.call-back.recorded.v2': {
      const { lead, reached, resolved, satisfaction, comment, unitAtFault, decision, reworks } = event.data;
      return { status: 'done', recorded_at: at, lead, reached, resolved, satisfaction, comment, unit_at_fault: unitAtFault, decision, reworks };
    }
    case 'lianban.call-back.cancelled.v2':
      return { status: 'cancelled', cancelled_at: at };
    default:
      return event satisfies never;
  }
};

/** The case's outcome is the last one recorded, whichever of its demands it is about. */
const outcomeColumns = (event: CallBackEvent): Partial<SatisfactionColumns> => {
  if (event.type !== 'lianban.call-back.recorded.v2') return {};
  const { round, reached, resolved, satisfaction, unitAtFault, decision, reworks } = event.data;
  return {
    called_back_at: instantOf(event.metadata.occurredAt), outcome_round: round,
    reached, resolved, satisfaction, unit_at_fault: unitAtFault, decision, reworks,
  };
};

/** Insight counts nothing itself: it sums what satisfaction publishes for each case. */
const countedColumns = ({ response, resolution, satisfaction }: EventByType<'lianban.case.counted.v1'>['data']): CountedColumns => ({
  in_scope: response.denominator, contacted_in_time: response.numerator,
  counted_reached: resolution.denominator, counted_resolved: resolution.numerator, counted_asked: satisfaction.denominator, counted_satisfied: satisfaction.numerator,
});

export const evolveSatisfaction = (view: ProjectedCase, event: SatisfactionEvent): void => {
  if (event.type === 'lianban.case.counted.v1') {
    Object.assign(view.case, countedColumns(event.data));
    return;
  }
  const row = view.callBacks.get(event.data.callBackId) ?? unknownCallBack(view.case.case_id, event.data);
  Object.assign(view.case, outcomeColumns(event));
  view.callBacks.set(row.call_back_id, { ...row, ...callBackColumns(event) });
};
