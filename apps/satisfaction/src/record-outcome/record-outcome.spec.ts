import { describe, expect, it } from '@jest/globals';
import { someone } from '@lianban/testing';
import type { SatisfactionEvent, SatisfactionState } from '../domain/case-call-backs.js';
import { callBackId, cancelled, eventOf, factsOf, given, happy, joinedCallBack, joinedId, opened, recorded, workOrderId } from '../domain/sample-events.js';
import type { Told } from '../domain/sample-events.js';
import { recordOutcome } from './record-outcome.decider.js';
import type { RecordOutcome } from './record-outcome.decider.js';

const record = (change: Partial<RecordOutcome> = {}, ...names: Told[]) => (s: SatisfactionState) =>
  recordOutcome(s, { callBackId, callerDepartment: null, isCaller: () => false, ...happy, ...change }, factsOf(...names));

describe('an outcome', () => {
  it.each<[string, SatisfactionEvent[], (s: SatisfactionState) => SatisfactionEvent[], string | string[]]>([
    ['an outcome', [opened()], record(), ['recorded own']],
    ['an outcome by someone of another department', [opened()], record({ callerDepartment: 'civil-affairs' }), ['recorded own']],
    ['an outcome by the person who answered, in another role', [opened()], record({ isCaller: (id) => id === someone.id }, 'answered'), 'call-back-by-handling-unit'],
    ['an outcome by who answered another round', [opened()], record({ isCaller: (id) => id === someone.id }, 'answeredAgain'), ['recorded own']],
    ['an outcome by the handling unit', [opened()], record({ callerDepartment: 'housing' }), 'call-back-by-handling-unit'],
    ['an outcome of nothing', [], record(), 'not-found'],
    ['a second outcome', [opened(), recorded], record(), 'state-conflict'],
    ['an outcome after the cancellation', [opened(), cancelled('case-ended')], record(), 'state-conflict'],
    ['an outcome of an ended case', [opened()], record({}, 'closed'), 'state-conflict'],
    ['reached, and not a word', [opened()], record({ resolved: null }), 'validation-failed'],
    ['reached, without a mark', [opened()], record({ satisfaction: null }), ['recorded own']],
    ['not reached', [opened()], record({ reached: false, resolved: null, satisfaction: null }), ['recorded own']],
    ['not reached, yet resolved', [opened()], record({ reached: false, satisfaction: null }), 'validation-failed'],
    ['not reached, yet satisfied', [opened()], record({ reached: false, resolved: null }), 'validation-failed'],
    ['one of two settled: the other is still asked', [opened(), opened(1, joinedCallBack, joinedId)], record({}, 'joined'), ['recorded own']],
    ['one of two unresolved: both are asked after the rework', [opened(), opened(1, joinedCallBack, joinedId)], record({ resolved: false }, 'joined'), ['recorded own', 'cancelled joined']],
    ['an outcome of a demand that has just left', [opened(1, callBackId, joinedId)], record({}, 'joined', 'left'), 'state-conflict'],
  ])('%s', (_what, events, decide, expected) => given(...events).when(decide).then(typeof expected === 'string' ? expected : expected.map(eventOf)));

  it('counts the reworks, this one included', () => {
    const first = record({ resolved: false })(given(opened()).state);
    expect(first[0]?.data).toMatchObject({ decision: 'rework', reworks: 1, round: 1, lead: 'housing' });
    const second = record({ resolved: false, callBackId: workOrderId })(given(opened(), ...first, opened(2, workOrderId)).state);
    expect(second[0]?.data).toMatchObject({ decision: 'rework', reworks: 2, round: 2 });
  });
});
