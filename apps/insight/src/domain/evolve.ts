import { caseEventTypes, definitionOf, type CaseEvent, type EventEnvelope, type Source } from '@lianban/contracts';
import type { CaseRow, ProjectedCase, TimelineRow } from './projected-case.js';
import { evolveDispatch } from './dispatch-part.js';
import { instantOf, laterOf } from './instant.js';
import { evolveIntake } from './intake-part.js';
import { evolveSatisfaction } from './satisfaction-part.js';
import { evolveSla } from './sla-part.js';

/** The events a case view is made of. Reference data travels on a topic of its own and into the directory copy; it is about no case. */
export const handledTypes = caseEventTypes();

/** What each service's events change in a view. */
const parts: { readonly [S in Source]: (view: ProjectedCase, event: EventEnvelope<CaseEvent<S>>) => void } = {
  intake: evolveIntake,
  dispatch: evolveDispatch,
  sla: evolveSla,
  satisfaction: evolveSatisfaction,
};
const partOf = new Map(handledTypes.map((type) => [type, parts[definitionOf(type)?.source as Source] as (view: ProjectedCase, event: EventEnvelope) => void]));

/**
 * Folds one more event into the view of its case. It changes the caller's view in place: copying its columns for each event took
 * four fifths of a fold. Events of one service come in their order; those of different services in any, so each writes its own columns only and
 * `settle` derives the shared ones. Never refuses: what happened has happened.
 */
export const evolve = (view: ProjectedCase, event: EventEnvelope): ProjectedCase => {
  const part = partOf.get(event.type as CaseEvent['type']);
  if (!part) return view;
  part(view, event);
  const entry = timelineEntry(view.case.case_id, event);
  note(view.case, entry);
  view.timeline.push(entry);
  return view;
};

const note = (row: CaseRow, { occurred_at, recorded_at }: TimelineRow): void => {
  row.events += 1;
  row.last_occurred_at = laterOf(row.last_occurred_at, occurred_at);
  row.last_recorded_at = laterOf(row.last_recorded_at, recorded_at);
};

const timelineEntry = (caseId: string, { type, data, metadata }: EventEnvelope): TimelineRow => ({
  case_id: caseId,
  source: metadata.source,
  stream_version: metadata.streamVersion,
  event_id: metadata.id,
  type,
  occurred_at: instantOf(metadata.occurredAt),
  recorded_at: instantOf(metadata.recordedAt),
  correlation_id: metadata.correlationId,
  causation_id: metadata.causationId,
  actor: metadata.actor,
  data,
});
