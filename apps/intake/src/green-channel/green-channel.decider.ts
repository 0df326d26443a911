import { DomainError, refusedField } from '@lianban/contracts';
import type { EventEnvelope, Role } from '@lianban/contracts';
import { say } from '@lianban/texts';

/** What the district's rules say at the time of the grant. */
export interface GreenChannelRules {
  /** Categories, or their first one or two levels; `*` stands for every one. */
  readonly classes: readonly string[];
  readonly granters: readonly Role[];
}

/** @throws DomainError `forbidden` for who may not grant it, `validation-failed` for a class that has none */
export const requireGreenChannel = (role: Role, category: string | null, { classes, granters }: GreenChannelRules): void => {
  if (role !== 'admin' && !granters.includes(role)) throw new DomainError('forbidden', say('green-channel-granted-by', { allowed: granters, role }));
  if (!classes.some((each) => each === '*' || each === category || category?.startsWith(`${each}/`))) throw refusedField('greenChannel', say('no-green-channel-for', { classes }));
};

/** The events of one command say that the case has the green channel, which it had not. */
export const isGranted = (events: readonly EventEnvelope[]): boolean => events.some(({ type, data }) =>
  (type === 'lianban.case.accepted.v1' && data.greenChannel) || (type === 'lianban.case.re-rated.v1' && data.greenChannel && !data.previousGreenChannel));
