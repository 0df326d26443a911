import type { EventEnvelope } from '@lianban/contracts';
import { toMillis } from '@lianban/working-time';
import type { ClockEvent } from '../domain/case-clocks.js';
import type { Instant } from '../domain/next-instants.js';
import type { DueClock } from './timer-rows.js';

export type Purpose = Instant['purpose'];

/** An instant of a clock on which a sweep has acted. */
export interface Firing {
  readonly purpose: Purpose;
  /** Seconds from the instant until the sweep acted. */
  readonly lateSeconds: number;
  /** True if the instant had passed before sla heard of it. The timer then waited until the case was quiet, so no sweep was slow. */
  readonly recordedLate: boolean;
}

/**
 * @param events events that a sweep appended for a case
 * @param due the clocks of the case that were due in that sweep
 */
export const firingsOf = (events: readonly EventEnvelope<ClockEvent>[], due: readonly DueClock[]): Firing[] => {
  const recordedLate = new Set(due.flatMap((clock) => (clock.recordedLate ? clock.clockId : [])));
  return events.flatMap((event) => {
    const purpose = purposeOf(event);
    const { occurredAt, recordedAt } = event.metadata;
    return purpose === null ? [] : { purpose, lateSeconds: (toMillis(recordedAt) - toMillis(occurredAt)) / 1000, recordedLate: recordedLate.has(event.data.clockId) };
  });
};

/** Null for events that need more than time. */
const purposeOf = (event: ClockEvent): Purpose | null => {
  switch (event.type) {
    case 'lianban.clock.warned.v1': return 'warning';
    case 'lianban.clock.breached.v2': return 'breach';
    case 'lianban.clock.lapsed.v1': return 'lapse';
    case 'lianban.supervision.raised.v1': return event.data.step;
    case 'lianban.clock.started.v2':
    case 'lianban.clock.rescheduled.v1':
    case 'lianban.clock.stopped.v2':
    case 'lianban.clock.corrected.v2':
    case 'lianban.clock.cancelled.v2':
    case 'lianban.supervision.withdrawn.v1':
      return null;
    default:
      return event satisfies never;
  }
};
