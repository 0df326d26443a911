/**
 * Intake's decisions. `[]` means it is already so. A repeated acknowledgement (contact) is already so; a repeated decision
 * (accept, refuse, …) is a conflict, since the second person may have decided otherwise and must not read success.
 */
import { DomainError } from '@lianban/contracts';
import type { Channel, EventByType, Level, RefusalReason, RequesterKind, Urgency } from '@lianban/contracts';
import type { IntakeFacts } from './facts.js';
import type { IntakeCase, IntakeEvent, IntakeState, IntakeStatus } from './intake-case.js';

/** Texts are masked, and the requester is a reference, before they come here. */
export interface Register {
  readonly caseNo: string;
  readonly title: string;
  readonly description: string;
  readonly channel: Channel;
  readonly category: string | null;
  readonly territory: string;
  readonly location: string | null;
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
  readonly text: string;
}

export const register = (state: IntakeState, command: Register): IntakeEvent[] => {
  if (state !== null) throw new DomainError('state-conflict', 'The case is registered already');
  return [{ type: 'lianban.case.registered.v1', data: { ...command } }];
};

export const contact = (state: IntakeState, command: { readonly note: string | null }): IntakeEvent[] => {
  const current = notEnded(state);
  if (current.contactedAt !== null) return [];
  return [{ type: 'lianban.case.contacted.v1', data: { note: command.note } }];
};

export const accept = (state: IntakeState, command: Accept): IntakeEvent[] => {
  const current = inStatus(state, 'registered');
  return [{
    type: 'lianban.case.accepted.v1',
    data: { level: command.level, category: command.category ?? current.category, greenChannel: command.greenChannel },
  }];
};

export const refuse = (state: IntakeState, command: Refuse): IntakeEvent[] => {
  inStatus(state, 'registered');
  return [{ type: 'lianban.case.refused.v1', data: { reason: command.reason, text: command.text } }];
};

/** Closes without a call-back, so it is only for what no department has been given (domain.md: no work order). */
export const handleOnTheSpot = (state: IntakeState, command: { readonly result: string }, facts: IntakeFacts): IntakeEvent[] => {
  inStatus(state, 'registered', 'accepted');
  if (facts.dispatched) throw new DomainError('state-conflict', 'The case has been dispatched; its lead answers it');
  return [{ type: 'lianban.case.handled-on-the-spot.v1', data: { result: command.result } }];
};

export const withdraw = (state: IntakeState, command: { readonly reason: string | null }): IntakeEvent[] => {
  notEnded(state);
  return [{ type: 'lianban.case.withdrawn.v1', data: { reason: command.reason } }];
};

/** Another level for a case that is being handled; the same again is already so. */
export const reRate = (state: IntakeState, command: { readonly level: Level; readonly greenChannel: boolean | null; readonly reason: string }): IntakeEvent[] => {
  const { level: previousLevel, greenChannel: previousGreenChannel } = inStatus(state, 'accepted');
  const { level, reason } = command;
  const greenChannel = command.greenChannel ?? previousGreenChannel;
  if (previousLevel === null || (level === previousLevel && greenChannel === previousGreenChannel)) return [];
  return [{ type: 'lianban.case.re-rated.v1', data: { level, previousLevel, greenChannel, previousGreenChannel, reason } }];
};

/** What was refused was never a case; it is registered anew, with what has changed. */
export const reopen = (state: IntakeState, command: { readonly reason: string }): IntakeEvent[] => {
  inStatus(state, 'closed', 'withdrawn');
  return [{ type: 'lianban.case.reopened.v1', data: { reason: command.reason } }];
};

/** Reaction to a recorded call-back. The case may have ended otherwise meanwhile: then there is nothing to close. */
export const closeAfterCallBack = (state: IntakeState, recorded: EventByType<'lianban.call-back.recorded.v1'>['data']): IntakeEvent[] => {
  if (recorded.decision !== 'close' || state === null || hasEnded(state) || recorded.round <= state.closedRound) return [];
  return [{ type: 'lianban.case.closed.v1', data: { callBackId: recorded.callBackId, round: recorded.round } }];
};

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

const inStatus = (state: IntakeState, ...allowed: IntakeStatus[]): IntakeCase => {
  const current = known(state);
  if (!allowed.includes(current.status)) {
    throw new DomainError('state-conflict', `The case is ${current.status}; this needs ${allowed.join(' or ')}`);
  }
  return current;
};
