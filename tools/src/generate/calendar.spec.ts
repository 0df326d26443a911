import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { renderCalendars } from './calendar.js';

it('the shipped calendars are what the generator writes', () => {
  const committed = readFileSync(new URL('../../../libs/working-time/src/shipped-calendars.ts', import.meta.url), 'utf8');
  expect(committed).toBe(renderCalendars());
});
