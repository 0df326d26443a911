/** Calendars from a file into a running system, through its public API. */
import { z } from 'zod';
import { sender } from '../client/http.js';
import type { ClientOptions } from '../client/http.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';

const row = z.strictObject({
  year: z.int(),
  unit: z.string().min(1).nullable().default(null).describe('Handling unit; absent for the district'),
  version: z.string().min(1),
  workingHours: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  holidays: z.array(z.string()),
  makeUpDays: z.array(z.string()),
});
export type CalendarRow = z.infer<typeof row>;

/** One year or a list of years. @throws StartupProblem naming what is wrong and where; whether a calendar is possible is for the service to say */
export const parseCalendars = (text: string, file: string): CalendarRow[] => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StartupProblem(`${file} is not JSON: ${(error as Error).message}`);
  }
  const rows = z.array(row).min(1).safeParse(Array.isArray(json) ? json : [json]);
  if (rows.success) return rows.data;
  throw new StartupProblem(`${file}: ${rows.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
};

/** In the order of the file; a year that is in force already changes nothing, so it may be loaded again. @throws LianbanApiError at the first that is refused */
export const loadCalendars = async (rows: readonly CalendarRow[], client: ClientOptions, say: (line: string) => void): Promise<void> => {
  const send = sender(client);
  for (const { year, unit, ...body } of rows) {
    await send({ method: 'PUT', service: 'sla', path: `/api/v1/sla/calendars/${year}`, query: { unit: unit ?? undefined }, body });
    say(`${year}${unit === null ? '' : ` of ${unit}`}: ${body.version} is in force 已生效`);
  }
};
