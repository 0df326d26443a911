import { clockKinds, clockStatuses, policyMatches } from '@lianban/contracts';
import type { ClockKind, ClockStatus } from '@lianban/contracts';
import { explain, timeKinds, timeUnits } from '@lianban/working-time';
import type { CalendarBook, TimeKind, TimeUnit } from '@lianban/working-time';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Clock } from '../domain/case-clocks.js';

export class PolicyReference {
  @ApiProperty({ example: 'lead-general' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2007-01-01T00:00:00+08:00' })
  effectiveFrom!: string;
}

export class LimitView {
  @ApiProperty({ enum: timeKinds, description: 'working: working hours of working days; elapsed: 7×24' })
  kind!: TimeKind;

  @ApiProperty({ type: Number, minimum: 0, example: 5 })
  amount!: number;

  @ApiProperty({ enum: timeUnits, example: 'days' })
  unit!: TimeUnit;
}

export class DerivationView {
  @ApiPropertyOptional({ type: PolicyReference, description: 'The dated row that gave the limit; absent in the calculator' })
  policy?: PolicyReference;

  @ApiProperty({ type: String, nullable: true, example: 'cn-2026.1', description: 'Null for elapsed time, which reads no calendar' })
  calendarVersion!: string | null;

  @ApiProperty({ type: String, format: 'date-time', description: 'Where counting began', example: '2026-02-09T09:00:00+08:00' })
  start!: string;

  @ApiProperty({ type: LimitView })
  limit!: LimitView;
}

export class ExplanationView {
  @ApiProperty({ example: '自3月6日(周五)16:30起1个工作小时 → 3月6日(周五)17:30' })
  zh!: string;

  @ApiProperty({ example: '1 working hour from Fri 6 Mar 16:30 → Fri 6 Mar 17:30' })
  en!: string;
}

export class DateRangeView {
  @ApiProperty({ type: String, format: 'date', example: '2026-02-15' })
  from!: string;

  @ApiProperty({ type: String, format: 'date', example: '2026-02-23', description: 'Inclusive' })
  to!: string;
}

export class PolicyMatchView {
  @ApiProperty({ enum: policyMatches, example: 'level' })
  by!: (typeof policyMatches)[number];

  @ApiProperty({ example: 'general' })
  value!: string;
}

export class GrantedExtensionView {
  @ApiProperty({ format: 'uuid' })
  extensionId!: string;

  @ApiProperty({ type: LimitView })
  by!: LimitView;
}

export class HeldView {
  @ApiProperty({ type: String, format: 'date-time' })
  from!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Its review, while nobody has ended it' })
  to!: string;

  @ApiProperty({ description: 'Why (挂账原因)', example: 'waiting-for-others' })
  reason!: string;
}

export class ClockDerivationView extends DerivationView {
  @ApiProperty({ type: [PolicyMatchView], description: 'Why this row: what it asks for and the case has' })
  matched!: readonly PolicyMatchView[];

  @ApiProperty({ type: String, nullable: true, description: 'Handling unit whose own calendar was read' })
  calendarUnit!: string | null;

  @ApiProperty({ type: [GrantedExtensionView] })
  extensions!: readonly GrantedExtensionView[];

  @ApiProperty({ type: [HeldView], description: 'Intervals that do not count' })
  held!: readonly HeldView[];

  @ApiProperty({ type: [DateRangeView], description: 'Public holidays on the way' })
  holidays!: readonly DateRangeView[];

  @ApiProperty({ type: [String], description: 'Make-up working days on the way' })
  makeUpDays!: readonly string[];

  @ApiProperty({ type: LimitView, nullable: true, description: 'Most that extensions may add in all; null: none is allowed' })
  extensionCap!: LimitView | null;
}

/** Fields of what has not happened are absent. */
export class ClockView {
  @ApiProperty({ format: 'uuid', example: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31' })
  clockId!: string;

  @ApiProperty({ enum: clockKinds })
  kind!: ClockKind;

  @ApiProperty({ enum: clockStatuses, description: 'breached means past due; stoppedAt comes when it stops all the same' })
  status!: ClockStatus;

  @ApiProperty({ type: 'integer', minimum: 1 })
  round!: number;

  @ApiPropertyOptional({ type: String, description: 'Of a milestone (里程碑): its name', example: 'stop' })
  milestone?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid' })
  workOrderId?: string;

  @ApiPropertyOptional({ type: String, description: 'Department of that work order' })
  department?: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-09T09:00:00+08:00' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-13T17:30:00+08:00' })
  dueAt!: string;

  @ApiProperty({ description: 'A year on the way is not published yet' })
  provisional!: boolean;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  stoppedAt?: string;

  @ApiProperty({ type: [String], items: { type: 'string', format: 'date-time' }, description: 'When those who answer for it are warned' })
  warnAt!: readonly string[];

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'It stands still until this review' })
  heldUntil?: string;

  @ApiProperty({ type: ClockDerivationView })
  derivation!: ClockDerivationView;

  @ApiProperty({ type: ExplanationView })
  explanation!: ExplanationView;
}

export class ClocksView {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: "Version of sla's part; the ETag says the same" })
  version!: number;

  @ApiProperty({ type: [ClockView] })
  items!: ClockView[];
}

export const toClockView = ({ workOrderId, department, stoppedAt, heldUntil, milestone, warned: _warned, supervised: _supervised, ...clock }: Clock, calendars: CalendarBook): ClockView => ({
  ...clock,
  milestone: milestone ?? undefined,
  workOrderId: workOrderId ?? undefined,
  department: department ?? undefined,
  stoppedAt: stoppedAt ?? undefined,
  heldUntil: heldUntil ?? undefined,
  explanation: explain(clock.derivation, clock.dueAt, calendars.for(clock.derivation.calendarUnit)),
});
