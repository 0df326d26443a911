/**
 * What intake's decisions ask of a case first. A repeated acknowledgement (contact) is already so, `[]`; a repeated decision (accept, refuse, …)
 * is a conflict, since the second person may have decided otherwise and must not read success.
 */
import { DomainError, noSuchCase } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { IntakeCase, IntakeState, IntakeStatus } from './intake-case.js';

/** Whether another service's fact is from after the last opening. One from before its time was kept counts as of this life, which is the safer side. */
export const inThisLife = ({ reopenedAt }: Pick<IntakeCase, 'reopenedAt'>, at: string | undefined): boolean =>
  at === undefined || reopenedAt === null || Date.parse(at) >= Date.parse(reopenedAt);

export const hasEnded = (current: IntakeCase): boolean => current.endedAt !== null;

/** @throws DomainError `not-found` when nothing was registered under the id */
export const known = (state: IntakeState): IntakeCase => {
  if (state === null) throw noSuchCase();
  return state;
};

export const notEnded = (state: IntakeState): IntakeCase => {
  const current = known(state);
  if (hasEnded(current)) throw new DomainError('state-conflict', say('case-ended-as', { status: current.status }));
  return current;
};

/** Other requesters wait for the answer of this case. */
export const withoutJoined = (current: IntakeCase, refusal: 'joined-so-not-refused' | 'joined-so-not-withdrawn' | 'joined-so-not-merged'): IntakeCase => {
  if (current.joined.length > 0) throw new DomainError('state-conflict', say(refusal, { joined: current.joined }));
  return current;
};

export const inStatus = (state: IntakeState, ...allowed: IntakeStatus[]): IntakeCase => {
  const current = known(state);
  if (!allowed.includes(current.status)) {
    throw new DomainError('state-conflict', say('case-needs-status', { status: current.status, allowed }));
  }
  return current;
};
