import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { Fold } from '@lianban/event-store';
import { evolve, initialState } from './domain/case-call-backs.js';
import type { SatisfactionEvent, SatisfactionState } from './domain/case-call-backs.js';

/** The stream of a case holds satisfaction's own events and nothing else; `evolve` refuses the rest. */
export const satisfactionFold: Fold<SatisfactionState> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<SatisfactionEvent>),
};

export const asSatisfactionEvents = (events: readonly EventEnvelope[]): readonly EventEnvelope<SatisfactionEvent>[] =>
  events as readonly EventEnvelope<SatisfactionEvent>[];

/** Names the call-backs an event leads to, the same when it is heard again. */
export const callBackIdOf = ({ metadata }: EventEnvelope) => (demandCaseId: string | null): string =>
  deterministicId(metadata.id, 'call-back', ...(demandCaseId === null ? [] : [demandCaseId]));
