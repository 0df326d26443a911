import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { ProcessManager, Reaction } from '@lianban/service-kit';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchState } from '../domain/case-orders.js';
import { isOfEarlierLife } from '../domain/facts.js';
import type { DispatchFacts } from '../domain/facts.js';
import { escalateAfterRework } from '../escalate/escalate.decider.js';
import type { DistrictNow } from '../domain/tiers.js';
import { rework } from './rework.decider.js';

/**
 * Watches call-back outcomes: one that means rework gives the lead a new order, one round on; from the one that the rule `rework-that-escalates` names, the case also goes to a higher tier. One that was
 * heard while its case was merged waits for the end of that.
 */
export const watchCallBacks: ProcessManager<DispatchState, DispatchFacts, DistrictNow> = {
  'lianban.call-back.recorded.v2': (event, district) => reworkFor((facts) => (isOfEarlierLife(facts, event) ? undefined : event.data), event, district),
  'lianban.case.unmerged.v1': (event, district) => reworkFor(({ unheard }) => unheard, event, district),
};

const reworkFor = (outcomeIn: (facts: DispatchFacts) => DispatchFacts['unheard'], { metadata: { id, occurredAt: at } }: EventEnvelope, { pathOf, rules }: DistrictNow): Reaction<DispatchState, DispatchFacts> => ({
  stream: dispatchStream,
  mayAct: (facts) => outcomeIn(facts)?.decision === 'rework',
  decide: ({ state, facts }) => {
    const outcome = outcomeIn(facts);
    const ordered = outcome ? rework(state, outcome, facts, deterministicId(id, 'rework')) : [];
    return outcome === undefined || ordered.length === 0 ? [] : [...ordered, ...escalateAfterRework(state, outcome, facts, at, pathOf, rules('rework-that-escalates', { at, territory: facts.demand?.territory }))];
  },
});
