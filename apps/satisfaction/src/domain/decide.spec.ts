import { describe, expect, it } from '@jest/globals';
import { caseEventTypes, definitionOf } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { decisionsOf, outcomeOf, someone, typesTakenBy } from '@lianban/testing';
import fc from 'fast-check';
import { evolve, initialState } from './case-call-backs.js';
import type { SatisfactionEvent, SatisfactionState } from './case-call-backs.js';
import { followCase } from '../open-call-back/open-call-back.decider.js';
import { recordOutcome } from '../record-outcome/record-outcome.decider.js';
import type { RecordOutcome } from '../record-outcome/record-outcome.decider.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { FactEvent, SatisfactionFacts } from './facts.js';

const callBackId = '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11';
const joinedCallBack = '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c12';
const joinedId = '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e03';
const workOrderId = '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21';
const answeredAt = '2026-02-09T09:00:00.000Z';
const opened = (round = 1, id = callBackId, demandCaseId: string | null = null): SatisfactionEvent => ({
  type: 'lianban.call-back.opened.v2', data: { callBackId: id, round, demandCaseId, lead: 'housing', workOrderId, answeredAt, since: answeredAt },
});
const cancelled = (reason: 'case-ended' | 'demand-left' | 'rework', id = callBackId, demandCaseId: string | null = null): SatisfactionEvent =>
  ({ type: 'lianban.call-back.cancelled.v2', data: { callBackId: id, round: 1, demandCaseId, reason } });
const happy = { reached: true, resolved: true, satisfaction: 5, comment: null, unitAtFault: null };
const recorded: SatisfactionEvent = {
  type: 'lianban.call-back.recorded.v2', data: { callBackId, round: 1, demandCaseId: null, lead: 'housing', ...happy, decision: 'close', reworks: 0 },
};
const unhappy: SatisfactionEvent = {
  type: 'lianban.call-back.recorded.v2',
  data: { callBackId, round: 1, demandCaseId: null, lead: 'housing', ...happy, resolved: false, satisfaction: 1, decision: 'rework', reworks: 1 },
};

const { given } = decisionsOf('satisfaction', { initialState, evolve });
const at = (minute: number) => new Date(Date.parse(answeredAt) + minute * 60_000).toISOString();
/** What the others have said, in the minutes after the answer. */
const told = {
  registered: { source: 'intake', type: 'lianban.case.registered.v1', data: { caseNo: 'LB1', title: 'Lamp' } },
  answered: { source: 'dispatch', type: 'lianban.case.answered.v1', data: { workOrderId, round: 1, lead: 'housing', result: 'Done.' } },
  answeredAgain: { source: 'dispatch', type: 'lianban.case.answered.v1', data: { workOrderId, round: 2, lead: 'housing', result: 'Done.' } },
  joined: { source: 'intake', type: 'lianban.demand.joined.v1', data: { demandCaseId: joinedId, caseNo: 'LB2', title: 'Dark' } },
  left: { source: 'intake', type: 'lianban.demand.left.v1', data: { demandCaseId: joinedId } },
  closed: { source: 'intake', type: 'lianban.case.closed.v1', data: { callBackId, round: 1 } },
  reopened: { source: 'intake', type: 'lianban.case.reopened.v1', data: { reason: 'x' } },
  merged: { source: 'intake', type: 'lianban.case.merged.v1', data: { intoCaseId: joinedId, reason: null } },
  unmerged: { source: 'intake', type: 'lianban.case.unmerged.v1', data: { fromCaseId: joinedId, reason: null } },
} as const;
type Told = keyof typeof told;
const factsOf = (...names: Told[]): SatisfactionFacts => names.reduce(
  (facts, name, index) => evolveFacts(facts, { ...told[name], metadata: { occurredAt: at(index), actor: someone } } as unknown as EventEnvelope<FactEvent>), initialFacts);

const record = (change: Partial<RecordOutcome> = {}, ...names: Told[]) => (s: SatisfactionState) =>
  recordOutcome(s, { callBackId, callerDepartment: null, isCaller: () => false, ...happy, ...change }, factsOf(...names));
const follow = (...names: Told[]) => (s: SatisfactionState) => followCase(s, factsOf(...names), (demand) => (demand === null ? callBackId : joinedCallBack));
/** `opened own`: an event by the word for it, and whose requester it is about. */
const eventOf = (words: string) => {
  const [what, whose] = words.split(' ');
  return { type: expect.stringContaining(`lianban.call-back.${what}.`), data: { demandCaseId: whose === 'own' ? null : joinedId } };
};

describe('satisfaction decides', () => {
  const table: readonly (readonly [string, SatisfactionEvent[], (s: SatisfactionState) => SatisfactionEvent[], string | string[]])[] = [
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
  ];
  it.each(table)('%s', (_name, events, decide, expected) => {
    given(...events).when(decide).then(typeof expected === 'string' ? expected : expected.map(eventOf));
  });

  it.each([
    ['the answer', ['joined', 'answered'], 1, [1, 1]],
    ['joining after it', ['answered', 'joined'], 0, [0, 1]],
    ['the end of its own merging', ['answered', 'merged', 'unmerged'], 0, [2]],
    ['the answer again, when that was before', ['merged', 'unmerged', 'answered'], 2, [2]],
  ] as const)('counts the time of a call-back from %s', (_what, names, answer, since) => {
    expect(follow(...names)(given().state).map(({ data }) => data)).toMatchObject(since.map((minute) => ({ answeredAt: at(answer), since: at(minute) })));
  });

  it('counts the reworks, this one included', () => {
    const first = record({ resolved: false })(given(opened()).state);
    expect(first[0]?.data).toMatchObject({ decision: 'rework', reworks: 1, round: 1, lead: 'housing' });
    const second = record({ resolved: false, callBackId: workOrderId })(given(opened(), ...first, opened(2, workOrderId)).state);
    expect(second[0]?.data).toMatchObject({ decision: 'rework', reworks: 2, round: 2 });
  });
});

describe('the state of satisfaction', () => {
  it('is made of every event satisfaction writes, and of no other', () => {
    expect(typesTakenBy((event) => evolve(initialState, event)).sort()).toEqual(caseEventTypes('satisfaction').sort());
  });
});

describe('whatever comes, in whatever order', () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ name: fc.constant('answered' as const) }) },
    {
      weight: 3, arbitrary: fc.record({
        name: fc.constant('outcome' as const), of: fc.nat({ max: 5 }), reached: fc.boolean(), resolved: fc.option(fc.boolean()), satisfaction: fc.option(fc.integer({ min: 1, max: 5 })),
      }),
    },
    { weight: 2, arbitrary: fc.record({ name: fc.constantFrom('joined' as const, 'left' as const, 'merged' as const, 'unmerged' as const) }) },
    { weight: 1, arbitrary: fc.record({ name: fc.constantFrom('closed' as const, 'reopened' as const) }) },
  );
  const follows = (next: keyof typeof told, facts: SatisfactionFacts, merged: boolean): boolean => {
    const hasJoined = (facts.joined ?? []).length > 0;
    const possible: Partial<Record<Told, boolean>> = {
      joined: !hasJoined && !facts.ended, left: hasJoined, merged: !facts.ended && !hasJoined, unmerged: merged, closed: !facts.ended, reopened: facts.ended && !merged,
    };
    return possible[next] ?? true;
  };

  it('each demand is asked once a round, nobody for what has ended, every event to its schema, redelivery changes nothing', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const events: SatisfactionEvent[] = [];
      let facts = initialFacts;
      let merged = false;
      let round = 0;
      const idOf = (demand: string | null): string => `0d3b2f4e-55a1-4a0e-8a53-${String(events.length * 2 + (demand === null ? 0 : 1)).padStart(12, '0')}`;
      for (const s of steps) {
        const state = given(...events).state;
        let decide: () => SatisfactionEvent[];
        if (s.name === 'outcome') {
          const target = state.callBacks.at(-1 - s.of);
          const { reached, resolved, satisfaction } = s;
          decide = () => recordOutcome(given(...events).state, { callBackId: target?.callBackId ?? callBackId, callerDepartment: null, isCaller: () => false, reached, resolved, satisfaction, comment: null, unitAtFault: null }, facts);
        } else {
          if (!follows(s.name, facts, merged)) continue;
          if (s.name === 'answered' && state.callBacks.some(({ status }) => status === 'due')) continue;
          if (s.name === 'answered') round += 1;
          const event = s.name === 'answered' ? { ...told.answered, data: { ...told.answered.data, round } } : told[s.name];
          facts = evolveFacts(facts, { ...event, metadata: { occurredAt: at(events.length), actor: someone } } as unknown as EventEnvelope<FactEvent>);
          merged = s.name === 'merged' || (merged && s.name !== 'unmerged');
          decide = () => followCase(given(...events).state, facts, idOf);
        }
        const written = outcomeOf(decide);
        if (typeof written === 'string') continue;
        for (const event of written) expect(definitionOf(event.type)?.data.safeParse(event.data).success).toBe(true);
        events.push(...written);
        if (written.length > 0) expect([[], 'state-conflict']).toContainEqual(outcomeOf(decide));
        const { callBacks } = given(...events).state;
        const due = callBacks.filter(({ status }) => status === 'due');
        if (s.name !== 'outcome') expect(due.filter(({ demandCaseId }) => facts.ended || (demandCaseId !== null && facts.joined?.length !== 1))).toEqual([]);
        const live = callBacks.filter(({ status }) => status !== 'cancelled').map((one) => `${one.round} ${one.demandCaseId}`);
        expect(new Set(live).size).toBe(live.length);
      }
      const state = given(...events).state;
      const outcomes = events.flatMap((e) => (e.type === 'lianban.call-back.recorded.v2' ? [e.data.callBackId] : []));
      expect(new Set(outcomes).size).toBe(outcomes.length);
      expect(state.reworks).toBe(events.filter((e) => e.type === 'lianban.call-back.recorded.v2' && e.data.decision === 'rework').length);
    }));
  });
});
