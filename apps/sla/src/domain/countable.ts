/**
 * Makes sure that there is always a due time. Working time is counted up to the year 2999. A row or a fact that leads beyond gives the end of 2999, provisionally,
 * so no case is ever parked for it.
 */
import { dueInstant, schedule } from '@lianban/working-time';
import type { Schedule, ScheduleQuestion, WorkingCalendar } from '@lianban/working-time';

const end = '2999-12-31T00:00:00+08:00';

const orElse = <T>(count: () => T, beyond: T): T => {
  try {
    return count();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return beyond;
  }
};

export const countedDue = (question: ScheduleQuestion, calendar: WorkingCalendar): string => orElse(() => dueInstant(question, calendar), end);

export const counted = (question: ScheduleQuestion, calendar: WorkingCalendar): Schedule => orElse(() => schedule(question, calendar), {
  dueAt: end, provisional: true, countedFrom: question.startedAt, calendarVersion: null, holidays: [], makeUpDays: [],
});

/** The instants up to the first one that can't be computed. */
export const whileCounted = <T>(steps: readonly T[], at: (step: T) => string): { readonly step: T; readonly at: string }[] => {
  const told: { step: T; at: string }[] = [];
  for (const step of steps) {
    const instant = orElse(() => at(step), null);
    if (instant === null) break;
    told.push({ step, at: instant });
  }
  return told;
};
