import type { EventEnvelope } from '@lianban/contracts';
import type { Cause, EventStore, Tx } from '@lianban/event-store';
import { actOnDueCases } from '@lianban/timers';
import type { ActedOn, DueWork, Timer } from '@lianban/timers';
import { idsOf } from '../clock-ids.js';
import { clockStream } from '../clock-stream.js';
import type { ClockEvent, SlaState } from '../domain/case-clocks.js';
import type { SlaFacts } from '../domain/facts.js';
import { fire } from './fire.decider.js';
import { nextInstants } from '../domain/next-instants.js';
import type { NewClockEvent } from '../domain/clock-events.js';
import type { Rules } from '../domain/schedule-clock.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { SlaSettings } from '../settings.js';
import { firingsOf } from './firings.js';
import type { Firing } from './firings.js';
import { countFirings, dueTimers, sweepConflicts, sweepSeconds } from './timer-metrics.js';
import { advanceTimers, lockDueClocks, putOffTimers } from './timer-rows.js';
import type { DueClocks } from './timer-rows.js';

export interface SweepResult extends ActedOn<DueClocks> {
  readonly breaches: number;
  /** What fired, for which purpose, and how late. */
  readonly firings: readonly Firing[];
}

/** Most cases that one sweep takes. */
export const sweepBatch = 50;

/**
 * Fires one batch of due timers. What fires is decided from the clock's events under the case's lock. So a timer does nothing if another process fired it, or if its
 * clock stopped meanwhile.
 */
export const sweep = async (store: EventStore, rulesOf: (tx: Tx) => Promise<Rules>, now: Date, limit: number): Promise<SweepResult> => {
  const acted = await actOnDueCases({ store, source: 'sla', now, limit }, async (tx): Promise<DueWork<SlaState, SlaFacts, DueClocks>> => {
    const rules = await rulesOf(tx);
    return {
      stream: clockStream(rules),
      due: lockDueClocks,
      decide: ({ streamId, state, facts, history, due: { clocks } }) =>
        fire(state, facts, rules, now.toISOString(), clocks.map(({ clockId }) => clockId), idsOf(streamId)).map((event) => ({ ...event, cause: startOf(history, event) })),
      rows: ({ streamId, state, facts, due: { clocks } }, write) =>
        write(advanceTimers, { clockIds: clocks.map(({ clockId }) => clockId), next: nextInstants(state, facts, rules, idsOf(streamId).clock) }),
      putOff: putOffTimers,
    };
  });
  // The stream of a case holds only the events of its clocks.
  const firings = acted.done.flatMap(({ due, events }) => firingsOf(events as readonly EventEnvelope<ClockEvent>[], due.clocks));
  return { ...acted, breaches: firings.filter(({ purpose }) => purpose === 'breach').length, firings };
};

/** The start of a clock is the cause of what time does to it. */
const startOf = (history: readonly EventEnvelope[], { data }: NewClockEvent): Cause | undefined =>
  history.find(({ type, data: started }) => type === 'lianban.clock.started.v2' && started.clockId === data.clockId)?.metadata;

/** Fires what is due, for as long as the process runs. */
export const sweepTimer = (store: EventStore, book: Pick<RuleBook, 'current'>, { intervalMs }: SlaSettings): Timer => ({
  name: 'timers',
  intervalMs,
  metrics: dueTimers,
  async act(now) {
    const took = sweepSeconds.startTimer();
    const result = await sweep(store, book.current, now, sweepBatch);
    took();
    countFirings(result.firings);
    sweepConflicts.inc(result.conflicts);
    return result;
  },
});
