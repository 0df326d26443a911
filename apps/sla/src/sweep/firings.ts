import type { EventEnvelope } from '@lianban/contracts';
import { toMillis } from '@lianban/working-time';
import type { ClockEvent } from '../domain/case-clocks.js';
import type { Instant } from '../domain/next-instants.js';
import type { DueClock } from './timer-rows.js';

export type Purpose = Instant['purpose'];

/** An instant of a clock that a sweep has acted on. */
export interface Firing {
  readonly purpose: Purpose;
  /** From the instant until it was acted on. */
  readonly lateSeconds: number;
  /** It was over when it became known, and had to wait for its case to be quiet: nobody was slow. */
  readonly recordedLate: boolean;
}

/** @param events what a sweep has appended for a case @param due the clocks of the case that were due in it */
export const firingsOf = (events: readonly EventEnvelope<ClockEvent>[], due: readonly DueClock[]): Firing[] => {
  const recordedLate = new Set(due.flatMap((clock) => (clock.recordedLate ? clock.clockId : [])));
  return events.flatMap((event) => {
    const purpose = purposeOf(event);
    const { occurredAt, recordedAt } = event.metadata;
    return purpose === null ? [] : { purpose, lateSeconds: (toMillis(recordedAt) - toMillis(occurredAt)) / 1000, recordedLate: recordedLate.has(event.data.clockId) };
  });
};

/** Null for what time alone does not bring about. */
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
