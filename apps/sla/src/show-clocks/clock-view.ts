import { clockKinds } from '@lianban/contracts';
import type { ClockKind } from '@lianban/contracts';
import { timeKinds, timeUnits } from '@lianban/working-time';
import type { TimeKind, TimeUnit } from '@lianban/working-time';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { clockStatuses } from '../domain/case-clocks.js';
import type { Clock, ClockStatus } from '../domain/case-clocks.js';

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

/** What has not happened is absent. */
export class ClockView {
  @ApiProperty({ format: 'uuid', example: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31' })
  clockId!: string;

  @ApiProperty({ enum: clockKinds })
  kind!: ClockKind;

  @ApiProperty({ enum: clockStatuses, description: 'breached means past due; stoppedAt comes when it stops all the same' })
  status!: ClockStatus;

  @ApiProperty({ type: 'integer', minimum: 1 })
  round!: number;

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

  @ApiProperty({ type: DerivationView })
  derivation!: DerivationView;
}

export class ClocksView {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: "Version of sla's part; the ETag says the same" })
  version!: number;

  @ApiProperty({ type: [ClockView] })
  items!: ClockView[];
}

export const toClockView = ({ workOrderId, department, stoppedAt, ...clock }: Clock): ClockView => ({
  ...clock,
  workOrderId: workOrderId ?? undefined,
  department: department ?? undefined,
  stoppedAt: stoppedAt ?? undefined,
});
