import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { closing } from '../close-after-call-back/close-after-call-back.decider.js';
import { hasEnded, inStatus, known, notEnded, withoutJoined } from '../domain/case-in-status.js';
import type { IntakeFacts } from '../domain/facts.js';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';

/** The case's own part of a merging (并案); `joinDemand` is the other case's. No chains: what others have joined goes nowhere. */
export const merge = (state: IntakeState, command: { readonly caseId: string; readonly intoCaseId: string; readonly reason: MaskedText | null }): IntakeEvent[] => {
  const { caseId, intoCaseId, reason } = command;
  if (intoCaseId === caseId) throw refusedField('intoCaseId', say('must-be-another-case'));
  if (known(state).mergedInto === intoCaseId) return [];
  withoutJoined(notEnded(state), 'joined-so-not-merged');
  return [{ type: 'lianban.case.merged.v1', data: { intoCaseId, reason } }];
};

/** `caseId` is the case that is merged into this one. */
export const joinDemand = (state: IntakeState, { caseId, caseNo, title }: { readonly caseId: string; readonly caseNo: string; readonly title: MaskedText }): IntakeEvent[] => {
  if (state === null) throw refusedField('intoCaseId', say('no-case-of-this-id'));
  if (hasEnded(state)) throw new DomainError('state-conflict', say('other-case-ended', { status: state.status }), [{ field: 'intoCaseId', reason: say('is-of-status', { status: state.status }) }]);
  return [{ type: 'lianban.demand.joined.v1', data: { demandCaseId: caseId, caseNo, title } }];
};

/** Undoes a merging, also when the other case has ended since. A case that all had called settled before it was merged closes now. */
export const unmerge = (state: IntakeState, command: { readonly intoCaseId: string | null; readonly reason: MaskedText | null }, facts: IntakeFacts): IntakeEvent[] => {
  const { mergedInto: fromCaseId, closedRound, reopenedAt } = inStatus(state, 'merged');
  if (fromCaseId === null) throw new RangeError('a merged case knows into which');
  if (command.intoCaseId !== null && command.intoCaseId !== fromCaseId) throw new DomainError('state-conflict', say('merged-into', { caseId: fromCaseId }), [{ field: 'intoCaseId', reason: say('must-be', { value: fromCaseId }) }]);
  return [
    { type: 'lianban.case.unmerged.v1', data: { fromCaseId, reason: command.reason } },
    ...closing({ joined: [], closedRound, reopenedAt }, facts),
  ];
};

/** The other case's part of it: it may have waited for this requester only. */
export const leaveDemand = (state: IntakeState, caseId: string, facts: IntakeFacts): IntakeEvent[] => {
  const current = known(state);
  const joined = current.joined.filter((demand) => demand !== caseId);
  if (joined.length === current.joined.length) throw new RangeError(`no demand of case ${caseId} has joined`);
  return [{ type: 'lianban.demand.left.v1', data: { demandCaseId: caseId } }, ...(hasEnded(current) ? [] : closing({ ...current, joined }, facts))];
};
