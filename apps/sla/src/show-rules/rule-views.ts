import { clockKinds, levels, urgencies } from '@lianban/contracts';
import type { ClockKind, Level, Urgency } from '@lianban/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Policy } from '../domain/policies.js';
import { LimitView } from '../show-clocks/clock-view.js';

export class ShareView {
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  numerator!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  denominator!: number;
}

export class PolicyView {
  @ApiProperty({ example: 'lead-general', description: 'Names the rule; with effectiveFrom it names the row' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2007-01-01T00:00:00+08:00' })
  effectiveFrom!: string;

  @ApiProperty({ enum: clockKinds })
  clock!: ClockKind;

  @ApiPropertyOptional({ enum: urgencies, description: 'Only for cases of this urgency' })
  urgency?: Urgency;

  @ApiPropertyOptional({ enum: levels, description: 'Only for cases of this level' })
  level?: Level;

  @ApiPropertyOptional({ type: LimitView, description: 'Absent where the limit is a share of the lead’s' })
  limit?: LimitView;

  @ApiPropertyOptional({ type: ShareView, description: 'Share of the limit of the lead’s clock of the same round' })
  shareOfLead?: ShareView;

  @ApiPropertyOptional({ type: ShareView, description: 'What the green channel leaves of the limit' })
  greenChannel?: ShareView;

  @ApiProperty({ description: 'Counting starts at the opening of the next working day' })
  startNextWorkingDay!: boolean;

  @ApiProperty({ description: 'Counting runs to the close of its last day' })
  toCloseOfLastDay!: boolean;
}

export class PoliciesView {
  @ApiProperty({ type: [PolicyView] })
  items!: PolicyView[];

  @ApiPropertyOptional({ type: String })
  nextCursor?: string;
}

export const toPolicyView = ({ urgency, level, limit, shareOfLead, greenChannel, ...row }: Policy): PolicyView => ({
  ...row,
  urgency: urgency ?? undefined,
  level: level ?? undefined,
  limit: limit ?? undefined,
  shareOfLead: shareOfLead ?? undefined,
  greenChannel: greenChannel ?? undefined,
});

export class WorkingHoursView {
  @ApiProperty({ example: '09:00' })
  from!: string;

  @ApiProperty({ example: '12:00' })
  to!: string;
}

export class CalendarView {
  @ApiProperty({ type: 'integer', example: 2026 })
  year!: number;

  @ApiProperty({ type: [WorkingHoursView], description: 'Local time, Asia/Shanghai' })
  workingHours!: readonly WorkingHoursView[];

  @ApiProperty({ type: [String], items: { type: 'string', format: 'date' }, example: ['2026-01-01'] })
  holidays!: readonly string[];

  @ApiProperty({ type: [String], items: { type: 'string', format: 'date' }, example: ['2026-02-14'], description: 'Saturdays and Sundays that are worked' })
  makeUpDays!: readonly string[];

  @ApiProperty({ example: 'cn-2026.1' })
  version!: string;
}
