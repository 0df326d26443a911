/** What intake knows of a case from the other services' events. A fact is never refused: it has happened. */
import { foldBy, foldEach } from '@lianban/contracts';
import type { Folds } from '@lianban/contracts';

export interface Outcome {
  readonly callBackId: string;
  readonly round: number;
  readonly decision: 'close' | 'rework';
  /** When it was recorded; absent in facts from before that was kept. */
  readonly at?: string;
}

export interface IntakeFacts {
  /** A department has been given the case, so it can't be settled at the desk any more. */
  readonly dispatched: boolean;
  /** When that was last. Absent in facts from before that was kept. */
  readonly dispatchedAt?: string;
  /** Last outcome of each demand: `own`, or the case of one that joined. Absent before the first. */
  readonly outcomes?: Readonly<Record<string, Outcome>>;
  /** What the requester is told of each granted extension, by its id. Absent before the first. */
  readonly extensionReasons?: Readonly<Record<string, string>>;
}
export const own = 'own';
export const initialFacts: IntakeFacts = { dispatched: false };

const folds = {
  'lianban.case.dispatched.v1': (facts, event) => ({ ...facts, dispatched: true, dispatchedAt: event.metadata.occurredAt }),
  'lianban.call-back.recorded.v2': (facts, event) => {
    const { callBackId, round, decision, demandCaseId } = event.data;
    return { ...facts, outcomes: { ...facts.outcomes, [demandCaseId ?? own]: { callBackId, round, decision, at: event.metadata.occurredAt } } };
  },
  'lianban.extension.granted.v1': (facts, { data: { extensionId, reason } }) => ({ ...facts, extensionReasons: { ...facts.extensionReasons, [extensionId]: reason } }),
  // The requester is told of these; no decision rests on them.
  ...foldEach(['lianban.case.answered.v1', 'lianban.clock.rescheduled.v1', 'lianban.call-back.opened.v2'], (facts) => facts),
} satisfies Folds<IntakeFacts>;

export const evolveFacts = foldBy<IntakeFacts>(folds, 'intake');
