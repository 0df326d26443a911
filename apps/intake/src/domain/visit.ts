/** A visit as it was recorded. Stream: `visit/` and its id. It has one event: what was seen stays so. */
import type { EventByType, EventEnvelope } from '@lianban/contracts';

export type VisitEvent = EventByType<'lianban.visit.recorded.v1'>;
export type Visit = VisitEvent['data'];

/** `null` until it is recorded. */
export type VisitState = Visit | null;

export const evolveVisit = (_: VisitState, { data }: EventEnvelope<VisitEvent>): VisitState => data;
