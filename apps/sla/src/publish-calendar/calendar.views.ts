import { NestedListField, NoPersonalNumber, PlainField, PlainListField, UnmaskedField } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PublishedCalendar } from '../rules/calendar-rows.js';

export class WorkingHoursBody {
  @PlainField({ example: '09:00', description: 'HH:MM' })
  from!: string;

  @PlainField({ example: '12:00', description: 'HH:MM, up to 24:00' })
  to!: string;
}

const hours = { maxItems: 24, description: 'Local time, Asia/Shanghai; in order, not overlapping; the same on every working day' };
const holidays = {
  maxItems: 366, format: 'date', example: ['2027-01-01'],
  description: 'Public holidays, weekends within them included',
};
const makeUpDays = {
  maxItems: 366, format: 'date', example: ['2027-01-09'],
  description: 'Saturdays and Sundays that are worked (调休); for a unit that works weekends, all of them',
};

export class CalendarBody {
  @UnmaskedField({ max: 100, description: 'Names this version; a published version is never edited', example: 'cn-2027.1' })
  @NoPersonalNumber()
  version!: string;

  @NestedListField(WorkingHoursBody, hours)
  workingHours!: WorkingHoursBody[];

  @PlainListField(holidays)
  holidays!: string[];

  @PlainListField(makeUpDays)
  makeUpDays!: string[];
}

export class CalendarView {
  @ApiProperty({ type: 'integer', example: 2026 })
  year!: number;

  @ApiPropertyOptional({ type: String, description: 'Handling unit with a calendar of its own; absent for the district' })
  unit?: string;

  @ApiProperty({ example: 'cn-2026.1' })
  version!: string;

  @NestedListField(WorkingHoursBody, hours)
  workingHours!: readonly { readonly from: string; readonly to: string }[];

  @PlainListField(holidays)
  holidays!: readonly string[];

  @PlainListField(makeUpDays)
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
