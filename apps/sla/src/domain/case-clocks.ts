/** The clocks of one case, folded from events that only sla writes. The due time stands in the events, so a replay gives the same one. */
import { UnreadableEvent } from '@lianban/contracts';
import type { CaseEvent, ClockKind, ClockStatus, Derivation, SupervisionStep } from '@lianban/contracts';

export type ClockEvent = CaseEvent<'sla'>;

export interface ClockIdentity {
  readonly clockId: string;
  readonly kind: ClockKind;
  readonly round: number;
  /** Name of the milestone; null for clocks of other kinds. */
  readonly milestone: string | null;
  readonly workOrderId: string | null;
  readonly department: string | null;
}

export interface Clock extends ClockIdentity {
  readonly status: ClockStatus;
  readonly startedAt: string;
  readonly dueAt: string;
  readonly warnAt: readonly string[];
  readonly heldUntil: string | null;
  readonly provisional: boolean;
  readonly stoppedAt: string | null;
  readonly derivation: Derivation;
  /** Instants of the warnings already given. */
  readonly warned: readonly string[];
  /** Steps of supervision taken for the breach that now stands. */
  readonly supervised: readonly { readonly supervisionId: string; readonly step: SupervisionStep }[];
}

export interface SlaState {
  /** In the order in which they started. */
  readonly clocks: readonly Clock[];
}
export const initialState: SlaState = { clocks: [] };

export const evolve = (state: SlaState, event: ClockEvent): SlaState => {
  switch (event.type) {
    case 'lianban.clock.started.v2':
      return { clocks: [...state.clocks, { ...event.data, status: 'running', heldUntil: null, stoppedAt: null, warned: [], supervised: [] }] };
    case 'lianban.clock.stopped.v2':
      return withClock(state, event.data.clockId, { status: event.data.outcome === 'met' ? 'met' : 'breached', heldUntil: null, stoppedAt: event.data.stoppedAt });
    case 'lianban.clock.breached.v2':
      return withClock(state, event.data.clockId, { status: 'breached', heldUntil: null, stoppedAt: null });
    case 'lianban.clock.corrected.v2':
      return withClock(state, event.data.clockId, { status: 'met', heldUntil: null, stoppedAt: event.data.stoppedAt });
    case 'lianban.clock.cancelled.v2':
      return withClock(state, event.data.clockId, { status: 'cancelled', heldUntil: null, stoppedAt: null });
    case 'lianban.clock.rescheduled.v1': {
      const { clockId, round, status, heldUntil, dueAt, warnAt, provisional, derivation } = event.data;
      return withClock(state, clockId, { round, status, heldUntil, dueAt, warnAt, provisional, derivation, stoppedAt: null });
    }
    case 'lianban.clock.warned.v1': {
      const { clockId, warnedAt } = event.data;
      return { clocks: state.clocks.map((clock) => (clock.clockId === clockId ? { ...clock, warned: [...clock.warned, warnedAt] } : clock)) };
    }
    case 'lianban.clock.lapsed.v1':
      return withClock(state, event.data.clockId, { status: 'lapsed', heldUntil: null, stoppedAt: null });
    case 'lianban.supervision.raised.v1': {
      const { clockId, supervisionId, step } = event.data;
      return { clocks: state.clocks.map((clock) => (clock.clockId === clockId ? { ...clock, supervised: [...clock.supervised, { supervisionId, step }] } : clock)) };
    }
    case 'lianban.supervision.withdrawn.v1': {
      const { clockId, supervisionId } = event.data;
      return { clocks: state.clocks.map((clock) => (clock.clockId === clockId
        ? { ...clock, supervised: clock.supervised.filter((one) => one.supervisionId !== supervisionId) } : clock)) };
    }
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`not an event of sla: ${(unexpected as { type: string }).type}`);
    }
  }
};

const withClock = (state: SlaState, clockId: string, change: Partial<Clock>): SlaState => ({
  clocks: state.clocks.map((clock) => (clock.clockId === clockId ? { ...clock, ...change } : clock)),
});
