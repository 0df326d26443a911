/** When a command happened: now, or at the time it gives. What it can't be dated before is the same for every stream it changes. */
import { DomainError, refusedField } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Aggregate, NotBefore } from './aggregate.js';
import type { CommandContext } from './command-context.js';

/** Nothing a 12345 line knows is older; working time is counted from 1900 on, and sla could never decide a case from before. */
const earliest: NotBefore = { at: '1949-10-01T00:00:00+08:00', what: say('first-day-there-is') };

/** @throws DomainError for a time that the caller may not give, or that lies in the future */
export const requireMayGive = ({ mayImport }: CommandContext, given: string, now: Date): void => {
  if (!mayImport) throw new DomainError('occurred-at-not-allowed', say('no-import-permission'), [{ field: 'occurredAt', reason: say('needs-import-permission') }]);
  if (new Date(given) > now) throw refusedField('occurredAt', say('must-not-lie-ahead'));
};

/** @throws DomainError for a given time before 1949, before the stream's last event, or before the fact that every command rests on */
export const requireInOrder = <Facts>(stream: Aggregate<unknown, Facts>, history: readonly EventEnvelope[], facts: Facts, given: string, lastOne = say('last-event-of-case')): void => {
  const last = lastEntered(history, stream);
  const fact = stream.notBefore?.(facts);
  const bounds = [earliest, ...(last ? [{ at: last.metadata.occurredAt, what: lastOne }] : []), ...(fact ? [fact] : [])];
  for (const { at, what } of bounds) {
    if (!(new Date(given) >= new Date(at))) throw refusedField('occurredAt', say('must-not-be-before', { at, what }));
  }
};

/** The event that a new one can't be dated before: the latest by its time, since one may have been entered after others that happened later. */
const lastEntered = (history: readonly EventEnvelope[], { isAside }: Pick<Aggregate<unknown>, 'isAside'>): EventEnvelope | undefined =>
  history.filter((event) => !isAside?.(event)).reduce<EventEnvelope | undefined>((last, event) => (last && timeOf(last) > timeOf(event) ? last : event), undefined);

const timeOf = ({ metadata }: EventEnvelope): number => Date.parse(metadata.occurredAt);
