import type { CaseEvent, EventEnvelope } from '@lianban/contracts';
import type { CaseRow, ProjectedCase, IntakeColumns } from './projected-case.js';
import { instantOf } from './instant.js';

/** What an event of intake changes in the case's row. */
const intakeColumns = (row: CaseRow, event: EventEnvelope<CaseEvent<'intake'>>): Partial<IntakeColumns> => {
  const at = instantOf(event.metadata.occurredAt);
  // A refusal with its text and an on-the-spot result count as contacts. The earliest by its own time counts, also when it becomes known later.
  const contacted_at = row.contacted_at !== null && row.contacted_at <= at ? row.contacted_at : at;
  switch (event.type) {
    case 'lianban.case.registered.v1': {
      const { caseNo, title, description, channel, category, territory, location, requester, urgency } = event.data;
      return {
        case_no: caseNo, title, description, channel, category, territory, location, urgency,
        requester_kind: requester.kind, requester_ref: requester.ref, registered_at: at,
      };
    }
    case 'lianban.case.found-on-visit.v1':
      return { visit_id: event.data.visitId };
    case 'lianban.case.accepted.v1': {
      const { level, category, greenChannel } = event.data;
      return { level, green_channel: greenChannel, category: category ?? row.category, accepted_at: at };
    }
    case 'lianban.case.contacted.v1':
      return { contacted_at };
    case 'lianban.case.refused.v1':
      return { refused_at: at, refusal_reason: event.data.reason, refusal_text: event.data.text, contacted_at };
    case 'lianban.case.handled-on-the-spot.v1':
      return { on_the_spot_at: at, on_the_spot_result: event.data.result, closed_at: at, contacted_at };
    case 'lianban.case.withdrawn.v1':
      return { withdrawn_at: at, withdrawal_reason: event.data.reason, waits_until: null };
    case 'lianban.case.closed.v1':
      return { closed_at: at, waits_until: null };
    case 'lianban.case.re-rated.v1':
      return { level: event.data.level, green_channel: event.data.greenChannel };
    case 'lianban.demand.kind-set.v1':
      return { demand_kind: event.data.kind };
    case 'lianban.case.reopened.v1':
      // How it had ended stands in the timeline.
      return { reopened_at: at, reopenings: row.reopenings + 1, closed_at: null, withdrawn_at: null, withdrawal_reason: null, on_the_spot_at: null, on_the_spot_result: null };
    case 'lianban.case.merged.v1':
      return { merged_at: at, merged_into: event.data.intoCaseId };
    case 'lianban.case.unmerged.v1':
      return { merged_at: null, merged_into: null };
    case 'lianban.demand.joined.v1':
      return { joined_demands: [...row.joined_demands, event.data.demandCaseId] };
    case 'lianban.demand.repeated.v1':
      return { repeats_case_id: event.data.ofCaseId, repeats_requester: event.data.requester, repeats_same_requester: event.data.sameRequester };
    case 'lianban.demand.left.v1':
      return { joined_demands: row.joined_demands.filter((caseId) => caseId !== event.data.demandCaseId) };
    case 'lianban.case.urged.v1':
      return { urgings: event.data.ordinal, last_urged_at: at };
    case 'lianban.case.supplemented.v1':
      return { supplements: event.data.ordinal };
    case 'lianban.message.sent.v1': {
      const { asks, answers, waitsUntil } = event.data;
      const waits_until = answers === null ? row.waits_until : null;
      return { messages: row.messages + 1, questions: row.questions + (asks ? 1 : 0), waits_until: waitsUntil === null ? waits_until : instantOf(waitsUntil) };
    }
    case 'lianban.question.lapsed.v1':
      return { waits_until: null };
    case 'lianban.requester.told.v1':
      // It stands in the timeline.
      return {};
    default:
      return event satisfies never;
  }
};

export const evolveIntake = (view: ProjectedCase, event: EventEnvelope<CaseEvent<'intake'>>): void => {
  Object.assign(view.case, intakeColumns(view.case, event));
};
