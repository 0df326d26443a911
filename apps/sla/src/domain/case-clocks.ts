/** The clocks of one case, folded from the events only sla writes. A due time is what its events say, so replay gives the same. */
import { UnreadableEvent } from '@lianban/contracts';
import type { ClockKind, Derivation, EventByType, EventType } from '@lianban/contracts';

export const clockEventTypes = [
  'lianban.clock.started.v2',
  'lianban.clock.stopped.v2',
  'lianban.clock.breached.v2',
  'lianban.clock.corrected.v2',
  'lianban.clock.cancelled.v2',
] as const satisfies readonly EventType[];
export type ClockEvent = EventByType<(typeof clockEventTypes)[number]>;

/** `breached`: past due; `stoppedAt` comes when it stops all the same. `held` joins with holds (挂账). */
export const clockStatuses = ['running', 'held', 'met', 'breached', 'cancelled'] as const;
export type ClockStatus = (typeof clockStatuses)[number];

export interface ClockIdentity {
  readonly clockId: string;
  readonly kind: ClockKind;
  readonly round: number;
  /** Of a clock of kind `milestone`. */
  readonly milestone: string | null;
  readonly workOrderId: string | null;
  readonly department: string | null;
}

export interface Clock extends ClockIdentity {
  readonly status: ClockStatus;
  readonly startedAt: string;
  readonly dueAt: string;
  readonly provisional: boolean;
  readonly stoppedAt: string | null;
  readonly derivation: Derivation;
}

export interface SlaState {
  /** In the order they were started. */
  readonly clocks: readonly Clock[];
}
export const initialState: SlaState = { clocks: [] };

export const evolve = (state: SlaState, event: ClockEvent): SlaState => {
  switch (event.type) {
    case 'lianban.clock.started.v2':
      return { clocks: [...state.clocks, { ...event.data, status: 'running', stoppedAt: null }] };
    case 'lianban.clock.stopped.v2':
      return withClock(state, event.data.clockId, { status: event.data.outcome === 'met' ? 'met' : 'breached', stoppedAt: event.data.stoppedAt });
    case 'lianban.clock.breached.v2':
      return withClock(state, event.data.clockId, { status: 'breached', stoppedAt: null });
    case 'lianban.clock.corrected.v2':
      return withClock(state, event.data.clockId, { status: 'met', stoppedAt: event.data.stoppedAt });
    case 'lianban.clock.cancelled.v2':
      return withClock(state, event.data.clockId, { status: 'cancelled', stoppedAt: null });
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`not an event of sla: ${(unexpected as { type: string }).type}`);
    }
  }
};

const withClock = (state: SlaState, clockId: string, change: Partial<Clock>): SlaState => ({
  clocks: state.clocks.map((clock) => (clock.clockId === clockId ? { ...clock, ...change } : clock)),
});
