/** Pure calendars and deadline arithmetic. Reads no clock and no file. */
export { assertCalendar, assertPublishable, calendarProblems, defaultWorkingHours } from './calendar.js';
export type { Calendar, CalendarProblem, WorkingHours } from './calendar.js';
export { calendarBook, calendarBookWith } from './calendar-book.js';
export type { CalendarBook, UnitCalendar } from './calendar-book.js';
export { toInstant, toMillis } from './china-time.js';
export { addElapsed, addWorkingTime, dueDate, subtractWorkingTime, workingDayMinutes, workingMinutesBetween } from './due-date.js';
export type { DueDate, DueDateQuestion } from './due-date.js';
export { explain } from './explain.js';
export type { Explained } from './explain.js';
export { minutesOf, shareOf, timeKinds, timeUnits } from './limit.js';
export type { Limit, Share, TimeKind, TimeUnit } from './limit.js';
export { dueInstant, minutesUntil, schedule } from './schedule.js';
export type { DateRange, Interval, Schedule, ScheduleQuestion } from './schedule.js';
export { shippedCalendars } from './shipped-calendars.js';
export { workingCalendar } from './working-calendar.js';
export type { WorkingCalendar } from './working-calendar.js';
