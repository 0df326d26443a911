import { BooleanField, CodeField, EnumField, InstantField, NestedListField, NumberField } from '@lianban/service-kit';
import { timeKinds, timeUnits } from '@lianban/working-time';
import type { TimeKind, TimeUnit } from '@lianban/working-time';
import { ApiProperty } from '@nestjs/swagger';
import { DateRangeView, DerivationView, ExplanationView } from '../show-clocks/clock.view.js';

export class HeldBody {
  @InstantField({ description: 'From when it does not count', example: '2026-03-06T16:40:00+08:00' })
  from!: string;

  @InstantField({ description: 'Until when', example: '2026-03-09T10:00:00+08:00' })
  to!: string;
}

export class ExtensionBody {
  @NumberField({ min: 0.001, max: 100_000, description: 'How many of the unit', example: 2 })
  amount!: number;

  @EnumField(timeUnits, { description: 'Of the same kind of time as the limit', example: 'days' })
  unit!: TimeUnit;
}

export class DueDateBody {
  @InstantField({ description: 'From when, with offset; a year from 1900 to 2500', example: '2026-03-06T16:30:00+08:00' })
  start!: string;

  @EnumField(timeKinds, { description: 'working: working hours of working days; elapsed: 7×24', example: 'working' })
  kind!: TimeKind;

  @NumberField({ min: 0.001, max: 100_000, description: 'How many of the unit', example: 1 })
  amount!: number;

  @EnumField(timeUnits, { description: 'A working day is an amount of working time: 420 minutes by default', example: 'hours' })
  unit!: TimeUnit;

  @CodeField({ description: 'Handling unit whose calendar is read; absent: the calendar of the district', optional: true })
  handlingUnit?: string;

  @NestedListField(HeldBody, { maxItems: 100, description: 'Intervals that do not count, in any order; they may overlap', optional: true })
  held?: HeldBody[];

  @NestedListField(ExtensionBody, { maxItems: 20, description: 'Added to the limit', optional: true })
  extensions?: ExtensionBody[];

  @BooleanField({ description: 'Working time: counting starts at the opening of the next working day', optional: true })
  startNextWorkingDay?: boolean;

  @BooleanField({ description: 'Working time: counting runs to the close of its last day', optional: true })
  toCloseOfLastDay?: boolean;
}

export class DueDateView {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-03-06T17:30:00+08:00' })
  dueAt!: string;

  @ApiProperty({ description: 'A year on the way is not published yet: counted on the plain weekly pattern' })
  provisional!: boolean;

  @ApiProperty({ type: DerivationView })
  derivation!: DerivationView;

  @ApiProperty({ type: [DateRangeView], description: 'Public holidays on the way' })
  holidays!: readonly DateRangeView[];

  @ApiProperty({ type: [String], items: { type: 'string', format: 'date' }, description: 'Saturdays and Sundays on the way that are worked (调休)' })
  makeUpDays!: readonly string[];

  @ApiProperty({ type: ExplanationView, description: 'How it came about, for a person to follow' })
  explanation!: ExplanationView;
}
