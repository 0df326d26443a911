import { clockKinds, clockStatuses } from '@lianban/contracts';
import type { ClockKind, ClockStatus } from '@lianban/contracts';
import { timeKinds } from '@lianban/working-time';
import type { TimeKind } from '@lianban/working-time';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { stripStates } from '../domain/clock-strip.js';
import type { StripState } from '../domain/clock-strip.js';

const instant = { type: String, format: 'date-time' } as const;

export class StripSegmentView {
  @ApiProperty({
    enum: stripStates,
    description: 'counted; in-dispute: counts, while nobody has the case because it was returned (退单争议); waiting-for-requester (等待诉求人) and held (挂账) do not count',
  })
  state!: StripState;

  @ApiProperty({ type: String, nullable: true, description: 'Handling unit that had it then; null: none', example: 'urban-management' })
  holder!: string | null;

  @ApiProperty({ ...instant, example: '2026-02-09T09:00:00+08:00' })
  from!: string;

  @ApiProperty({ ...instant, example: '2026-02-09T12:00:00+08:00' })
  to!: string;

  @ApiProperty({ description: 'After the due time' })
  overdue!: boolean;
}

export class StateMinutesView implements Record<StripState, number> {
  @ApiProperty({ type: Number, example: 180 })
  counted!: number;

  @ApiProperty({ type: Number, example: 0 })
  'in-dispute'!: number;

  @ApiProperty({ type: Number, example: 0 })
  'waiting-for-requester'!: number;

  @ApiProperty({ type: Number, example: 0 })
  held!: number;
}

export class HolderTimeView {
  @ApiProperty({ type: String, nullable: true, example: 'urban-management' })
  holder!: string | null;

  @ApiProperty({ type: StateMinutesView, description: "Minutes of the clock's own kind, working or elapsed" })
  minutes!: StateMinutesView;

  @ApiProperty({ type: Number, description: 'Of the counted and disputed minutes, those after the due time' })
  overdueMinutes!: number;
}

export class ClockStripView {
  @ApiProperty({ format: 'uuid' })
  clockId!: string;

  @ApiProperty({ enum: clockKinds })
  kind!: ClockKind;

  @ApiProperty({ type: 'integer', minimum: 1 })
  round!: number;

  @ApiPropertyOptional({ type: String, description: 'Of a milestone (里程碑): its name', example: 'stop' })
  milestone?: string;

  @ApiProperty({ enum: clockStatuses })
  status!: ClockStatus;

  @ApiProperty({ enum: timeKinds, description: 'What its minutes are: working (工作时间) or elapsed (自然时间)' })
  time!: TimeKind;

  @ApiProperty(instant)
  startedAt!: string;

  @ApiProperty({ type: [String], items: { type: 'string', format: 'date-time' } })
  warnAt!: readonly string[];

  @ApiProperty(instant)
  dueAt!: string;

  @ApiProperty({ description: 'A year on the way is not published yet' })
  provisional!: boolean;

  @ApiPropertyOptional({ ...instant, description: 'Its due time, when it is breached' })
  breachedAt?: string;

  @ApiPropertyOptional(instant)
  stoppedAt?: string;

  @ApiProperty({ type: [StripSegmentView], description: 'By time. Of working time only working hours are in a segment' })
  segments!: StripSegmentView[];

  @ApiProperty({ type: [HolderTimeView], description: 'What each holder answers for, in the order they had it' })
  holders!: HolderTimeView[];
}

export class ClockStripsView {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;

  @ApiProperty({ ...instant, description: 'Up to when open clocks are drawn' })
  at!: string;

  @ApiProperty({ type: [ClockStripView] })
  items!: ClockStripView[];
}
