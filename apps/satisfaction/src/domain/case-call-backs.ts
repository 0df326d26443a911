/** Who asked the requester of one case, when, and what came of it. Stream: the case id. */
import { DomainError, UnreadableEvent } from '@lianban/contracts';
import type { CallBackStatus, CaseEvent, EventByType } from '@lianban/contracts';
import type { RecordedOutcome } from '@lianban/scoring';
import { say } from '@lianban/texts';

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

/** What the case puts into the three rates, as it was told. */
export type Counted = EventByType<'lianban.case.counted.v1'>['data'];

export interface SatisfactionState {
  /** For each round one a demand, in the order they were opened; one that was cancelled may be followed by another. */
  readonly callBacks: readonly CallBack[];
  /** Reworks ordered so far. */
  readonly reworks: number;
  /** Everything that was recorded, in that order, of demands that have left the case too. */
  readonly outcomes: readonly RecordedOutcome[];
  /** What was told last; null: nothing. */
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
