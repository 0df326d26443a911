import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { ProcessManager, Reaction } from '@lianban/service-kit';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchState } from '../domain/dispatch-case.js';
import { isOfEarlierLife } from '../domain/facts.js';
import type { DispatchFacts } from '../domain/facts.js';
import { escalateAfterRework } from '../escalate/escalate.decider.js';
import type { PathOf } from '../escalate/escalate.decider.js';
import { rework } from './rework.decider.js';

/**
 * Watches call-back outcomes: one that means rework gives the lead a new order, one round on; the third also goes to a higher tier. One that was
 * heard while its case was merged waits for the end of that.
 */
export const watchCallBacks: ProcessManager<DispatchState, DispatchFacts, PathOf> = {
  'lianban.call-back.recorded.v2': (event, pathOf) => reworkFor((facts) => (isOfEarlierLife(facts, event) ? undefined : event.data), event, pathOf),
  'lianban.case.unmerged.v1': (event, pathOf) => reworkFor(({ unheard }) => unheard, event, pathOf),
};

const reworkFor = (outcomeIn: (facts: DispatchFacts) => DispatchFacts['unheard'], { metadata }: EventEnvelope, pathOf: PathOf): Reaction<DispatchState, DispatchFacts> => ({
  stream: dispatchStream,
  mayAct: (facts) => outcomeIn(facts)?.decision === 'rework',
  decide: ({ state, facts }) => {
    const outcome = outcomeIn(facts);
    const ordered = outcome ? rework(state, outcome, facts, deterministicId(metadata.id, 'rework')) : [];
    return outcome === undefined || ordered.length === 0 ? [] : [...ordered, ...escalateAfterRework(state, outcome, facts, metadata.occurredAt, pathOf)];
  },
});
