import { districtRules } from '@lianban/contracts';
import type { AnyRuleValue, RuleName, RulesInForce } from '@lianban/contracts';
import { CodeField, field, InstantField, PageOf, PageQuery, Rule, TextField } from '@lianban/service-kit';
import type { MaskedText } from '@lianban/contracts';
import { renderAll, say } from '@lianban/texts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { NameView } from '../directory/directory.views.js';
import type { RuleRows } from './set-rule.decider.js';

/** Which of them a rule takes, its own `limits` say. */
const anyValue = { anyOf: [{ type: 'number' }, { type: 'boolean' }, { type: 'string' }, { type: 'array', items: { type: 'string' } }] };

export class SetRuleBody {
  @field({ description: "Within the rule's limits. Null: no value of its own from then on, so that what is above counts: the territory above, the district, the shipped value", example: 3 },
    { anyOf: [...anyValue.anyOf, { type: 'null' }] }, Rule('isGiven', (value) => value !== undefined, say('is-required')))
  value!: unknown;

  @CodeField({ description: 'Only for cases of this territory and those below it; absent: the whole district', optional: true, example: 'riverside' })
  territory?: string;

  @InstantField({ description: 'From when on it counts, not in the past; absent: at once', optional: true, example: '2027-01-01T00:00:00+08:00' })
  effectiveFrom?: string;

  @TextField({ max: 2_000, description: 'Why', example: 'Resolution of the joint meeting of December 2026.' })
  why!: MaskedText;
}

export class RulesQuery extends PageQuery {
  @CodeField({ description: 'The values in force for this territory; absent: for the district', optional: true, example: 'riverside' })
  territory?: string;

  @InstantField({ description: 'The values in force at this time; absent: now', optional: true })
  at?: string;
}

export class RuleRowView {
  @ApiProperty({ ...anyValue, nullable: true, description: 'Null: no value of its own from then on' })
  value!: AnyRuleValue | null;

  @ApiPropertyOptional({ type: String, description: 'Absent: the whole district', example: 'riverside' })
  territory?: string;

  @ApiProperty({ format: 'date-time', example: '2027-01-01T00:00:00+08:00' })
  effectiveFrom!: string;

  @ApiProperty({ example: 'Resolution of the joint meeting of December 2026.' })
  why!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was set', example: '2026-12-20T09:00:00.000Z' })
  setAt!: string;

  @ApiProperty({ description: 'Account that set it', example: 'p-Zm9yIHRoZSBkb2N1bWVudHMg' })
  setBy!: string;
}

export class RuleView {
  @ApiProperty({ example: 'returns-until-ruling' })
  name!: string;

  @ApiProperty({ type: NameView, description: 'What it means, and which time counts' })
  means!: NameView;

  @ApiProperty({ type: NameView, description: 'Which values it takes' })
  limits!: NameView;

  @ApiProperty({ ...anyValue, description: 'The value in force', example: 2 })
  value!: AnyRuleValue;

  @ApiProperty({ ...anyValue, description: 'The value where nobody has set one', example: 2 })
  shipped!: AnyRuleValue;

  @ApiProperty({ type: [RuleRowView], description: 'All rows, in the order in which they were set. Of two for one territory and time the later one counts' })
  rows!: RuleRowView[];
}

export class RulePage extends PageOf(RuleView) {}

export const ruleView = (name: RuleName, rows: RuleRows, rules: RulesInForce, at: string, territory?: string): RuleView => {
  const { means, limits, shipped } = districtRules[name];
  return {
    name, means, limits: renderAll(limits), shipped, value: rules(name, { at, territory }),
    rows: rows.map(({ value, territory: place, effectiveFrom, why, setAt, setBy }) => ({ value, territory: place ?? undefined, effectiveFrom, why, setAt, setBy })),
  };
};
