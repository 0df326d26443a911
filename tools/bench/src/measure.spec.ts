import { describe, expect, it } from '@jest/globals';
import { alternate, growthOf, notFasterThanLog, percentile, ratiosOf, reached, reachedInAllSizes, spreadOf, type Row } from './measure.js';

it('runs the subjects in turn, round after round', async () => {
  const order: string[] = [];
  const subject = (name: string) => async () => { order.push(name); return order.length; };
  expect(await alternate(2, { ours: subject('ours'), bare: subject('bare') })).toEqual({ ours: [1, 3], bare: [2, 4] });
  expect(order).toEqual(['ours', 'bare', 'ours', 'bare']);
});

it('takes the median, of an even number the middle of both', () => {
  expect(spreadOf([9, 1, 10])).toEqual({ median: 9, min: 1, max: 10 });
  expect(spreadOf([4, 1, 10, 2])).toEqual({ median: 3, min: 1, max: 10 });
  expect(() => spreadOf([])).toThrow('no values');
});

it('takes percentiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1), percentile([7], 0.99)]).toEqual([50, 99, 100, 7]);
});

const row = (more: Partial<Row>): Row => ({ what: 'append', unit: '/s', values: [60, 70, 80], baseline: { name: 'pgbench', values: [100, 100, 160] }, ...more });

it('compares round by round, not median with median', () => {
  expect(ratiosOf(row({}))).toEqual([0.6, 0.7, 0.5]);
  expect(ratiosOf({ what: 'append', unit: '/s', values: [1] })).toBeUndefined();
});

describe('the aim', () => {
  it.each([
    ['≥ 60 %', true],
    ['≥ 65 %', false],
    ['≥ 70 appends/s', true],
    ['≥ 70,000 appends/s', false],
    ['p99 ≤ 100 ms', true],
    ['under 3 × p50', false],
    ['linear', undefined],
    [undefined, undefined],
  ])('%s: %s', (aim, expected) => {
    expect(reached(row({ aim }))).toBe(expected);
  });

  it('a percentage without a baseline says nothing', () => {
    expect(reached({ what: 'append', unit: '/s', values: [60], aim: '≥ 1 %' })).toBeUndefined();
  });
});

describe('what is measured in several sizes', () => {
  const sized = (size: number, ...values: number[]): Row => ({ what: 'inbox', unit: 'ms', values, size, aim: notFasterThanLog });

  it('grows by so much from the smallest size, of rates by the inverse, with what single rounds would make of it', () => {
    expect(growthOf([sized(100_000, 2, 3, 4), sized(10_000, 1, 2, 2)])).toEqual([{ size: 100_000, median: 1.5, min: 1, max: 4, allowed: 1.25 }]);
    const rate = (size: number, ...values: number[]): Row => ({ ...sized(size, ...values), unit: 'appends/s' });
    expect(growthOf([rate(10_000, 400, 200, 100), rate(1_000_000, 100, 50, 200)])).toEqual([{ size: 1_000_000, median: 2, min: 0.5, max: 8, allowed: 1.5 }]);
    expect(growthOf([sized(10_000, 1)])).toEqual([]);
    // Three times as long, on a machine that took twice as long for the same work just then.
    const beside = (size: number, value: number, yardstick: number): Row => ({ ...sized(size, value), baseline: { name: 'yardstick', values: [yardstick] } });
    expect(growthOf([beside(10_000, 2, 1), beside(100_000, 6, 2)])).toMatchObject([{ size: 100_000, median: 1.5 }]);
  });

  it.each([
    ['as the logarithm', [sized(10_000, 4), sized(100_000, 5), sized(1_000_000, 6)], true],
    ['not at all', [sized(10_000, 4), sized(100_000, 3), sized(1_000_000, 4)], true],
    ['a little faster to the largest', [sized(10_000, 4), sized(100_000, 5), sized(1_000_000, 6.1)], false],
    ['faster in the middle only', [sized(10_000, 4), sized(100_000, 5.1), sized(1_000_000, 4)], false],
    ['to nothing that could be compared', [sized(10_000, 4)], undefined],
  ])('grows %s', (_, line, expected) => {
    expect(reachedInAllSizes(line)).toBe(expected);
  });

  it('reaches another aim when every size does', () => {
    const below = (size: number, value: number): Row => ({ ...sized(size, value), aim: '≤ 5 ms' });
    expect(reachedInAllSizes([below(10, 4), below(100, 5)])).toBe(true);
    expect(reachedInAllSizes([below(10, 4), below(100, 6)])).toBe(false);
    expect(reachedInAllSizes([row({})])).toBeUndefined();
  });
});
