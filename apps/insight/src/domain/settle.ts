import { searchable, supervisionSteps } from '@lianban/contracts';
import { departmentOf, periodOf } from '@lianban/scoring';
import { isEnded, statusOf } from './case-status.js';
import type { ProjectedCase, ClockRow, DerivedColumns, TimelineRow } from './projected-case.js';

/** Derives the shared columns of the caller's view, in place. Once per batch is enough, since it reads rows only. */
export const settle = (view: ProjectedCase): ProjectedCase => {
  Object.assign(view.case, derivedColumns(view));
  return view;
};

const derivedColumns = (view: ProjectedCase): DerivedColumns => {
  const { case: row } = view;
  const clocks = [...view.clocks.values()];
  const contact = clocks.find(({ kind }) => kind === 'contact');
  const lead = newest(clocks.filter(({ kind }) => kind === 'lead' || kind === 'rework'));
  // Windows lapse; a contact clock does not.
  const contactStatus = contact === undefined || contact.status === 'lapsed' ? null : contact.status;
  // Answers and outcomes from before a reopening don't count for the present state.
  const inThisLife = (at: string | null): boolean => at !== null && (row.reopened_at === null || at >= row.reopened_at);
  const isRework = row.reopened_at === null || [...view.workOrders.values()].some(({ role, round, cause }) => role === 'lead' && round === row.round && cause === 'rework');
  const status = statusOf({
    accepted: row.accepted_at !== null,
    refused: row.refused_at !== null,
    withdrawn: row.withdrawn_at !== null,
    merged: row.merged_at !== null,
    closed: row.closed_at !== null,
    round: isRework ? row.round : Math.min(row.round, 1),
    answeredRound: inThisLife(row.answered_at) ? row.answered_round : 0,
    reworkOfRound: row.decision === 'rework' && inThisLife(row.called_back_at) ? row.outcome_round : 0,
    openLead: openLead(view),
  });
  return {
    status,
    responsible_department: departmentOf({ leadAtAnswer: row.answered_by, currentLead: row.lead_department }),
    contact_status: contactStatus,
    contact_due_at: contact?.due_at ?? null,
    lead_status: lead?.status ?? null,
    lead_due_at: lead?.due_at ?? null,
    next_due_at: isEnded(status) ? null : soonest(clocks.filter((clock) => isOpen(clock) && clock.kind !== 'return-window')),
    breaches: clocks.filter(({ breached_at }) => breached_at !== null).length,
    supervision: supervisionSteps.findLast((step) => Object.values(row.supervisions).includes(step)) ?? null,
    search_text: searchable(row.case_no, row.title, row.description, row.location),
    period: row.registered_at === null ? null : periodOf(row.registered_at),
    demands: row.merged_at === null ? 1 + row.joined_demands.length : 0,
  };
};

const openLead = (view: ProjectedCase) => {
  const open = [...view.workOrders.values()].filter(({ role, status }) => role === 'lead' && (status === 'dispatched' || status === 'signed' || status === 'in-progress'));
  if (open.length === 0) return 'none';
  return open.some(({ status }) => status !== 'dispatched') ? 'taken' : 'dispatched';
};

/** The clock still waits for something; also a breached clock that has not stopped. */
const isOpen = ({ stopped_at, cancelled_at }: ClockRow): boolean => stopped_at === null && cancelled_at === null;

const soonest = (clocks: readonly ClockRow[]): string | null =>
  clocks.reduce<string | null>((least, { due_at }) => (due_at !== null && (least === null || due_at < least) ? due_at : least), null);

/** A re-dispatch may start a round's clock anew: the later start counts, then the id, so that the choice never depends on order of arrival. */
const newest = (clocks: readonly ClockRow[]): ClockRow | undefined =>
  [...clocks].sort((a, b) => a.round - b.round || compare(a.started_at ?? '', b.started_at ?? '') || compare(a.clock_id, b.clock_id)).at(-1);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorted for readers: by when it happened, then when it was written, then by service and its own order. */
export const inReadingOrder = (entries: readonly TimelineRow[]): TimelineRow[] =>
  [...entries].sort((a, b) =>
    compare(a.occurred_at, b.occurred_at) || compare(a.recorded_at, b.recorded_at) || compare(a.source, b.source) || a.stream_version - b.stream_version);
