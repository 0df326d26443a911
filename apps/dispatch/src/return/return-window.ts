import { dueDate } from '@lianban/working-time';
import type { WorkingCalendar } from '@lianban/working-time';

export const returnWindow = { kind: 'working', amount: 2, unit: 'days' } as const;

export const returnWindowOf = (calendar: WorkingCalendar) => (issuedAt: string, at: string): boolean =>
  Date.parse(at) <= Date.parse(dueDate({ start: issuedAt, ...returnWindow }, calendar).dueAt);
