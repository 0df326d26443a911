import type { EventEnvelope } from '@lianban/contracts';
import type { Fold } from '@lianban/event-store';
import { evolve, initialState } from './domain/case-clocks.js';
import type { ClockEvent, SlaState } from './domain/case-clocks.js';

/** The clocks of a case as the store folds them. */
export const clockFold: Fold<SlaState> = { initialState, evolve: (state, event: EventEnvelope<ClockEvent>) => evolve(state, event) };
