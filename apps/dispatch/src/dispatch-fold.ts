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
