import { expect, it } from '@jest/globals';
import { type ProjectedCase, type ClockRow, emptyView } from './domain/projected-case.js';
import { owedBy, owedClock } from './owed-clock.js';

const view: ProjectedCase = { ...emptyView('c'), case: { ...emptyView('c').case, lead_department: 'housing' } };
const clock = (change: Partial<ClockRow>): ClockRow => ({
  case_id: 'c', clock_id: 'k', kind: 'lead', round: 1, work_order_id: null, department: null, status: 'running', started_at: null, due_at: null,
  milestone: null, provisional: false, held_until: null, warned_at: null, stopped_at: null, breached_at: null, cancelled_at: null, derivation: null, ...change,
});
const at = '2026-02-09T01:00:00.000Z';

it.each([
  ['a lead clock names no department: the lead of the case', {}, 'housing'],
  ['the clock of an assistant: its own', { kind: 'assist', department: 'parks' }, 'parks'],
  ['breached and still open', { status: 'breached', breached_at: at }, 'housing'],
  ['the intake desk\'s', { kind: 'contact' }, null],
  ['the call-back agents\'', { kind: 'call-back', department: 'housing' }, null],
  ['stopped', { stopped_at: at }, null],
  ['cancelled', { cancelled_at: at }, null],
] satisfies [string, Partial<ClockRow>, string | null][])('%s', (_, change, owed) => {
  expect(owedBy(clock(change), view)).toBe(owed);
});

it('is a new row when the lead changes, and the same one when nothing does', () => {
  const first = owedClock(clock({}), view);
  expect(owedClock(first, view)).toBe(first);
  const other = { ...view, case: { ...view.case, lead_department: 'parks' } };
  expect(owedClock(first, other)).toEqual({ ...first, owed_by: 'parks' });
});
