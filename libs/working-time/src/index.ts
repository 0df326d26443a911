/** Pure calendars and deadline arithmetic. Reads no clock and no file. */
export { assertCalendar, calendarProblems, defaultWorkingHours } from './calendar.js';
export type { Calendar, CalendarProblem, WorkingHours } from './calendar.js';
export { toInstant, toMillis } from './china-time.js';
export { addElapsed, addWorkingTime, dueDate, shareOf, subtractWorkingTime, timeKinds, timeUnits, workingDayMinutes, workingMinutesBetween } from './due-date.js';
export type { DueDate, DueDateQuestion, Limit, TimeKind, TimeUnit } from './due-date.js';
export { shippedCalendars } from './shipped-calendars.js';
export { workingCalendar } from './working-calendar.js';
export type { WorkingCalendar } from './working-calendar.js';
