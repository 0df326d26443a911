import type { EventEnvelope } from '@lianban/contracts';
import type { Fold } from '@lianban/event-store';
import { evolve, initialState } from './domain/dispatch-case.js';
import type { DispatchEvent, DispatchState } from './domain/dispatch-case.js';

/** The stream of a case holds dispatch's own events and nothing else; `evolve` refuses the rest. */
export const dispatchFold: Fold<DispatchState> = {
  initialState,
  evolve: (state, event) => evolve(state, event as EventEnvelope<DispatchEvent>),
};

export const asDispatchEvents = (events: readonly EventEnvelope[]): readonly EventEnvelope<DispatchEvent>[] =>
  events as readonly EventEnvelope<DispatchEvent>[];

/** Supervision raises a case when time has passed, be it that its life is still being imported: that does not bind what is entered next. */
export const isRaisedByItself = ({ type, metadata }: EventEnvelope): boolean => type === 'lianban.case.escalated.v1' && metadata.actor.role === 'system';
