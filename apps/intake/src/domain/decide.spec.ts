import { describe, expect, it } from '@jest/globals';
import { caseEventTypes, definitionOf, maskText } from '@lianban/contracts';
import { decisionsOf, history, minuteOf, outcomeOf, typesTakenBy } from '@lianban/testing';
import type { Expected } from '@lianban/testing';
import fc from 'fast-check';
import { accept } from '../accept/accept.decider.js';
import { closeAfterCallBack } from '../close-after-call-back/close-after-call-back.decider.js';
import { contact } from '../contact/contact.decider.js';
import { handleOnTheSpot } from '../handle-on-the-spot/handle-on-the-spot.decider.js';
import { hasEnded } from './case-in-status.js';
import { joinDemand, leaveDemand, merge, unmerge } from '../merge/merge.decider.js';
import { refuse } from '../refuse/refuse.decider.js';
import { register } from '../register/register.decider.js';
import { reopen } from '../reopen/reopen.decider.js';
import { reRate } from '../re-rate/re-rate.decider.js';
import { withdraw } from '../withdraw/withdraw.decider.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { IntakeFacts } from './facts.js';
import { evolve, initialState } from './intake-case.js';
import type { IntakeEvent, IntakeState } from './intake-case.js';

const caseId = '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e01';
const lamp = {
  caseNo: 'LB20260209-000001', title: maskText('Lamp is dark'), description: maskText('The lamp at the gate is dark.'), channel: 'grid', category: 'a/b/c',
  territory: 'riverside-grid-01', location: null, requester: { kind: 'resident', ref: '5f0c7c1e-7f5a-4f43-9a6e-0f7d1c7c0a01' }, urgency: 'normal',
} as const;

const registered: IntakeEvent = { type: 'lianban.case.registered.v1', data: lamp };
const contacted: IntakeEvent = { type: 'lianban.case.contacted.v1', data: { note: null } };
const accepted: IntakeEvent = { type: 'lianban.case.accepted.v1', data: { level: 'general', category: 'a/b/c', greenChannel: false } };
const refused: IntakeEvent = { type: 'lianban.case.refused.v1', data: { reason: 'malicious', text: maskText('No.') } };
const onTheSpot: IntakeEvent = { type: 'lianban.case.handled-on-the-spot.v1', data: { result: maskText('Done.') } };
const withdrawn: IntakeEvent = { type: 'lianban.case.withdrawn.v1', data: { reason: null } };
const closed: IntakeEvent = { type: 'lianban.case.closed.v1', data: { callBackId: lamp.requester.ref, round: 1 } };

const reRated: IntakeEvent = { type: 'lianban.case.re-rated.v1', data: { level: 'complex', previousLevel: 'general', greenChannel: false, previousGreenChannel: false, reason: maskText('x') } };
const reopened: IntakeEvent = { type: 'lianban.case.reopened.v1', data: { reason: maskText('Dark again.') } };

const [intoCaseId, joinedId, strangerId] = ['0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e02', '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e03', '0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f7e04'] as const;
const merged: IntakeEvent = { type: 'lianban.case.merged.v1', data: { intoCaseId, reason: null } };
const unmerged: IntakeEvent = { type: 'lianban.case.unmerged.v1', data: { fromCaseId: intoCaseId, reason: null } };
const joined: IntakeEvent = { type: 'lianban.demand.joined.v1', data: { demandCaseId: joinedId, caseNo: 'LB20260209-000002', title: maskText('Dark') } };
const left: IntakeEvent = { type: 'lianban.demand.left.v1', data: { demandCaseId: joinedId } };

/** What satisfaction has said, in its order: whose requester, decision, round. */
const told = (...outcomes: (readonly [demandCaseId: string | null, decision: 'close' | 'rework', round?: number, occurredAt?: string])[]): IntakeFacts =>
  history('satisfaction', caseId, outcomes.map(([demandCaseId, decision, round = 1, occurredAt = minuteOf(1_000)]) => ({
    type: 'lianban.call-back.recorded.v2' as const, occurredAt,
    data: {
      callBackId: lamp.requester.ref, round, demandCaseId, lead: 'housing', reached: true, resolved: decision === 'close', satisfaction: null, comment: null,
      unitAtFault: null, decision, reworks: decision === 'close' ? 0 : 1,
    },
  }))).reduce(evolveFacts, initialFacts);
const dispatchedAt = (occurredAt: string): IntakeFacts => evolveFacts(initialFacts, history('dispatch', caseId, [
  { type: 'lianban.case.dispatched.v1', occurredAt, data: { round: 1, lead: 'housing', assist: [], note: null } },
])[0]!);
/** As it was stored before its time was kept. */
const dispatchedOnce: IntakeFacts = { dispatched: true };

const { given } = decisionsOf('intake', { initialState, evolve });

const when = {
  register: (s: IntakeState) => register(s, lamp),
  contact: (s: IntakeState) => contact(s, { note: maskText('Called.') }),
  accept: (s: IntakeState) => accept(s, { level: 'urgent', category: null, greenChannel: true }),
  refuse: (s: IntakeState) => refuse(s, { reason: 'malicious', text: maskText('No.') }),
  handleOnTheSpot: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, initialFacts),
  handleDispatched: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedAt(minuteOf(1_000))),
  handleDispatchedBefore: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedAt(minuteOf(3))),
  handleDispatchedOnce: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedOnce),
  withdraw: (s: IntakeState) => withdraw(s, { reason: null }),
  callBackCloses: (s: IntakeState) => closeAfterCallBack(s, told([null, 'close'])),
  reRate: (s: IntakeState) => reRate(s, { level: 'complex', greenChannel: null, reason: maskText('x') }),
  reopen: (s: IntakeState) => reopen(s, { reason: maskText('Dark again.') }),
  laterCallBackCloses: (s: IntakeState) => closeAfterCallBack(s, told([null, 'close', 2])),
  callBackFromBeforeCloses: (s: IntakeState) => closeAfterCallBack(s, told([null, 'close', 1, minuteOf(0)])),
  callBackReworks: (s: IntakeState) => closeAfterCallBack(s, told([null, 'rework'])),
  callBacksClose: (s: IntakeState) => closeAfterCallBack(s, told([null, 'close'], [joinedId, 'close'])),
  joinedReworks: (s: IntakeState) => closeAfterCallBack(s, told([null, 'close'], [joinedId, 'rework'])),
  joinedReworkedThenCloses: (s: IntakeState) => closeAfterCallBack(s, told([null, 'close'], [joinedId, 'rework'], [joinedId, 'close', 2])),
  merge: (s: IntakeState) => merge(s, { caseId, intoCaseId, reason: null }),
  mergeElsewhere: (s: IntakeState) => merge(s, { caseId, intoCaseId: strangerId, reason: null }),
  mergeIntoItself: (s: IntakeState) => merge(s, { caseId, intoCaseId: caseId, reason: null }),
  unmerge: (s: IntakeState) => unmerge(s, { intoCaseId: null, reason: null }, initialFacts),
  unmergeFromElsewhere: (s: IntakeState) => unmerge(s, { intoCaseId: strangerId, reason: null }, initialFacts),
  unmergeSettled: (s: IntakeState) => unmerge(s, { intoCaseId, reason: null }, told([null, 'close'])),
};

/** The other half of a command to the case whose demand joins or leaves; its stream forbids it twice. */
const otherHalf = {
  join: (s: IntakeState) => (s?.joined.includes(joinedId) ? [] : joinDemand(s, { caseId: joinedId, caseNo: 'LB20260209-000002', title: maskText('Dark') })),
  leave: (s: IntakeState) => (s?.joined.includes(joinedId) ? leaveDemand(s, joinedId, initialFacts) : []),
  leaveSettled: (s: IntakeState) => (s?.joined.includes(joinedId) ? leaveDemand(s, joinedId, told([null, 'close'], [joinedId, 'rework'])) : []),
};
const all = { ...when, ...otherHalf };

describe('intake decides', () => {
  const conflict = 'state-conflict';
  const table: readonly (readonly [name: string, given: IntakeEvent[], when: keyof typeof all, then: Expected])[] = [
    ['a new case', [], 'register', [registered.type]],
    ['a case twice', [registered], 'register', conflict],

    ['contact', [registered], 'contact', [contacted.type]],
    ['contact again', [registered, contacted], 'contact', []],
    ['contact after acceptance', [registered, accepted], 'contact', [contacted.type]],
    ['contact of nobody', [], 'contact', 'not-found'],
    ['contact of a merged case', [registered, merged], 'contact', [contacted.type]],
    ['contact after the end', [registered, refused], 'contact', conflict],

    ['acceptance', [registered], 'accept', [accepted.type]],
    ['acceptance twice', [registered, accepted], 'accept', conflict],
    ['acceptance of a refused case', [registered, refused], 'accept', conflict],
    ['acceptance of nothing', [], 'accept', 'not-found'],

    ['refusal', [registered], 'refuse', [refused.type]],
    ['refusal of an accepted case', [registered, accepted], 'refuse', conflict],
    ['refusal twice', [registered, refused], 'refuse', conflict],

    ['on the spot at once', [registered], 'handleOnTheSpot', [onTheSpot.type]],
    ['on the spot after acceptance', [registered, accepted], 'handleOnTheSpot', [onTheSpot.type]],
    ['on the spot after dispatch', [registered, accepted], 'handleDispatched', conflict],
    ['on the spot, opened again and not dispatched since', [registered, accepted, withdrawn, reopened], 'handleDispatchedBefore', [onTheSpot.type]],
    ['on the spot, opened again and dispatched since', [registered, accepted, withdrawn, reopened], 'handleDispatched', conflict],
    ['on the spot, unmerged, which has it dispatched anew', [registered, accepted, merged, unmerged], 'handleDispatchedBefore', conflict],
    ['on the spot, opened again, dispatched nobody knows when', [registered, accepted, withdrawn, reopened], 'handleDispatchedOnce', conflict],
    ['on the spot twice', [registered, onTheSpot], 'handleOnTheSpot', conflict],

    ['withdrawal at once', [registered], 'withdraw', [withdrawn.type]],
    ['withdrawal while handled', [registered, accepted, contacted], 'withdraw', [withdrawn.type]],
    ['withdrawal after closing', [registered, accepted, closed], 'withdraw', conflict],

    ['closing by call-back', [registered, accepted], 'callBackCloses', [closed.type]],
    ['a rework closes nothing', [registered, accepted], 'callBackReworks', []],
    ['a second call-back', [registered, accepted, closed], 'callBackCloses', []],
    ['a call-back after withdrawal', [registered, accepted, withdrawn], 'callBackCloses', []],
    ['a call-back of an unknown case', [], 'callBackCloses', []],

    ['another level', [registered, accepted], 'reRate', [reRated.type]],
    ['the same level again', [registered, accepted, reRated], 'reRate', []],
    ['a level before acceptance', [registered], 'reRate', conflict],
    ['a level after the end', [registered, accepted, closed], 'reRate', conflict],

    ['opening a closed case again', [registered, accepted, closed], 'reopen', [reopened.type]],
    ['opening what was settled on the spot', [registered, onTheSpot], 'reopen', [reopened.type]],
    ['opening what was withdrawn', [registered, withdrawn], 'reopen', [reopened.type]],
    ['opening what was refused', [registered, refused], 'reopen', conflict],
    ['opening what is open', [registered, accepted], 'reopen', conflict],
    ['opening nothing', [], 'reopen', 'not-found'],
    ['the old call-back after reopening', [registered, accepted, closed, reopened], 'callBackCloses', []],
    ['a call-back from before the reopening, heard after it', [registered, accepted, withdrawn, reopened], 'callBackFromBeforeCloses', []],
    ['the first call-back after the reopening of what was withdrawn', [registered, accepted, withdrawn, reopened], 'callBackCloses', [closed.type]],
    ['the next call-back after reopening', [registered, accepted, closed, reopened], 'laterCallBackCloses', [closed.type]],
    ['acceptance of a reopened case that never was accepted', [registered, withdrawn, reopened], 'accept', [accepted.type]],

    ['merging at once', [registered], 'merge', [merged.type]],
    ['merging while handled', [registered, accepted], 'merge', [merged.type]],
    ['merging into the same again', [registered, merged], 'merge', []],
    ['merging a merged case elsewhere', [registered, merged], 'mergeElsewhere', conflict],
    ['merging into itself', [registered], 'mergeIntoItself', 'validation-failed'],
    ['merging what has ended', [registered, withdrawn], 'merge', conflict],
    ['merging nothing', [], 'merge', 'not-found'],
    ['merging a case that others have joined', [registered, joined], 'merge', conflict],
    ['refusing a case that others have joined', [registered, joined], 'refuse', conflict],
    ['withdrawing a case that others have joined', [registered, accepted, joined], 'withdraw', conflict],
    ['withdrawing when they have left', [registered, accepted, joined, left], 'withdraw', [withdrawn.type]],
    ['on the spot for all', [registered, joined], 'handleOnTheSpot', [onTheSpot.type]],
    ['accepting a merged case', [registered, merged], 'accept', conflict],
    ['opening a merged case again', [registered, merged], 'reopen', conflict],
    ['unmerging', [registered, merged], 'unmerge', [unmerged.type]],
    ['unmerging what is not merged', [registered], 'unmerge', conflict],
    ['unmerging from another than it is in', [registered, merged], 'unmergeFromElsewhere', conflict],
    ['unmerging what was settled before', [registered, accepted, merged], 'unmergeSettled', [unmerged.type, closed.type]],
    ['unmerging what was settled in an earlier life', [registered, accepted, closed, reopened, merged], 'unmergeSettled', [unmerged.type]],
    ['joining', [registered], 'join', [joined.type]],
    ['joining what has ended', [registered, accepted, closed], 'join', conflict],
    ['joining a merged case', [registered, merged], 'join', conflict],
    ['joining nothing', [], 'join', 'validation-failed'],
    ['leaving', [registered, joined], 'leave', [left.type]],
    ['leaving a case that waited for this requester only', [registered, accepted, joined], 'leaveSettled', [left.type, closed.type]],
    ['leaving a case that has ended', [registered, accepted, joined, closed], 'leaveSettled', [left.type]],

    ['closing while another requester waits', [registered, accepted, joined], 'callBackCloses', []],
    ['closing when all are settled', [registered, accepted, joined], 'callBacksClose', [closed.type]],
    ['closing while another requester wants more', [registered, accepted, joined], 'joinedReworks', []],
    ['closing when only one has said so after a rework', [registered, accepted, joined], 'joinedReworkedThenCloses', []],
  ];
  it.each(table)('%s', (_name, events, command, expected) => {
    given(...events).when(all[command]).then(expected);
  });

  it('keeps the category of the registration unless the acceptance names one', () => {
    const state = given(registered).state;
    expect(accept(state, { level: 'simple', category: null, greenChannel: false })[0]?.data).toMatchObject({ category: 'a/b/c' });
    expect(accept(state, { level: 'simple', category: 'x/y/z', greenChannel: false })[0]?.data).toMatchObject({ category: 'x/y/z' });
  });
});

describe('the state of intake', () => {
  it('is made of every event intake writes, and of no other', () => {
    expect(typesTakenBy((event) => evolve(given(registered).state, event)).sort()).toEqual(caseEventTypes('intake').sort());
  });

  it('tells when and how a case ended', () => {
    expect(given(registered, contacted, accepted, closed).state).toMatchObject({
      status: 'closed', contactedAt: minuteOf(2), acceptedAt: minuteOf(3), endedAt: minuteOf(4), level: 'general',
    });
    expect(given(registered, onTheSpot).state).toMatchObject({ status: 'closed', result: 'Done.', contactedAt: null });
  });

  it('goes on where it was when it is opened again or unmerged', () => {
    expect(given(registered, accepted, merged).state).toMatchObject({ status: 'merged', endedAt: minuteOf(3), mergedInto: intoCaseId });
    expect(given(registered, accepted, merged, unmerged).state).toMatchObject({ status: 'accepted', endedAt: null, mergedInto: null });
    expect(given(registered, joined, left).state).toMatchObject({ joined: [] });
    expect(given(registered, accepted, reRated, closed, reopened).state).toMatchObject({ status: 'accepted', endedAt: null, level: 'complex' });
    expect(given(registered, onTheSpot, reopened).state).toMatchObject({ status: 'registered', endedAt: null, result: null });
  });

  it('refuses a stream that does not begin with the registration', () => {
    expect(() => given(accepted).state).toThrow('before the registration');
  });
});

describe('a contact that is entered for the second minute', () => {
  it.each<[string, IntakeEvent[], Expected]>([
    ['from before an acceptance', [registered, left, accepted], [contacted.type]],
    ['from before another one', [registered, left, contacted], [contacted.type]],
    ['from after another one', [registered, contacted, accepted], []],
    ['from before the end', [registered, left, withdrawn], [contacted.type]],
    ['from after the end', [registered, refused], 'state-conflict'],
  ])('%s', (_what, events, expected) => {
    given(...events).when((state) => contact(state, { note: maskText('Called.'), at: minuteOf(2) })).then(expected);
  });
});

describe('whatever commands come, in whatever order', () => {
  const commands = fc.array(fc.constantFrom(...(Object.keys(all) as (keyof typeof all)[])), { maxLength: 25, size: 'max' });
  const run = (names: readonly (keyof typeof all)[], after: (name: keyof typeof all, written: IntakeEvent[], events: IntakeEvent[]) => void): void => {
    const events: IntakeEvent[] = [];
    for (const name of names) {
      let written: IntakeEvent[] = [];
      try {
        written = all[name](given(...events).state);
      } catch (error) {
        expect(error).toMatchObject({ name: 'DomainError' });
      }
      events.push(...written);
      after(name, written, events);
    }
  };

  it('every event keeps to its schema', () => {
    fc.assert(fc.property(commands, (names) => run(names, (_name, written) => {
      for (const event of written) expect(definitionOf(event.type)?.data.safeParse(event.data).success).toBe(true);
    })));
  });

  it('a case ends at most once in each life, and nothing but its undoing follows its end, though a demand may leave and a merged requester be contacted', () => {
    fc.assert(fc.property(commands, (names) => run(names, (_name, written, events) => {
      const before = given(...events.slice(0, events.length - written.length)).state;
      if (before && hasEnded(before)) expect(written.map(({ type }) => type).slice(0, 1)).toEqual(written.length === 0 ? [] : [expect.stringMatching(before.status === 'merged' ? /unmerged|left|contacted/ : /reopened|left/)]);
    })));
  });

  it('the same command at once again is already so, or a conflict', () => {
    fc.assert(fc.property(commands, (names) => run(names, (name, written, events) => {
      if (written.length > 0) expect([[], 'state-conflict']).toContainEqual(outcomeOf(() => all[name](given(...events).state)));
    })));
  });
});
