import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { Fold } from '@lianban/event-store';
import { evolve, initialState } from './domain/case-clocks.js';
import type { ClockEvent, SlaState } from './domain/case-clocks.js';
import type { Ids } from './domain/react.js';

/** The clocks of a case as the store folds them. */
export const clockFold: Fold<SlaState> = { initialState, evolve: (state, event: EventEnvelope<ClockEvent>) => evolve(state, event) };

/** The same of the same case whoever asks, so that a reaction or a sweep done again names the same. */
export const idsOf = (caseId: string): Ids => ({
  clock: (kind, round, of) => deterministicId(caseId, kind, round, of),
  supervision: (clockId, step, dueAt) => deterministicId(clockId, step, dueAt),
});
