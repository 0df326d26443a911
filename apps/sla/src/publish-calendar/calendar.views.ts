import { NoPersonalNumber, TextField } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString, ValidateNested } from 'class-validator';
import type { PublishedCalendar } from '../rules/calendar-rows.js';

export class WorkingHoursBody {
  @ApiProperty({ type: String, example: '09:00', description: 'HH:MM' })
  @IsString()
  from!: string;

  @ApiProperty({ type: String, example: '12:00', description: 'HH:MM, up to 24:00' })
  @IsString()
  to!: string;
}

const hours: ApiPropertyOptions = { type: [WorkingHoursBody], maxItems: 24, description: 'Local time, Asia/Shanghai; in order, not overlapping; the same on every working day' };
const holidays: ApiPropertyOptions = {
  type: [String], maxItems: 366, items: { type: 'string', format: 'date' }, example: ['2027-01-01'],
  description: 'Public holidays, weekends within them included',
};
const makeUpDays: ApiPropertyOptions = {
  type: [String], maxItems: 366, items: { type: 'string', format: 'date' }, example: ['2027-01-09'],
  description: 'Saturdays and Sundays that are worked (调休); for a unit that works weekends, all of them',
};

export class CalendarBody {
  @TextField({ max: 100, description: 'Names this version; a published version is never edited', example: 'cn-2027.1' })
  @NoPersonalNumber()
  version!: string;

  @ApiProperty(hours)
  @IsArray()
  @ArrayMaxSize(24)
  @ValidateNested({ each: true })
  @Type(() => WorkingHoursBody)
  workingHours!: WorkingHoursBody[];

  @ApiProperty(holidays)
  @IsArray()
  @ArrayMaxSize(366)
  @IsString({ each: true })
  holidays!: string[];

  @ApiProperty(makeUpDays)
  @IsArray()
  @ArrayMaxSize(366)
  @IsString({ each: true })
  makeUpDays!: string[];
}

export class CalendarView {
  @ApiProperty({ type: 'integer', example: 2026 })
  year!: number;

  @ApiPropertyOptional({ type: String, description: 'Handling unit with a calendar of its own; absent for the district' })
  unit?: string;

  @ApiProperty({ example: 'cn-2026.1' })
  version!: string;

  @ApiProperty(hours)
  workingHours!: readonly { readonly from: string; readonly to: string }[];

  @ApiProperty(holidays)
  holidays!: readonly string[];

  @ApiProperty(makeUpDays)
  makeUpDays!: readonly string[];

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Absent for what came with the product' })
  publishedAt?: string;

  @ApiPropertyOptional({ type: String, description: 'Account that published it' })
  publishedBy?: string;
}

export class CalendarHistoryView {
  @ApiProperty({ type: [CalendarView], description: 'In the order they were published; the last is in force' })
  items!: CalendarView[];
}

export const toCalendarView = ({ unit, publishedAt, publishedBy, ...calendar }: PublishedCalendar): CalendarView => ({
  ...calendar, unit: unit ?? undefined, publishedAt: publishedAt ?? undefined, publishedBy: publishedBy ?? undefined,
});
