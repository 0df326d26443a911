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
import { lapseQuestion, sendMessage } from '../messages/send-message.decider.js';
import { supplement, urge } from '../urge/urge.decider.js';
import { withdraw } from '../withdraw/withdraw.decider.js';
import { initialFacts } from './facts.js';
import type { IntakeState } from './intake-case.js';
import { caseId, dispatchedAt, dispatchedOnce, intoCaseId, joinedId, repeated, lamp, messageIds, strangerId, told } from './sample-events.js';

const newMessageId = (state: IntakeState): string => `0b7b0f9e-0d35-4a53-9a1c-${String(state?.questions.length ?? 0).padStart(12, '0')}`;

export const commands = {
  register: (s: IntakeState) => register(s, lamp),
  registerWithKind: (s: IntakeState) => register(s, { ...lamp, kind: 'help' }),
  registerRepeated: (s: IntakeState) => register(s, { ...lamp, repeats: repeated.data }),
  contact: (s: IntakeState) => contact(s, { note: maskText('Called.') }),
  accept: (s: IntakeState) => accept(s, { level: 'urgent', category: null, greenChannel: true }),
  acceptWithKind: (s: IntakeState) => accept(s, { level: 'urgent', category: null, greenChannel: true, kind: 'complaint' }),
  refuse: (s: IntakeState) => refuse(s, { reason: 'malicious', text: maskText('No.') }),
  handleOnTheSpot: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, initialFacts),
  handleDispatched: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedAt(minuteOf(1_000))),
  handleDispatchedBefore: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedAt(minuteOf(3))),
  handleDispatchedOnce: (s: IntakeState) => handleOnTheSpot(s, { result: maskText('Done.') }, dispatchedOnce),
  urge: (s: IntakeState) => urge(s, { text: null }),
  supplement: (s: IntakeState) => supplement(s, { text: maskText('The second one too.') }),
  ask: (s: IntakeState) => sendMessage(s, { messageId: newMessageId(s), text: maskText('Which?'), side: 'handler', department: 'housing', asks: true }, { waitDays: 3, mostWaiting: 2 }, minuteOf(500)),
  answerQuestion: (s: IntakeState) => sendMessage(s, { messageId: messageIds[0], text: maskText('The left one.'), side: 'requester' }, { waitDays: 3, mostWaiting: 2 }, minuteOf(500)),
  lapse: (s: IntakeState) => lapseQuestion(s, s?.questions.find(({ settledAt, waitsUntil }) => settledAt === null && waitsUntil !== null)?.messageId ?? messageIds[0]),
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
