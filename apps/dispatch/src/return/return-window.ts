import { dueDate } from '@lianban/working-time';
import type { WorkingCalendar } from '@lianban/working-time';

/** @returns until when an order that was issued then can be returned, by a number of working days */
export const returnWindowEnd = (issuedAt: string, days: number, calendar: WorkingCalendar): string => dueDate({ start: issuedAt, kind: 'working', amount: days, unit: 'days' }, calendar).dueAt;
