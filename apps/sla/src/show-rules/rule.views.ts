import { channels, clockKinds, demandKinds, levels, supervisionSteps, urgencies } from '@lianban/contracts';
import type { Channel, DemandKind, Level, Urgency } from '@lianban/contracts';
import { PageOf } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Policy, PolicyClock, SupervisionRule } from '../domain/policies.js';
import { LimitView } from '../show-clocks/clock.view.js';

export class ShareView {
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  numerator!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  denominator!: number;
}

export const policyClocks: readonly PolicyClock[] = clockKinds;

export class SupervisionRuleView {
  @ApiProperty({ enum: supervisionSteps, description: 'reminder 催办, criticism 通报批评, escalation 提级' })
  step!: SupervisionRule['step'];

  @ApiProperty({ enum: ['yellow', 'red'] })
  colour!: SupervisionRule['colour'];

  @ApiPropertyOptional({ type: LimitView, description: 'Counted from the step before it, the first from the breach; absent: at the opening of the next working day' })
  after?: LimitView;

  @ApiPropertyOptional({ type: String, example: 'district', description: 'Where an escalation goes' })
  toTier?: string;
}

export class PolicyView {
  @ApiProperty({ example: 'lead-general', description: 'Names the rule; with effectiveFrom it names the row' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2007-01-01T00:00:00+08:00' })
  effectiveFrom!: string;

  @ApiProperty({ enum: clockKinds })
  clock!: PolicyClock;

  @ApiPropertyOptional({ enum: urgencies, description: 'Only for cases of this urgency' })
  urgency?: Urgency;

  @ApiPropertyOptional({ enum: levels, description: 'Only for cases of this level' })
  level?: Level;

  @ApiPropertyOptional({ type: LimitView, description: 'Absent where the limit is a share of the lead’s' })
  limit?: LimitView;

  @ApiPropertyOptional({ type: ShareView, description: 'Share of the limit of the lead’s clock of the same round' })
  shareOfLead?: ShareView;

  @ApiPropertyOptional({ type: String, description: 'Of a row for a milestone (里程碑): its name', example: 'stop' })
  milestone?: string;

  @ApiPropertyOptional({ type: String, description: 'Only for cases of this category or one below it' })
  category?: string;

  @ApiPropertyOptional({ type: String, description: 'Only for cases of this territory or one below it' })
  territory?: string;

  @ApiPropertyOptional({ type: String, description: 'Only while this handling unit works on it' })
  unit?: string;

  @ApiPropertyOptional({ enum: channels, description: 'Only for cases that came in this way' })
  channel?: Channel;

  @ApiPropertyOptional({ type: Boolean, description: 'Only for cases in (true) or not in (false) the green channel' })
  greenChannel?: boolean;

  @ApiPropertyOptional({ enum: demandKinds, description: 'Only for cases of this kind of demand (诉求类型)' })
  demandKind?: DemandKind;

  @ApiPropertyOptional({ type: ShareView, description: 'What the green channel leaves of the limit' })
  greenChannelShare?: ShareView;

  @ApiProperty({ type: [ShareView], description: 'Shares of the limit after which those who answer for it are warned' })
  warnings!: readonly ShareView[];

  @ApiPropertyOptional({ type: ShareView, description: 'Share of the limit that extensions may add in all; absent where none is allowed' })
  extensionCap?: ShareView;

  @ApiProperty({ type: [SupervisionRuleView] })
  supervision!: readonly SupervisionRuleView[];

  @ApiProperty({ description: 'Counting starts at the opening of the next working day' })
  startNextWorkingDay!: boolean;

  @ApiProperty({ description: 'Counting runs to the close of its last day' })
  toCloseOfLastDay!: boolean;
}

export class PoliciesView extends PageOf(PolicyView) {}

export class PublishedPolicyView extends PolicyView {
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Absent for what came with the product' })
  publishedAt?: string;

  @ApiPropertyOptional({ type: String, description: 'Account that published it' })
  publishedBy?: string;
}

export class PolicyHistoryView {
  @ApiProperty({ type: [PublishedPolicyView], description: 'Published last first; which one counts for a case, effectiveFrom says' })
  items!: PublishedPolicyView[];
}

/** Fields that a row doesn't have are absent. */
export const toPolicyView = (row: Policy): PolicyView => ({
  ...row,
  milestone: row.milestone ?? undefined,
  urgency: row.urgency ?? undefined,
  level: row.level ?? undefined,
  category: row.category ?? undefined,
  territory: row.territory ?? undefined,
  unit: row.unit ?? undefined,
  channel: row.channel ?? undefined,
  greenChannel: row.greenChannel ?? undefined,
  limit: row.limit ?? undefined,
  shareOfLead: row.shareOfLead ?? undefined,
  demandKind: row.demandKind ?? undefined,
  greenChannelShare: row.greenChannelShare ?? undefined,
  extensionCap: row.extensionCap ?? undefined,
  supervision: row.supervision.map(({ step, colour, after, toTier }) => ({ step, colour, after: after ?? undefined, toTier: toTier ?? undefined })),
});
