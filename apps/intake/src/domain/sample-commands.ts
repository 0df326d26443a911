/** Every decision of intake with something to decide, by a name. */
import { maskText } from '@lianban/contracts';
import { minuteOf } from '@lianban/testing';
import { accept } from '../accept/accept.decider.js';
import { closeAfterCallBack } from '../close-after-call-back/close-after-call-back.decider.js';
import { contact } from '../contact/contact.decider.js';
import { handleOnTheSpot } from '../handle-on-the-spot/handle-on-the-spot.decider.js';
import { joinDemand, leaveDemand, merge, unmerge } from '../merge/merge.decider.js';
import { refuse } from '../refuse/refuse.decider.js';
import { register } from '../register/register.decider.js';
import { reopen } from '../reopen/reopen.decider.js';
import { reRate } from '../re-rate/re-rate.decider.js';
import { withdraw } from '../withdraw/withdraw.decider.js';
import { initialFacts } from './facts.js';
import type { IntakeState } from './intake-case.js';
import { caseId, dispatchedAt, dispatchedOnce, intoCaseId, joinedId, lamp, strangerId, told } from './sample-events.js';

export const commands = {
  register: (s: IntakeState) => register(s, lamp),
  registerWithKind: (s: IntakeState) => register(s, { ...lamp, kind: 'help' }),
  contact: (s: IntakeState) => contact(s, { note: maskText('Called.') }),
  accept: (s: IntakeState) => accept(s, { level: 'urgent', category: null, greenChannel: true }),
  acceptWithKind: (s: IntakeState) => accept(s, { level: 'urgent', category: null, greenChannel: true, kind: 'complaint' }),
  refuse: (s: IntakeState) => refuse(s, { reason: 'malicious', text: maskText('No.') }),
  handleOnTheSpot: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, initialFacts),
  handleDispatched: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedAt(minuteOf(1_000))),
  handleDispatchedBefore: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedAt(minuteOf(3))),
  handleDispatchedOnce: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedOnce),
  withdraw: (s: IntakeState) => withdraw(s, { reason: null }),
  callBackCloses: (s: IntakeState) => closeAfterCallBack(s, told([null, 'close'])),
  reRate: (s: IntakeState) => reRate(s, { level: 'complex', greenChannel: null, reason: maskText('x') }),
  correctKind: (s: IntakeState) => reRate(s, { level: s?.level ?? 'general', greenChannel: null, kind: 'complaint', reason: maskText('x') }),
  reRateWithKind: (s: IntakeState) => reRate(s, { level: 'complex', greenChannel: null, kind: 'complaint', reason: maskText('x') }),
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
  // The other half of a command to the case whose demand joins or leaves; its stream forbids it twice.
  join: (s: IntakeState) => (s?.joined.includes(joinedId) ? [] : joinDemand(s, { caseId: joinedId, caseNo: 'LB20260209-000002', title: maskText('Dark') })),
  leave: (s: IntakeState) => (s?.joined.includes(joinedId) ? leaveDemand(s, joinedId, initialFacts) : []),
  leaveSettled: (s: IntakeState) => (s?.joined.includes(joinedId) ? leaveDemand(s, joinedId, told([null, 'close'], [joinedId, 'rework'])) : []),
};
