import { channels, clockKinds, demandKinds, levels, supervisionSteps, territoryKinds, urgencies } from '@lianban/contracts';
import type { Channel, DemandKind, Level, Urgency } from '@lianban/contracts';
import { BooleanField, CodeField, EnumField, InstantField, IntField, NestedField, NestedListField, NoPersonalNumber, NumberField, Rule, UnmaskedField } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { timeKinds, timeUnits } from '@lianban/working-time';
import type { Limit, Share } from '@lianban/working-time';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { Policy, PolicyClock, SupervisionRule } from '../domain/policies.js';

class AmountBody implements Limit {
  @EnumField(timeKinds, { description: 'working: working hours of working days; elapsed: 7×24', example: 'working' })
  kind!: Limit['kind'];

  @NumberField({ min: 0.001, max: 100_000, description: 'How many of the unit', example: 4 })
  amount!: number;

  @EnumField(timeUnits, { description: 'A working day is an amount of working time', example: 'days' })
  unit!: Limit['unit'];
}

class ShareBody implements Share {
  @IntField({ min: 1, max: 1000, description: 'Above the line', example: 4 })
  numerator!: number;

  @IntField({ min: 1, max: 1000, description: 'Below the line', example: 5 })
  denominator!: number;
}

class SupervisionBody {
  @EnumField(supervisionSteps, { description: 'reminder 催办, criticism 通报批评, escalation 提级' })
  step!: SupervisionRule['step'];

  @EnumField(['yellow', 'red'], { description: 'Colour of the card' })
  colour!: SupervisionRule['colour'];

  @NestedField(() => AmountBody, { description: 'Counted from the step before it, the first from the breach; absent: at the opening of the next working day', optional: true })
  after?: AmountBody | null;

  @EnumField(territoryKinds, { description: 'Where an escalation goes', optional: true })
  toTier?: SupervisionRule['toTier'];
}

/** A row to publish. An absent condition asks for nothing; other absent fields are null. */
export class PolicyBody {
  @InstantField({ description: 'Cases from then on have it; in the future', example: '2027-01-01T00:00:00+08:00' })
  effectiveFrom!: string;

  @EnumField(clockKinds, { description: 'Which clock', example: 'lead' })
  clock!: PolicyClock;

  @UnmaskedField({ max: 50, description: 'For the clock milestone (里程碑): its name', optional: true })
  @NoPersonalNumber()
  milestone?: string | null;

  @EnumField(urgencies, { description: 'Only for cases of this urgency', optional: true })
  urgency?: Urgency | null;

  @EnumField(levels, { description: 'Only for cases of this level', optional: true, example: 'general' })
  level?: Level | null;

  @CodeField({ max: 200, description: 'Only for cases of this category or one below it', optional: true })
  category?: string | null;

  @CodeField({ description: 'Only for cases of this territory or one below it', optional: true })
  territory?: string | null;

  @CodeField({ description: 'Only while this handling unit works on it', optional: true })
  unit?: string | null;

  @EnumField(channels, { description: 'Only for cases that came in this way', optional: true })
  channel?: Channel | null;

  @BooleanField({ description: 'Only for cases in (true) or not in (false) the green channel', optional: true })
  greenChannel?: boolean | null;

  @EnumField(demandKinds, { description: 'Only for cases of this kind of demand (诉求类型)', optional: true })
  demandKind?: DemandKind | null;

  @NestedField(() => AmountBody, { description: 'Either this or shareOfLead', optional: true })
  limit?: AmountBody | null;

  @NestedField(() => ShareBody, { description: 'Share of the limit the lead’s clock of the same round has, without extensions; for the clocks sign, assist and milestone', optional: true })
  shareOfLead?: ShareBody | null;

  @NestedField(() => ShareBody, { description: 'What the green channel (绿色通道) leaves of the limit', optional: true })
  greenChannelShare?: ShareBody | null;

  @BooleanField({ description: 'Counting starts at the opening of the next working day', optional: true })
  startNextWorkingDay?: boolean | null;

  @BooleanField({ description: 'Counting runs to the close of its last day', optional: true })
  toCloseOfLastDay?: boolean | null;

  @NestedListField(ShareBody, { maxItems: 10, description: 'Shares of the limit after which those who answer for it are warned', optional: true })
  warnings?: ShareBody[] | null;

  @NestedField(() => ShareBody, { description: 'Share of the limit that extensions may add in all; absent where none is allowed', optional: true })
  extensionCap?: ShareBody | null;

  @NestedListField(SupervisionBody, { maxItems: 10, description: 'Steps after a breach (督办), in their order', optional: true })
  supervision?: SupervisionBody[] | null;
}

const ruleId = /^[a-z0-9][a-z0-9-]{0,99}$/;
export const isRuleId = (value: unknown): value is string => typeof value === 'string' && ruleId.test(value);

/** The name of a rule. */
export const RuleIdField = (description: string): PropertyDecorator => applyDecorators(
  ApiProperty({ type: String, pattern: ruleId.source, example: 'lead-general', description }),
  Rule('isRuleId', isRuleId, say('must-be-rule-name')),
  NoPersonalNumber(),
);

/** A row with the name of its rule. */
export class NewPolicyBody extends PolicyBody {
  @RuleIdField('Name of the rule; a known one is superseded from the day of the row on')
  id!: string;
}


export const toPolicy = (id: string, body: PolicyBody): Policy => ({
  id, effectiveFrom: body.effectiveFrom, clock: body.clock, milestone: body.milestone ?? null,
  urgency: body.urgency ?? null, level: body.level ?? null, category: body.category ?? null, territory: body.territory ?? null,
  unit: body.unit ?? null, channel: body.channel ?? null, greenChannel: body.greenChannel ?? null, demandKind: body.demandKind ?? null,
  limit: body.limit ?? null, shareOfLead: body.shareOfLead ?? null, greenChannelShare: body.greenChannelShare ?? null,
  startNextWorkingDay: body.startNextWorkingDay ?? false, toCloseOfLastDay: body.toCloseOfLastDay ?? false,
  warnings: body.warnings ?? [], extensionCap: body.extensionCap ?? null,
  supervision: (body.supervision ?? []).map(({ step, colour, after, toTier }) => ({ step, colour, after: after ?? null, toTier: toTier ?? null })),
});
