import { describe, expect, it } from '@jest/globals';
import { clockProblems } from './check-clocks.js';
import type { StoredEvent } from './history.js';

const at = (minute: number) => new Date(Date.UTC(2026, 1, 9, 1, minute)).toISOString();
let version = 0;
const event = (type: string, minute: number, data: StoredEvent['data'] = {}): StoredEvent =>
  ({ source: 'sla', streamId: 'c', version: (version += 1), id: `${type} ${minute}`, type: `lianban.${type}`, data, occurredAt: at(minute), causationId: 'x', bySystem: true });
const clock = (kind: string) => ({ clockId: `cl-${kind}`, kind, round: 1, milestone: null, workOrderId: null, department: null, dueAt: at(120), warnAt: [] });
const registered = [event('case.registered.v1', 0), event('clock.started.v2', 0, clock('contact'))];
const detailsOf = (events: readonly StoredEvent[], lives: Parameters<typeof clockProblems>[1]) => clockProblems(events, lives, 0).map(([, detail]) => detail);

describe('the clocks of a case', () => {
  const ended = { number: 1, from: -Infinity, hasEnded: true };

  it('of the first contact goes on when the case is merged, and with no other end', () => {
    expect(detailsOf([...registered, event('case.merged.v1', 10)], ended)).toEqual([]);
    expect(detailsOf([...registered, event('case.withdrawn.v1', 10)], ended)).toEqual([expect.stringContaining('runs, its case has ended')]);
    expect(detailsOf([...registered, event('case.merged.v1', 10), event('case.unmerged.v1', 11), event('case.withdrawn.v1', 12)], ended)).toEqual([expect.stringContaining('runs, its case has ended')]);
  });

  it('have no lead in a life that ended before the acceptance', () => {
    const settled = [...registered, event('clock.stopped.v2', 1, { ...clock('contact'), outcome: 'met', stoppedAt: at(1) }), event('case.handled-on-the-spot.v1', 1), event('case.reopened.v1', 5), event('case.accepted.v1', 6, { category: null })];
    const lives = { number: 2, from: Date.parse(at(5)), hasEnded: false };
    expect(detailsOf([...settled, event('clock.started.v2', 6, clock('lead'))], lives)).toEqual([]);
    expect(detailsOf(settled, lives)).toEqual(['0 of 1 clocks for lead']);
  });
});
