import { field, Rule } from '@lianban/service-kit';
import { chinaMidnight, say } from '@lianban/texts';
import { Transform } from 'class-transformer';

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
const day = 86_400_000;
/** There are no cases outside these years, and a database can't store instants at the ends of the calendar. */
const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(2900, 0, 1);

/** Start of a day in China, or the instant itself. Undefined for what is no time at all, such as a 30th of February. */
const startOf = (text: string): Date | undefined => {
  const isDate = date.test(text);
  if (!isDate && !instant.test(text)) return undefined;
  const at = new Date(isDate ? chinaMidnight(text) : text);
  if (Number.isNaN(at.getTime())) return undefined;
  const calendarDay = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(calendarDay.getTime()) || calendarDay.toISOString().slice(0, 10) !== text.slice(0, 10) ? undefined : at;
};

const Bound = (description: string, example: string): PropertyDecorator => field(
  { description: `${description}. A date (China time) or an instant with offset`, example, optional: true },
  { anyOf: [{ type: 'string', format: 'date' }, { type: 'string', format: 'date-time' }] },
  // A plus sign that was not encoded arrives as a space.
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.replace(/ (\d{2}:\d{2})$/, '+$1') : value)),
  Rule('isBound', (value) => typeof value === 'string' && startOf(value) !== undefined, say('must-be-date-or-instant')),
);

/** By time of registration. */
export class PeriodQuery {
  @Bound('Registered at or after', '2026-01-01') from?: string;
  @Bound('Registered before; a date includes that day', '2026-12-31') to?: string;
}

const within = (time: number): string => new Date(Math.min(Math.max(time, earliest), latest)).toISOString();

/** The period as half-open interval of instants. */
export const boundsOf = ({ from, to }: PeriodQuery): { from: string | null; to: string | null } => ({
  from: from === undefined ? null : within(startOf(from)?.getTime() ?? earliest),
  to: to === undefined ? null : within((startOf(to)?.getTime() ?? latest) + (date.test(to) ? day : 0)),
});
