/** Who asked the requester of one case, when, and what came of it. Stream: the case id. */
import { UnreadableEvent } from '@lianban/contracts';
import type { CallBackStatus, CaseEvent, EventByType, EventEnvelope } from '@lianban/contracts';

export type SatisfactionEvent = CaseEvent<'satisfaction'>;

export interface CallBack {
  readonly callBackId: string;
  /** Whose requester is asked: the case of a demand that joined; null for the case's own. */
  readonly demandCaseId: string | null;
  readonly round: number;
  readonly workOrderId: string;
  readonly answeredAt: string;
  /** The handling unit that answered; it may not ask for itself. */
  readonly lead: string;
  readonly status: CallBackStatus;
  /** What its outcome meant; null without one. */
  readonly decision: 'close' | 'rework' | null;
}

export interface SatisfactionState {
  /** For each round one a demand, in the order they were opened; one that was cancelled may be followed by another. */
  readonly callBacks: readonly CallBack[];
  /** Reworks ordered so far. */
  readonly reworks: number;
}
export const initialState: SatisfactionState = { callBacks: [], reworks: 0 };

export const evolve = (state: SatisfactionState, event: EventEnvelope<SatisfactionEvent>): SatisfactionState => {
  switch (event.type) {
    case 'lianban.call-back.opened.v2': {
      const { callBackId, demandCaseId, round, lead, workOrderId, answeredAt } = event.data;
      return { ...state, callBacks: [...state.callBacks, { callBackId, demandCaseId, round, lead, workOrderId, answeredAt, status: 'due', decision: null }] };
    }
    case 'lianban.call-back.recorded.v2':
      return { ...changed(state, event.data.callBackId, { status: 'done', decision: event.data.decision }), reworks: event.data.reworks };
    case 'lianban.call-back.cancelled.v2':
      return changed(state, event.data.callBackId, { status: 'cancelled' });
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`not an event of satisfaction: ${(unexpected as { type: string }).type}`);
    }
  }
};

const changed = (state: SatisfactionState, callBackId: string, change: Partial<CallBack>): SatisfactionState => ({
  ...state,
  callBacks: state.callBacks.map((callBack) => (callBack.callBackId === callBackId ? { ...callBack, ...change } : callBack)),
});

export const isDue = ({ status }: CallBack): boolean => status === 'due';

export const cancelled = ({ callBackId, round, demandCaseId }: CallBack, reason: EventByType<'lianban.call-back.cancelled.v2'>['data']['reason']): SatisfactionEvent => ({
  type: 'lianban.call-back.cancelled.v2', data: { callBackId, round, demandCaseId, reason },
});
