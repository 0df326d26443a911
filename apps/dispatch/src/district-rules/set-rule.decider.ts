/** A dated row of a district rule. A row is never edited; a later row for the same rule, territory and day replaces one that has not begun. */
import { districtRules, lastInForce, refusedField, UnreadableEvent } from '@lianban/contracts';
import type { AnyRuleValue, EventByType, EventEnvelope, MaskedText, RuleName, RuleRow } from '@lianban/contracts';
import { say } from '@lianban/texts';

export type RuleEvent = EventByType<'lianban.rule.set.v1'>;

/** A row as it was said. */
export interface SetRow extends RuleRow { readonly why: MaskedText; readonly setAt: string; readonly setBy: string }

/** In the order in which they were said. */
export type RuleRows = readonly SetRow[];

export const evolveRule = (rows: RuleRows, { type, data, metadata }: EventEnvelope<RuleEvent>): RuleRows => {
  switch (type) {
    case 'lianban.rule.set.v1':
      return [...rows, { ...data, setAt: metadata.occurredAt, setBy: metadata.actor.id }];
    default:
      throw new UnreadableEvent(`not an event of a rule: ${(type as string)}`);
  }
};

export interface SetRule {
  readonly name: RuleName;
  /** What a caller has sent. */
  readonly value: unknown;
  /** That it is there is checked outside. */
  readonly territory: string | null;
  /** Null: at once. */
  readonly effectiveFrom: string | null;
  readonly why: MaskedText;
}

/** `[]` when that value counts from then on already. @throws DomainError `validation-failed` naming the field with its limits */
export const setRule = (rows: RuleRows, { name, value, territory, effectiveFrom, why }: SetRule, at: string): RuleEvent[] => {
  const { schema, limits } = districtRules[name];
  if (value !== null && !schema.safeParse(value).success) throw refusedField('value', limits);
  const from = effectiveFrom ?? at;
  if (Date.parse(from) < Date.parse(at)) throw refusedField('effectiveFrom', say('not-before-now', { at }));
  const before = lastInForce(rows.filter((row) => row.territory === territory), from);
  if (JSON.stringify(before?.value ?? null) === JSON.stringify(value)) return [];
  return [{ type: 'lianban.rule.set.v1', data: { name, value: value as AnyRuleValue as RuleEvent['data']['value'], territory, effectiveFrom: from, why } }];
};
