/** The call-backs of one case: who asked the requester, when, and with what outcome. The stream id is the case id. */
import { DomainError, UnreadableEvent } from '@lianban/contracts';
import type { CallBackStatus, CaseEvent, EventByType } from '@lianban/contracts';
import type { RecordedOutcome } from '@lianban/scoring';
import { say } from '@lianban/texts';

export type SatisfactionEvent = CaseEvent<'satisfaction'>;

export interface CallBack {
  readonly callBackId: string;
  /** The merged case whose requester is asked; null: the case's own requester. */
  readonly demandCaseId: string | null;
  readonly round: number;
  readonly workOrderId: string;
  readonly answeredAt: string;
  /** The handling unit that answered. It may not make the call-back itself. */
  readonly lead: string;
  readonly status: CallBackStatus;
  /** What the outcome leads to; null while there is no outcome. */
  readonly decision: 'close' | 'rework' | null;
}

/** What the case puts into the three rates, as published. */
export type Counted = EventByType<'lianban.case.counted.v1'>['data'];

export interface SatisfactionState {
  /** In the order in which they were opened. Each demand has one a round; after a cancelled one there may be another. */
  readonly callBacks: readonly CallBack[];
  /** How many reworks were ordered so far. */
  readonly reworks: number;
  /** All outcomes in the order of recording, also of demands that have left the case. */
  readonly outcomes: readonly RecordedOutcome[];
  /** The figures published last; null if none were. */
  readonly counted: Counted | null;
}
export const initialState: SatisfactionState = { callBacks: [], reworks: 0, outcomes: [], counted: null };

export const noSuchCallBack = (): DomainError => new DomainError('not-found', say('no-such-call-back'));

export const evolve = (state: SatisfactionState, event: SatisfactionEvent): SatisfactionState => {
  switch (event.type) {
    case 'lianban.call-back.opened.v2': {
      const { callBackId, demandCaseId, round, lead, workOrderId, answeredAt } = event.data;
      return { ...state, callBacks: [...state.callBacks, { callBackId, demandCaseId, round, lead, workOrderId, answeredAt, status: 'due', decision: null }] };
    }
    case 'lianban.call-back.recorded.v2': {
      const { callBackId, demandCaseId, decision, reworks, reached, resolved, satisfaction } = event.data;
      const outcome = { demandCaseId, sequence: state.outcomes.length + 1, reached, resolved, satisfaction };
      return { ...changed(state, callBackId, { status: 'done', decision }), reworks, outcomes: [...state.outcomes, outcome] };
    }
    case 'lianban.call-back.cancelled.v2':
      return changed(state, event.data.callBackId, { status: 'cancelled' });
    case 'lianban.case.counted.v1':
      return { ...state, counted: event.data };
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
