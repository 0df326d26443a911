import { clockKinds } from '@lianban/contracts';
import type { ClockKind } from '@lianban/contracts';
import { InstantField, NestedListField, UnmaskedField } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { judgements } from './what-if.question.js';
import type { Judgement, WhatIf } from './what-if.question.js';
import { PolicyBody, RuleIdField } from '../publish-policy/policy.body.js';

/** A row as it would be published. */
export class WhatIfPolicyBody extends OmitType(PolicyBody, ['effectiveFrom'] as const) {
  @RuleIdField('Name of the rule; that of a rule there is supersedes it')
  id!: string;

  @InstantField({ description: 'Cases from then on have it; absent: from the start of the month', optional: true, example: '2026-11-01T00:00:00+08:00' })
  effectiveFrom?: string | null;
}

export class WhatIfBody {
  @UnmaskedField({ max: 7, description: 'Month of registration, `YYYY-MM`, in China time', example: '2026-11' })
  month!: string;

  @NestedListField(WhatIfPolicyBody, { minItems: 1, maxItems: 50, description: 'Rows to try' })
  policies!: WhatIfPolicyBody[];
}

export class JudgementCounts implements Record<Judgement, number> {
  @ApiProperty({ type: 'integer' }) met!: number;
  @ApiProperty({ type: 'integer' }) breached!: number;
  @ApiProperty({ type: 'integer', description: 'Not due yet' }) open!: number;
  @ApiProperty({ type: 'integer' }) cancelled!: number;
}

export class WhatIfClockView {
  @ApiProperty({ enum: clockKinds }) kind!: ClockKind;
  @ApiPropertyOptional({ type: String, description: 'Of a milestone (里程碑): its name' }) milestone?: string;
  @ApiProperty({ type: JudgementCounts, description: 'Under the rules as they are' }) now!: JudgementCounts;
  @ApiProperty({ type: JudgementCounts, description: 'With the rows that were given' }) then!: JudgementCounts;
  @ApiProperty({ type: 'integer', description: 'Breached only with the rows' }) newlyBreached!: number;
  @ApiProperty({ type: 'integer', description: 'Breached only without them' }) noLongerBreached!: number;
}

export class WhatIfDepartmentView {
  @ApiPropertyOptional({ type: String, example: 'urban-management', description: 'Who has or had it last; absent: no handling unit' }) department?: string;
  @ApiProperty({ type: 'integer' }) newlyBreached!: number;
  @ApiProperty({ type: 'integer' }) noLongerBreached!: number;
}

export class JudgedView {
  @ApiProperty({ type: String, format: 'date-time' }) dueAt!: string;
  @ApiProperty({ enum: judgements }) judgement!: Judgement;
}

export class ChangedClockView {
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiProperty({ enum: clockKinds }) kind!: ClockKind;
  @ApiPropertyOptional({ type: String }) milestone?: string;
  @ApiPropertyOptional({ type: String }) department?: string;
  @ApiPropertyOptional({ type: JudgedView, description: 'Absent: no such clock' }) now?: JudgedView;
  @ApiPropertyOptional({ type: JudgedView, description: 'Absent: no such clock' }) then?: JudgedView;
}

export class WhatIfView {
  @ApiProperty({ example: '2026-11' }) month!: string;
  @ApiProperty({ type: String, format: 'date-time', description: 'Judged as of then' }) at!: string;
  @ApiProperty({ type: 'integer', description: 'Cases registered in the month' }) cases!: number;
  @ApiProperty({ type: [WhatIfClockView], description: 'By kind of clock; windows for returning are not judged' }) clocks!: WhatIfClockView[];
  @ApiProperty({ type: [WhatIfDepartmentView], description: 'Those for whom something changes' }) departments!: WhatIfDepartmentView[];
  @ApiProperty({ type: [ChangedClockView], maxItems: 20, description: 'The first clocks that would have ended otherwise' }) examples!: ChangedClockView[];
}

export const toWhatIfView = (month: string, at: string, { cases, clocks, departments, examples }: WhatIf): WhatIfView => ({
  month, at, cases,
  clocks: clocks.map(({ milestone, ...rest }) => ({ ...rest, ...(milestone === null ? {} : { milestone }) })),
  departments: departments.map(({ department, ...rest }) => ({ ...rest, ...(department === null ? {} : { department }) })),
  examples: examples.map(({ caseId, kind, milestone, department, now, then }) => ({
    caseId, kind, ...(milestone === null ? {} : { milestone }), ...(department === null ? {} : { department }), ...(now ? { now } : {}), ...(then ? { then } : {}),
  })),
});
