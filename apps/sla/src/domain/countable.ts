/**
 * Due times that can always be told. Working time is counted up to the year 2999 and instants end not long after: what a row or a fact asks for beyond
 * that is due at the end, provisionally, so that no case is ever parked for it.
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

/** The instants up to the first that can't be told. */
export const whileCounted = <T>(steps: readonly T[], at: (step: T) => string): { readonly step: T; readonly at: string }[] => {
  const told: { step: T; at: string }[] = [];
  for (const step of steps) {
    const instant = orElse(() => at(step), null);
    if (instant === null) break;
    told.push({ step, at: instant });
  }
  return told;
};
