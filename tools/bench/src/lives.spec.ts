import { expect, it } from '@jest/globals';
import { places, stuckLife, wholeLife, type Life } from './lives.js';

const of = ['housing', 'riverside', '城乡建设'] as const;
const told = (life: Life) => life.map(({ day, entries }) => `${day}: ${entries.map(({ type, data }) => [type.split('.')[2], (data as { kind?: string }).kind].filter(Boolean).join(' ')).join(', ')}`);
const countsOf = (life: Life) => life.flatMap(({ entries }) => entries).reduce<Record<string, number>>((counts, { source }) => ({ ...counts, [source]: (counts[source] ?? 0) + 1 }), {});

const begun = [
  '0: registered, started contact, contacted, stopped contact, counted, accepted, started lead',
  '1: dispatched, issued, started sign, started return-window, counted, signed, stopped sign',
  '2: progressed',
];

it('a whole life has what its commands say and all clocks that sla starts for them', () => {
  expect(told(wholeLife(...of))).toEqual([...begun, '3: lapsed return-window, completed, answered, stopped lead, opened, started call-back', '4: recorded, stopped call-back, counted, closed']);
  expect(countsOf(wholeLife(...of))).toEqual({ intake: 4, dispatch: 6, sla: 10, satisfaction: 5 });
});

it('one that is stuck is warned, overdue and supervised', () => {
  expect(told(stuckLife(...of))).toEqual([...begun, '3: lapsed return-window', '4: warned lead', '7: breached lead', '8: raised lead', '14: raised lead', '21: raised lead']);
});

it.each([['whole', wholeLife], ['stuck', stuckLife]])('all that differs from case to case in a %s life is at its places, and each id is its own', (_, life) => {
  const entries = life(...of).flatMap((stage) => stage.entries);
  expect(JSON.stringify(entries).replaceAll(places, '')).not.toMatch(/2026-\d\d-|9999|ffffffff/);
  const ids = entries.flatMap(({ id, data }) => [id, (data as { supervisionId?: string }).supervisionId ?? []].flat());
  expect(new Set(ids).size).toBe(ids.length);
});

it('versions follow each other in each store', () => {
  for (const source of ['intake', 'dispatch', 'sla', 'satisfaction']) {
    const versions = wholeLife(...of).flatMap(({ entries }) => entries).filter((entry) => entry.source === source).map(({ streamVersion }) => streamVersion);
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  }
});
