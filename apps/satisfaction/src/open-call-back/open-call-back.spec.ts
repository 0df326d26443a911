import { describe, expect, it } from '@jest/globals';
import type { SatisfactionEvent, SatisfactionState } from '../domain/case-call-backs.js';
import { at, callBackId, cancelled, eventOf, factsOf, given, joinedCallBack, joinedId, opened, recorded, unhappy } from '../domain/sample-events.js';
import type { Told } from '../domain/sample-events.js';
import { followCase } from './open-call-back.decider.js';

const follow = (...names: Told[]) => (s: SatisfactionState) => followCase(s, factsOf(...names), (demand) => (demand === null ? callBackId : joinedCallBack));

describe('who is called back', () => {
  it.each<[string, SatisfactionEvent[], (s: SatisfactionState) => SatisfactionEvent[], string | string[]]>([
    ['nothing answered yet', [], follow('registered'), []],
    ['an answer', [], follow('answered'), ['opened own']],
    ['the same answer again', [opened()], follow('answered'), []],
    ['an answer of the next round', [opened(), unhappy], follow('answered', 'answeredAgain'), ['opened own']],
    ['an answer of an ended case', [], follow('closed', 'answered'), []],
    ['an answer for two demands', [], follow('joined', 'answered'), ['opened own', 'opened joined']],
    ['a demand that joins after the answer', [opened()], follow('answered', 'joined'), ['opened joined']],
    ['a demand that joins when the own is settled', [opened(), recorded], follow('answered', 'joined'), ['opened joined']],
    ['a demand that joins a case in rework', [opened(), unhappy], follow('answered', 'joined'), []],
    ['a demand that joins a case from before answers were remembered', [opened()], (s) => followCase(s, { ...factsOf('joined'), answer: undefined }, () => joinedCallBack), ['opened joined']],
    ['a demand that leaves', [opened(), opened(1, joinedCallBack, joinedId)], follow('answered', 'joined', 'left'), ['cancelled joined']],
    ['a demand that joins again', [opened(), opened(1, joinedCallBack, joinedId), cancelled('demand-left', joinedCallBack, joinedId)], follow('answered', 'joined', 'left', 'joined'), ['opened joined']],
    ['the end of the case', [opened()], follow('answered', 'closed'), ['cancelled own']],
    ['the end, with two due', [opened(), opened(1, joinedCallBack, joinedId)], follow('joined', 'answered', 'closed'), ['cancelled own', 'cancelled joined']],
    ['the end, again', [opened(), cancelled('case-ended')], follow('answered', 'closed'), []],
    ['the end after the outcome', [opened(), recorded], follow('answered', 'closed'), []],
    ['reopened: the old answer is not asked about again', [opened(), cancelled('case-ended')], follow('answered', 'closed', 'reopened'), []],
    ['merged into another case', [opened()], follow('answered', 'merged'), ['cancelled own']],
    ['unmerged: asked after all', [opened(), cancelled('case-ended')], follow('answered', 'merged', 'unmerged'), ['opened own']],
    ['unmerged, answered while it was merged', [], follow('merged', 'answered', 'unmerged'), ['opened own']],
    ['unmerged, settled before', [opened(), recorded], follow('answered', 'merged', 'unmerged'), []],
  ])('%s', (_what, events, decide, expected) => given(...events).when(decide).then(typeof expected === 'string' ? expected : expected.map(eventOf)));

  it.each([
    ['the answer', ['joined', 'answered'], 1, [1, 1]],
    ['joining after it', ['answered', 'joined'], 0, [0, 1]],
    ['the end of its own merging', ['answered', 'merged', 'unmerged'], 0, [2]],
    ['the answer again, when that was before', ['merged', 'unmerged', 'answered'], 2, [2]],
  ] as const)('counts the time of a call-back from %s', (_what, names, answer, since) => {
    expect(follow(...names)(given().state).map(({ data }) => data)).toMatchObject(since.map((minute) => ({ answeredAt: at(answer), since: at(minute) })));
  });
});
