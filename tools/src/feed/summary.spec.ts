import { describe, expect, it } from '@jest/globals';
import type { FeedSummary } from './feed.js';
import { inParallel } from './pool.js';
import { parkedIn } from './read-model.js';
import { exitCodeOf, summaryLines } from './summary.js';

const good: FeedSummary = {
  messages: 3, cases: 3, alreadyThere: 0, failed: [], badLines: [], leftOpen: 0, endings: { closed: 2, 'on-the-spot': 1, refused: 0 }, reworked: 1, cut: {}, routing: { labelled: 4, hits: 3, byDepartment: [{ department: 'education', labelled: 3, hits: 3 }, { department: 'health', labelled: 1, hits: 0 }] },
  commands: 24, seconds: 2, latencyMs: { p50: 9, p99: 40 },
  readModel: { events: 60, parked: 0, notEnded: 0, rates: { key: 'all', response: { numerator: 2, denominator: 3, value: 2 / 3 }, resolution: { numerator: 0, denominator: 0, value: null }, satisfaction: { numerator: 1, denominator: 2, value: 0.5 } } },
};

describe('the summary', () => {
  it('tells the figures and marks what is assumed', () => {
    const text = summaryLines(good).join('\n');
    for (const part of ['cases        3 of 3', 'events       60', '24 in 2.0 s = 12/s', '66.7 % (2 of 3)', 'no case in scope', 'names in 75 % (3 of 4)', 'health 0 % (0 of 1)', 'parked       0', '*assumed*']) expect(text).toContain(part);
  });

  it.each([
    ['all well', {}, 0], ['a bad line', { badLines: [{ line: 7, reason: 'no JSON' }] }, 1], ['a failed case', { failed: [{ id: '1', reason: 'x' }] }, 1],
    ['a case missing in the read model', { readModel: { ...good.readModel, notEnded: 1 } }, 1], ['a case that waits for the future', { leftOpen: 1, readModel: { ...good.readModel, notEnded: 1 } }, 0],
  ])('ends with the right code: %s', (_, change, code) => {
    expect(exitCodeOf({ ...good, ...change })).toBe(code);
  });

  it('finds what is parked, wherever readiness tells it', () => {
    expect(parkedIn({ services: { sla: { checks: { consumer: { ok: true, parkedCases: 2 } } }, insight: { checks: { projection: { parkedCases: 1 } } } } })).toBe(3);
    expect(parkedIn({ status: 'ready' })).toBeNull();
  });
});

describe('the pool', () => {
  it('does everything once, never more at a time than it may', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await inParallel(Array.from({ length: 50 }, (_, i) => i), 4, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done.push(item);
    });
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(most).toBe(4);
  });
});
