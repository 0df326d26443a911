import type { CaseEvent, EventEnvelope } from '@lianban/contracts';
import type { ProjectedCase, ClockRow } from './projected-case.js';
import { instantOf } from './instant.js';

type SlaEvent = EventEnvelope<CaseEvent<'sla'>>;
type ClockEvent = Extract<SlaEvent, { type: `lianban.clock.${string}` }>;

const unknownClock = (caseId: string, { clockId, kind, round, milestone, workOrderId, department }: ClockEvent['data']): ClockRow => ({
  case_id: caseId, clock_id: clockId, kind, round, milestone, work_order_id: workOrderId, department, status: 'running',
  started_at: null, due_at: null, provisional: false, held_until: null, warned_at: null, stopped_at: null, breached_at: null, cancelled_at: null, derivation: null,
});

/** Sla's last event about a clock replaces everything: its status and its times, with nothing left from an earlier one. */
const clockColumns = (event: ClockEvent): Partial<ClockRow> => {
  switch (event.type) {
    case 'lianban.clock.started.v2': {
      const { startedAt, dueAt, provisional, derivation } = event.data;
      return { started_at: instantOf(startedAt), due_at: instantOf(dueAt), provisional, derivation };
    }
    case 'lianban.clock.stopped.v2': {
      const due_at = instantOf(event.data.dueAt);
      const stopped_at = instantOf(event.data.stoppedAt);
      // Late, but without a breach before: the clock stopped between the due time and the next sweep.
      return event.data.outcome === 'late'
        ? { status: 'breached', held_until: null, due_at, stopped_at, breached_at: due_at, cancelled_at: null }
        : { status: 'met', held_until: null, due_at, stopped_at, breached_at: null, cancelled_at: null };
    }
    case 'lianban.clock.breached.v2': {
      const due_at = instantOf(event.data.dueAt);
      return { status: 'breached', due_at, breached_at: due_at, cancelled_at: null };
    }
    case 'lianban.clock.corrected.v2':
      return { status: 'met', due_at: instantOf(event.data.dueAt), stopped_at: instantOf(event.data.stoppedAt), breached_at: null, cancelled_at: null };
    case 'lianban.clock.cancelled.v2':
      // Sla cancels a clock only if it ended in time. So this withdraws a breach that was recorded before the end became known.
      return { status: 'cancelled', held_until: null, cancelled_at: instantOf(event.metadata.occurredAt), breached_at: null, stopped_at: null };
    case 'lianban.clock.rescheduled.v1': {
      const { round, status, heldUntil, dueAt, provisional, derivation } = event.data;
      return {
        round, status, due_at: instantOf(dueAt), held_until: heldUntil === null ? null : instantOf(heldUntil), provisional, derivation,
        stopped_at: null, breached_at: null, cancelled_at: null,
      };
    }
    case 'lianban.clock.warned.v1':
      return { warned_at: instantOf(event.data.warnedAt) };
    case 'lianban.clock.lapsed.v1': {
      // A closed return window has ended: nobody owes anything.
      const due_at = instantOf(event.data.dueAt);
      return { status: 'lapsed', due_at, stopped_at: due_at };
    }
    default:
      return event satisfies never;
  }
};

export const evolveSla = (view: ProjectedCase, event: SlaEvent): void => {
  switch (event.type) {
    case 'lianban.supervision.raised.v1':
      view.case.supervisions = { ...view.case.supervisions, [event.data.supervisionId]: event.data.step };
      return;
    case 'lianban.supervision.withdrawn.v1':
      view.case.supervisions = Object.fromEntries(Object.entries(view.case.supervisions).filter(([id]) => id !== event.data.supervisionId));
      return;
    default: {
      const row = view.clocks.get(event.data.clockId) ?? unknownClock(view.case.case_id, event.data);
      view.clocks.set(row.clock_id, { ...row, ...clockColumns(event) });
    }
  }
};
