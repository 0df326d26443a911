import { describe, expect, it } from '@jest/globals';
import { alternate, percentile, ratiosOf, reached, spreadOf, type Row } from './measure.js';

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
