/** Rows of the responsibility list (职责清单). A row is never edited: it gets an end, and another one takes its place. */
import { DomainError, refusedField, UnreadableEvent } from '@lianban/contracts';
import type { EventByType, EventEnvelope, MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';

export type ResponsibilityEvent = EventByType<'lianban.responsibility.changed.v1'>;
export type ResponsibilityRow = ResponsibilityEvent['data'];

/** Null before it is there. */
export const evolveResponsibility = (_row: ResponsibilityRow | null, { type, data }: EventEnvelope<ResponsibilityEvent>): ResponsibilityRow => {
  switch (type) {
    case 'lianban.responsibility.changed.v1':
      return data;
    default:
      throw new UnreadableEvent(`not an event of the responsibility list: ${(type as string)}`);
  }
};

/** @throws DomainError `validation-failed` for a row that is about everything, or that ends before it begins */
export const addRow = (row: ResponsibilityRow): ResponsibilityEvent[] => {
  if (row.category === null && row.words.length === 0) throw refusedField('category', say('category-or-words'));
  requireOrder(row.effectiveFrom, row.effectiveUntil);
  return [{ type: 'lianban.responsibility.changed.v1', data: row }];
};

/** `[]` when it has that end already. @throws DomainError `not-found`; `state-conflict` when it is over; `validation-failed` for an end in the past or before its beginning */
export const endRow = (row: ResponsibilityRow | null, { until, why }: { readonly until: string; readonly why: MaskedText }, at: string): ResponsibilityEvent[] => {
  if (!row) throw new DomainError('not-found', say('no-such-responsibility'));
  if (row.effectiveUntil !== null && Date.parse(row.effectiveUntil) === Date.parse(until)) return [];
  if (row.effectiveUntil !== null && Date.parse(row.effectiveUntil) <= Date.parse(at)) throw new DomainError('state-conflict', say('responsibility-over', { at: row.effectiveUntil }));
  if (Date.parse(until) < Date.parse(at)) throw refusedField('effectiveUntil', say('not-before-now', { at }));
  requireOrder(row.effectiveFrom, until);
  return [{ type: 'lianban.responsibility.changed.v1', data: { ...row, effectiveUntil: until, note: why } }];
};

/** A ruling that binds no longer is no precedent from then on. `[]` where none was made, or it is over. */
export const endPrecedent = (row: ResponsibilityRow | null, why: MaskedText, at: string): ResponsibilityEvent[] =>
  (row === null || row.effectiveUntil !== null ? [] : [{ type: 'lianban.responsibility.changed.v1', data: { ...row, effectiveUntil: at, note: why } }]);

export const isInForce = ({ effectiveFrom, effectiveUntil }: Pick<ResponsibilityRow, 'effectiveFrom' | 'effectiveUntil'>, at: string): boolean =>
  Date.parse(effectiveFrom) <= Date.parse(at) && (effectiveUntil === null || Date.parse(at) < Date.parse(effectiveUntil));

/** That a ruling may quote it. @throws DomainError `validation-failed` naming the field */
export const requireQuotable = (row: ResponsibilityRow, lead: string, at: string): void => {
  if (row.department !== lead) throw refusedField('responsibilityId', say('row-names-another', { department: row.department }));
  if (!isInForce(row, at)) throw refusedField('responsibilityId', say('row-not-in-force', { at }));
};

const requireOrder = (from: string, until: string | null): void => {
  if (until !== null && Date.parse(until) <= Date.parse(from)) throw refusedField('effectiveUntil', say('until-after-from', { from }));
};
