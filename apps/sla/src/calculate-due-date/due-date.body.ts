import { EnumField, InstantField } from '@lianban/service-kit';
import { timeKinds, timeUnits } from '@lianban/working-time';
import type { TimeKind, TimeUnit } from '@lianban/working-time';
import { ApiProperty } from '@nestjs/swagger';
import { IsNumber, Max, Min } from 'class-validator';
import { DerivationView } from '../show-clocks/clock-view.js';

export class DueDateBody {
  @InstantField({ description: 'From when, with offset; a year from 1900 to 2500', example: '2026-03-06T16:30:00+08:00' })
  start!: string;

  @EnumField(timeKinds, { description: 'working: working hours of working days; elapsed: 7×24', example: 'working' })
  kind!: TimeKind;

  @ApiProperty({ type: Number, minimum: 0.001, maximum: 100_000, example: 1 })
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0.001)
  @Max(100_000)
  amount!: number;

  @EnumField(timeUnits, { description: 'A working day is an amount of working time: 420 minutes by default', example: 'hours' })
  unit!: TimeUnit;
}

export class DueDateView {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-03-06T17:30:00+08:00' })
  dueAt!: string;

  @ApiProperty({ description: 'A year on the way is not published yet: counted on the plain weekly pattern' })
  provisional!: boolean;

  @ApiProperty({ type: DerivationView })
  derivation!: DerivationView;
}
