/** Plays a case for specs: runs facts and timers through the decider, in the order given. */
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import { evolve, initialState } from './case-clocks.js';
import type { SlaState } from './case-clocks.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { SlaFacts } from './facts.js';
import { fire } from '../sweep/fire.decider.js';
import { react } from './react.js';
import type { NewClockEvent } from './clock-events.js';
import type { Rules } from './schedule-clock.js';
import type { Policy } from './policies.js';
import type { HappenedFact } from './sample-facts.js';
import { samplePolicies } from './sample-policies.js';

export const playedIds = { clock: (kind: string, round: number, of: string | null) => [kind, round, of].join('/'), supervision: (...parts: string[]) => parts.join('/') };
export const rulesWith = (...rows: readonly Policy[]): Rules =>
  ({ policies: [...samplePolicies, ...rows], calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) });

export type Step = HappenedFact | { readonly timer: string };

export interface Played {
  readonly state: SlaState;
  readonly facts: SlaFacts;
  /** What happened in all steps, e.g. `started lead`. */
  readonly told: readonly string[];
}

/** Starts a new case, or goes on from `from`. */
export const playCase = (steps: readonly Step[], rules: Rules = rulesWith(), from: Played = { state: initialState, facts: initialFacts, told: [] }): Played =>
  steps.reduce<Played>(({ state, facts: known, told }, step) => {
    const facts = 'timer' in step ? known : evolveFacts(known, step);
    const events: NewClockEvent[] = 'timer' in step ? fire(state, facts, rules, step.timer, state.clocks.map(({ clockId }) => clockId), playedIds) : react(state, facts, rules, playedIds);
    return { facts, state: events.reduce<SlaState>(evolve, state), told: [...told, ...events.map((event) => `${event.type.split('.')[2]} ${'kind' in event.data ? event.data.kind : ''}`.trim())] };
  }, from);

export const clockIn = ({ state }: Played, clockId: string) => state.clocks.find((clock) => clock.clockId === clockId);
