/**
 * Intake's decisions. `[]` means it is already so. A repeated acknowledgement (contact) is already so; a repeated decision
 * (accept, refuse, …) is a conflict, since the second person may have decided otherwise and must not read success.
 */
import { DomainError } from '@lianban/contracts';
import type { Channel, Level, MaskedText, RefusalReason, RequesterKind, Urgency } from '@lianban/contracts';
import { own } from './facts.js';
import type { IntakeFacts } from './facts.js';
import type { IntakeCase, IntakeEvent, IntakeState, IntakeStatus } from './intake-case.js';

/** The requester is a reference before it comes here. */
export interface Register {
  readonly caseNo: string;
  readonly title: MaskedText;
  readonly description: MaskedText;
  readonly channel: Channel;
  readonly category: string | null;
  readonly territory: string;
  readonly location: MaskedText | null;
  readonly requester: { readonly kind: RequesterKind; readonly ref: string };
  readonly urgency: Urgency;
}
export interface Accept {
  readonly level: Level;
  /** Absent: the category given at the registration stands. */
  readonly category: string | null;
  readonly greenChannel: boolean;
}
export interface Refuse {
  readonly reason: RefusalReason;
  readonly text: MaskedText;
}

export const register = (state: IntakeState, command: Register): IntakeEvent[] => {
  if (state !== null) throw new DomainError('state-conflict', 'The case is registered already');
  return [{ type: 'lianban.case.registered.v1', data: { ...command } }];
};

/**
 * `at` is when it was made, of one that is entered later. The first by its time counts, so one from before another is recorded too. A merged case's requester is
 * owed a word all the same; of a case that ended otherwise only what came before its end counts (docs/domain.md, "The clock of the first contact").
 */
export const contact = (state: IntakeState, { note, at = null }: { readonly note: MaskedText | null; readonly at?: string | null }): IntakeEvent[] => {
  const current = known(state);
  const isBefore = (end: string | null) => at !== null && end !== null && Date.parse(at) < Date.parse(end);
  if (current.contactedAt !== null && !isBefore(current.contactedAt)) return [];
  if (current.status !== 'merged' && !isBefore(current.endedAt)) notEnded(state);
  return [{ type: 'lianban.case.contacted.v1', data: { note } }];
};

export const accept = (state: IntakeState, command: Accept): IntakeEvent[] => {
  const current = inStatus(state, 'registered');
  return [{
    type: 'lianban.case.accepted.v1',
    data: { level: command.level, category: command.category ?? current.category, greenChannel: command.greenChannel },
  }];
};

export const refuse = (state: IntakeState, command: Refuse): IntakeEvent[] => {
  withoutJoined(inStatus(state, 'registered'), 'can not be refused');
  return [{ type: 'lianban.case.refused.v1', data: { reason: command.reason, text: command.text } }];
};

/** Closes without a call-back, so it is only for what no department has been given since it was last opened (docs/domain.md, "On the spot"). */
export const handleOnTheSpot = (state: IntakeState, command: { readonly result: MaskedText }, facts: IntakeFacts): IntakeEvent[] => {
  const current = inStatus(state, 'registered', 'accepted');
  if (facts.dispatched && inThisLife(current, facts.dispatchedAt)) throw new DomainError('state-conflict', 'The case has been dispatched; its lead answers it');
  return [{ type: 'lianban.case.handled-on-the-spot.v1', data: { result: command.result } }];
};

export const withdraw = (state: IntakeState, command: { readonly reason: MaskedText | null }): IntakeEvent[] => {
  withoutJoined(notEnded(state), 'can not be withdrawn');
  return [{ type: 'lianban.case.withdrawn.v1', data: { reason: command.reason } }];
};

/** Another level for a case that is being handled; the same again is already so. */
export const reRate = (state: IntakeState, command: { readonly level: Level; readonly greenChannel: boolean | null; readonly reason: MaskedText }): IntakeEvent[] => {
  const { level: previousLevel, greenChannel: previousGreenChannel } = inStatus(state, 'accepted');
  const { level, reason } = command;
  const greenChannel = command.greenChannel ?? previousGreenChannel;
  if (previousLevel === null || (level === previousLevel && greenChannel === previousGreenChannel)) return [];
  return [{ type: 'lianban.case.re-rated.v1', data: { level, previousLevel, greenChannel, previousGreenChannel, reason } }];
};

/** What was refused was never a case; it is registered anew, with what has changed. */
export const reopen = (state: IntakeState, command: { readonly reason: MaskedText }): IntakeEvent[] => {
  inStatus(state, 'closed', 'withdrawn');
  return [{ type: 'lianban.case.reopened.v1', data: { reason: command.reason } }];
};

/** The case's own part of a merging (并案); `joinDemand` is the other case's. No chains: what others have joined goes nowhere. */
export const merge = (state: IntakeState, command: { readonly caseId: string; readonly intoCaseId: string; readonly reason: MaskedText | null }): IntakeEvent[] => {
  const { caseId, intoCaseId, reason } = command;
  if (intoCaseId === caseId) throw invalidInto('must be another case');
  if (known(state).mergedInto === intoCaseId) return [];
  withoutJoined(notEnded(state), 'can not be merged itself');
  return [{ type: 'lianban.case.merged.v1', data: { intoCaseId, reason } }];
};

/** `caseId` is the case that is merged into this one. */
export const joinDemand = (state: IntakeState, { caseId, caseNo, title }: { readonly caseId: string; readonly caseNo: string; readonly title: MaskedText }): IntakeEvent[] => {
  if (state === null) throw invalidInto('there is no such case');
  if (hasEnded(state)) throw new DomainError('state-conflict', `The case it is to be merged into has ended: it is ${state.status}`, [{ field: 'intoCaseId', reason: `is ${state.status}` }]);
  return [{ type: 'lianban.demand.joined.v1', data: { demandCaseId: caseId, caseNo, title } }];
};

/** Undoes a merging, also when the other case has ended since. A case that all had called settled before it was merged closes now. */
export const unmerge = (state: IntakeState, command: { readonly intoCaseId: string | null; readonly reason: MaskedText | null }, facts: IntakeFacts): IntakeEvent[] => {
  const { mergedInto: fromCaseId, closedRound, reopenedAt } = inStatus(state, 'merged');
  if (fromCaseId === null) throw new RangeError('a merged case knows into which');
  if (command.intoCaseId !== null && command.intoCaseId !== fromCaseId) throw new DomainError('state-conflict', `The case is merged into ${fromCaseId}`, [{ field: 'intoCaseId', reason: `must be ${fromCaseId}` }]);
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

/** Reaction to a recorded call-back. The case may have ended otherwise meanwhile: then there is nothing to close. */
export const closeAfterCallBack = (state: IntakeState, facts: IntakeFacts): IntakeEvent[] =>
  (state === null || hasEnded(state) ? [] : closing(state, facts));

/** Closes when the requesters of all its demands have been called back in one round of its present life, and none wants more. */
const closing = (current: Pick<IntakeCase, 'joined' | 'closedRound' | 'reopenedAt'>, { outcomes = {} }: IntakeFacts): IntakeEvent[] => {
  const { joined, closedRound } = current;
  const last = [own, ...joined].map((demand) => outcomes[demand]).map((outcome) => (inThisLife(current, outcome?.at) ? outcome : undefined));
  const [first] = last;
  if (!first || first.round <= closedRound || last.some((outcome) => outcome?.round !== first.round || outcome.decision !== 'close')) return [];
  return [{ type: 'lianban.case.closed.v1', data: { callBackId: (last.at(-1) ?? first).callBackId, round: first.round } }];
};

/** Whether another service's fact is from after the last opening. One from before its time was kept counts as of this life, which is the safer side. */
const inThisLife = ({ reopenedAt }: Pick<IntakeCase, 'reopenedAt'>, at: string | undefined): boolean =>
  at === undefined || reopenedAt === null || Date.parse(at) >= Date.parse(reopenedAt);

export const hasEnded = (current: IntakeCase): boolean => current.endedAt !== null;

const known = (state: IntakeState): IntakeCase => {
  if (state === null) throw new DomainError('not-found', 'There is no such case');
  return state;
};

const notEnded = (state: IntakeState): IntakeCase => {
  const current = known(state);
  if (hasEnded(current)) throw new DomainError('state-conflict', `The case has ended: it is ${current.status}`);
  return current;
};

/** Other requesters wait for the answer of this case. */
const withoutJoined = (current: IntakeCase, what: string): IntakeCase => {
  if (current.joined.length > 0) throw new DomainError('state-conflict', `Demands have joined this case (${current.joined.join(', ')}): it ${what} until they are unmerged`);
  return current;
};

const invalidInto = (reason: string): DomainError => new DomainError('validation-failed', `intoCaseId ${reason}`, [{ field: 'intoCaseId', reason }]);

const inStatus = (state: IntakeState, ...allowed: IntakeStatus[]): IntakeCase => {
  const current = known(state);
  if (!allowed.includes(current.status)) {
    throw new DomainError('state-conflict', `The case is ${current.status}; this needs ${allowed.join(' or ')}`);
  }
  return current;
};
