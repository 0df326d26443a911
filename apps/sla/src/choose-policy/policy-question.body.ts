import { channels, demandKinds, levels, urgencies } from '@lianban/contracts';
import type { Channel, DemandKind, Level, Urgency } from '@lianban/contracts';
import { BooleanField, CodeField, EnumField, InstantField, IntField } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PolicyClock } from '../domain/policies.js';
import { LimitView } from '../show-clocks/clock.view.js';
import { policyClocks, PolicyView, ShareView } from '../show-rules/rule.views.js';

/** What the choice of a limit needs to know about a case. */
export class PolicyQuestionBody {
  @EnumField(policyClocks, { description: 'Which clock', example: 'lead' })
  clock!: PolicyClock;

  @CodeField({ description: 'Of the clock milestone (里程碑): its name', optional: true })
  milestone?: string;

  @IntField({ min: 1, max: 100, description: '2 for the first rework', optional: true })
  round?: number;

  @EnumField(urgencies, { description: 'normal unless given', optional: true })
  urgency?: Urgency;

  @EnumField(levels, { description: 'Absent before acceptance', optional: true, example: 'general' })
  level?: Level;

  @BooleanField({ description: 'In the green channel (绿色通道)', optional: true })
  greenChannel?: boolean;

  @CodeField({ max: 200, description: 'Category code', optional: true })
  category?: string;

  @CodeField({ description: 'Territory of the case; rows for those above it fit as well', optional: true, example: 'riverside-grid-01' })
  territory?: string;

  @CodeField({ description: 'Handling unit that works on it', optional: true })
  unit?: string;

  @CodeField({ description: 'Handling unit that leads, of whose limit an assistant has a share', optional: true })
  lead?: string;

  @EnumField(channels, { description: 'How it came in', optional: true })
  channel?: Channel;

  @EnumField(demandKinds, { description: 'Kind of demand (诉求类型)', optional: true })
  demandKind?: DemandKind;

  @InstantField({ description: 'The day of the case; absent: today', optional: true })
  on?: string;
}

export class PolicyMatchView {
  @ApiProperty({ example: 'level' })
  by!: string;

  @ApiProperty({ example: 'general' })
  value!: string;
}

export class FittingPolicyView {
  @ApiProperty({ type: PolicyView })
  policy!: PolicyView;

  @ApiProperty({ type: [PolicyMatchView], description: 'What it asks for and the case has, what weighs most first; empty for a row that fits every case' })
  matched!: readonly PolicyMatchView[];
}

export class ChosenPolicyView extends FittingPolicyView {
  @ApiProperty({ type: LimitView, description: 'With the green channel and shares of the lead applied. In a case a share never ends after the lead’s clock' })
  limit!: LimitView;

  @ApiPropertyOptional({ type: LimitView, description: 'Most that extensions may add in all; absent where none is allowed' })
  extensionCap?: LimitView;

  @ApiProperty({ type: [ShareView] })
  warnings!: readonly ShareView[];

  @ApiProperty({ type: [FittingPolicyView], description: 'Rows that fit as well, the next best first' })
  runnersUp!: FittingPolicyView[];
}
