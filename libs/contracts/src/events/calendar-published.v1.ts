import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const calendarPublishedV1 = defineEvent({
  type: 'lianban.calendar.published.v1',
  source: 'sla',
  topic: topics.directory,
  summary: {
    en: 'A year of the working calendar was published or superseded, for the district or for one handling unit.',
    zh: '全区或某一承办单位的年度工作日历已公布或更新。',
  },
  data: z.strictObject({
    year: z.int(),
    unit: f.departmentCode.nullable().describe('Null for the whole district'),
    version: z.string().min(1).max(100),
    workingHours: z.array(z.strictObject({ from: z.string(), to: z.string() })).describe('Local time HH:MM, Asia/Shanghai'),
    holidays: z.array(f.localDate),
    makeUpDays: z.array(f.localDate).describe('Saturdays and Sundays that are worked (调休)'),
  }),
  example: {
    year: 2027,
    unit: null,
    version: 'cn-2027.1',
    workingHours: [{ from: '09:00', to: '12:00' }, { from: '13:30', to: '17:30' }],
    holidays: ['2027-01-01'],
    makeUpDays: [],
  },
});
