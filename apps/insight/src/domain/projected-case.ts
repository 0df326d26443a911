/**
 * Everything insight knows of one case. A row here is the table's row: same names, same order, so that nothing has to map them.
 * Times are ISO 8601 in UTC with milliseconds. Null: not (yet) known. Meanings stand in the views' comments (`read-models/cases/3-views.sql`).
 */
import type { Actor, CallBackStatus, Channel, ClockKind, ClockStatus, DemandKind, Derivation, HoldReason, Level, RefusalReason, RequesterKind, Source, SupervisionStep, territoryKinds, Urgency, WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import type { CaseStatus } from './case-status.js';

/** Columns only intake's events write. */
export interface IntakeColumns {
  case_no: string | null;
  title: string | null;
  description: string | null;
  channel: Channel | null;
  category: string | null;
  territory: string | null;
  location: string | null;
  requester_kind: RequesterKind | null;
  requester_ref: string | null;
  urgency: Urgency | null;
  demand_kind: DemandKind | null;
  level: Level | null;
  green_channel: boolean | null;
  registered_at: string | null;
  accepted_at: string | null;
  contacted_at: string | null;
  refused_at: string | null;
  refusal_reason: RefusalReason | null;
  refusal_text: string | null;
  on_the_spot_at: string | null;
  on_the_spot_result: string | null;
  withdrawn_at: string | null;
  withdrawal_reason: string | null;
  closed_at: string | null;
  reopened_at: string | null;
  reopenings: number;
  merged_at: string | null;
  merged_into: string | null;
  repeats_case_id: string | null;
  repeats_requester: string | null;
  repeats_same_requester: boolean | null;
  joined_demands: string[];
  urgings: number;
  last_urged_at: string | null;
  supplements: number;
  messages: number;
  questions: number;
  waits_until: string | null;
  visit_id: string | null;
}

type TerritoryKind = (typeof territoryKinds)[number];

/** A move of the case to another tier. */
export interface TierMove { readonly tier: TerritoryKind; readonly territory: string | null; readonly at: string }

/** Columns only dispatch's events write. */
export interface DispatchColumns {
  round: number;
  dispatches: number;
  returns: number;
  dispatched_at: string | null;
  lead_department: string | null;
  assist_departments: string[];
  first_answered_at: string | null;
  answered_at: string | null;
  answered_round: number;
  answered_by: string | null;
  answer: string | null;
  held_until: string | null;
  hold_reason: HoldReason | null;
  holds: number;
  extensions: number;
  tier: TerritoryKind | null;
  tier_moves: readonly TierMove[];
  escalations: number;
}

/** Columns only sla's events write: the steps of supervision that stand, by the id of each; several clocks can be supervised at once. */
export interface SlaColumns {
  supervisions: Readonly<Record<string, SupervisionStep>>;
}

/** What the case adds to the three rates, by satisfaction's last event. */
export interface CountedColumns {
  in_scope: number;
  contacted_in_time: number;
  counted_reached: number;
  counted_resolved: number;
  counted_asked: number;
  counted_satisfied: number;
}

/** Columns only satisfaction's events write: what is counted, and the last recorded outcome. */
export interface SatisfactionColumns extends CountedColumns {
  called_back_at: string | null;
  outcome_round: number;
  reached: boolean | null;
  resolved: boolean | null;
  satisfaction: number | null;
  unit_at_fault: boolean | null;
  decision: 'close' | 'rework' | null;
  reworks: number;
}

/** Derived from the rest when a view is settled; no event writes them. */
export interface DerivedColumns {
  status: CaseStatus;
  responsible_department: string | null;
  contact_status: Exclude<ClockStatus, 'lapsed'> | null;
  contact_due_at: string | null;
  lead_status: ClockStatus | null;
  lead_due_at: string | null;
  next_due_at: string | null;
  breaches: number;
  supervision: SupervisionStep | null;
  /** What words are looked for in. */
  search_text: string;
  period: string | null;
  demands: number;
}

/** What was read. The consumer keeps how far, per stream, in `consumer_stream`. */
export interface ReadColumns {
  events: number;
  last_occurred_at: string | null;
  last_recorded_at: string | null;
}

export interface CaseRow extends IntakeColumns, DispatchColumns, SlaColumns, SatisfactionColumns, DerivedColumns, ReadColumns {
  case_id: string;
}

export interface WorkOrderRow {
  case_id: string;
  work_order_id: string;
  department: string;
  role: WorkOrderRole;
  round: number;
  cause: 'dispatch' | 'rework' | null;
  status: WorkOrderStatus;
  issued_at: string | null;
  signed_at: string | null;
  progressed_at: string | null;
  last_note: string | null;
  completed_at: string | null;
  result: string | null;
  without_assistants: string | null;
  returned_at: string | null;
  return_reason: string | null;
  suggested_department: string | null;
  cancelled_at: string | null;
  cancel_reason: string | null;
}

export interface ClockRow {
  case_id: string;
  clock_id: string;
  kind: ClockKind;
  round: number;
  milestone: string | null;
  work_order_id: string | null;
  department: string | null;
  status: ClockStatus;
  started_at: string | null;
  due_at: string | null;
  provisional: boolean;
  held_until: string | null;
  warned_at: string | null;
  stopped_at: string | null;
  breached_at: string | null;
  cancelled_at: string | null;
  derivation: Derivation | null;
}

export interface CallBackRow {
  case_id: string;
  call_back_id: string;
  round: number;
  demand_case_id: string | null;
  status: CallBackStatus;
  lead: string | null;
  work_order_id: string | null;
  answered_at: string | null;
  opened_at: string | null;
  recorded_at: string | null;
  cancelled_at: string | null;
  reached: boolean | null;
  resolved: boolean | null;
  satisfaction: number | null;
  comment: string | null;
  unit_at_fault: boolean | null;
  decision: 'close' | 'rework' | null;
  reworks: number | null;
}

export interface TimelineRow {
  case_id: string;
  source: Source;
  stream_version: number;
  event_id: string;
  type: string;
  occurred_at: string;
  recorded_at: string;
  correlation_id: string;
  causation_id: string;
  actor: Actor;
  data: object;
}

export interface ProjectedCase {
  readonly case: CaseRow;
  /** By id; a row that changes is replaced, so that the others need not be written. */
  readonly workOrders: Map<string, WorkOrderRow>;
  readonly clocks: Map<string, ClockRow>;
  readonly callBacks: Map<string, CallBackRow>;
  /** Entries added to this view; a view loaded from the tables starts with none, since entries are only ever added. */
  readonly timeline: TimelineRow[];
}

/** A case of which nothing is known yet. Any service's event may be the first to arrive. */
export const emptyView = (caseId: string): ProjectedCase => ({
  case: {
    case_id: caseId, status: 'registered',
    case_no: null, title: null, description: null, channel: null, category: null, territory: null, location: null,
    requester_kind: null, requester_ref: null, urgency: null, demand_kind: null, level: null, green_channel: null,
    registered_at: null, accepted_at: null, contacted_at: null, refused_at: null, refusal_reason: null, refusal_text: null,
    on_the_spot_at: null, on_the_spot_result: null, withdrawn_at: null, withdrawal_reason: null, closed_at: null, reopened_at: null, reopenings: 0,
    merged_at: null, merged_into: null, repeats_case_id: null, repeats_requester: null, repeats_same_requester: null, joined_demands: [], urgings: 0, last_urged_at: null, supplements: 0, messages: 0, questions: 0, waits_until: null, visit_id: null,
    round: 0, dispatches: 0, returns: 0, dispatched_at: null, lead_department: null, assist_departments: [],
    first_answered_at: null, answered_at: null, answered_round: 0, answered_by: null, answer: null, held_until: null, hold_reason: null, holds: 0, extensions: 0, tier: null, tier_moves: [], escalations: 0, supervisions: {},
    called_back_at: null, outcome_round: 0, reached: null, resolved: null, satisfaction: null, unit_at_fault: null, decision: null, reworks: 0,
    responsible_department: null, contact_status: null, contact_due_at: null, lead_status: null, lead_due_at: null, next_due_at: null, breaches: 0, supervision: null, search_text: '',
    period: null, demands: 0, in_scope: 0, contacted_in_time: 0, counted_reached: 0, counted_resolved: 0, counted_asked: 0, counted_satisfied: 0,
    events: 0, last_occurred_at: null, last_recorded_at: null,
  },
  workOrders: new Map(),
  clocks: new Map(),
  callBacks: new Map(),
  timeline: [],
});
