import { expect, it } from '@jest/globals';
import { notFasterThanLog, type Benchmark, type Row } from './measure.js';
import { cells, figure, page, plainRow } from './page.js';
import { describeRun, withRows, type MeasuredRow, type Results } from './results.js';

const run = { ...describeRun(new Date('2026-02-09T01:02:03Z')), commit: 'abc1234' };
const measured = (rows: readonly Row[]): MeasuredRow[] => rows.map((row) => ({ ...row, run }));
const benchmark = (name: string): Benchmark => ({ name, title: `About ${name}`, run: async () => undefined });
const order = ['append', 'growth'];
const none: Results = { benchmarks: [] };
const rowsOf = (results: Results, name: string) => results.benchmarks.find((each) => each.name === name)?.rows.map(({ what, size, values }) => [what, size, ...values]);

const inbox = (size: number, value: number): Row => ({ what: 'inbox', unit: 'ms', values: [value], size });

it('shows three digits and thousands', () => {
  expect([0.012345, 1.234, 99.95, 1234.5, 2_345_678].map(figure)).toEqual(['0.0123', '1.23', '100', '1,235', '2,345,678']);
});

it('shows the median, the spread, the baseline, the ratio and whether the aim was reached', () => {
  expect(cells({ what: 'append', unit: '/s', values: [60, 70, 80], baseline: { name: 'pgbench', values: [100, 100, 160] }, aim: '≥ 65 %' }))
    .toEqual(['append', '70 /s', '60 – 80', '100 (pgbench)', '60 % (50 % – 70 %)', '≥ 65 % ✗ not reached']);
});

it('is written plainly: name, median, unit, runs, spread, baseline and ratio', () => {
  expect(plainRow('append', { what: '1 client', unit: '/s', values: [60, 70, 80], baseline: { name: 'pgbench', values: [100, 100, 160] } }))
    .toEqual({ name: 'append: 1 client', value: 70, unit: '/s', runs: 3, spread: { min: 60, max: 80 }, baseline: { name: 'pgbench', value: 100 }, ratio: 0.6 });
  expect(plainRow('growth', inbox(10, 1))).toEqual({ name: 'growth: inbox, 10 cases', value: 1, unit: 'ms', runs: 1, spread: { min: 1, max: 1 } });
});

it('a run replaces the rows of its benchmark and leaves the others', () => {
  const first = withRows(none, benchmark('append'), measured([{ what: 'old name', unit: '/s', values: [1] }]), order);
  const both = withRows(first, benchmark('growth'), measured([inbox(10, 1)]), order);
  const again = withRows(both, benchmark('append'), measured([{ what: 'new name', unit: '/s', values: [2] }]), order);
  expect(again.benchmarks.map(({ name }) => name)).toEqual(order);
  expect(rowsOf(again, 'append')).toEqual([['new name', undefined, 2]]);
  expect(rowsOf(again, 'growth')).toEqual([['inbox', 10, 1]]);
});

it('a run over one size replaces that size only; a benchmark that is gone keeps its rows, and the page says so', () => {
  const two = withRows(none, benchmark('growth'), measured([inbox(10, 1), inbox(100, 2)]), order);
  const again = withRows(two, benchmark('growth'), measured([inbox(100, 3)]), order);
  expect(rowsOf(again, 'growth')).toEqual([['inbox', 10, 1], ['inbox', 100, 3]]);
  const later = withRows(again, benchmark('append'), [], ['append']);
  expect(later.benchmarks.map(({ name }) => name)).toEqual(['append', 'growth']);
  expect(page(later, ['append'])).toContain('Measured before; the program is no longer here');
});

it('the page says what was measured, how to repeat it, when and on what; sizes become columns', () => {
  const results = withRows(
    withRows(none, benchmark('append'), measured([{ what: 'append', unit: '/s', values: [60], baseline: { name: 'pgbench', values: [100] }, aim: '≥ 65 %', note: 'by pgbench 15' }]), order),
    benchmark('growth'), measured([inbox(10_000, 1), inbox(100_000, 2)]), order);
  const text = page(results, order);
  expect(text).toContain('`npm run bench -- append`');
  expect(text).toContain('2026-02-09 01:02Z, commit abc1234');
  expect(text).toContain(`${run.cores} × ${run.cpu}`);
  expect(text).toContain('| append | 60 /s | – | 100 (pgbench) | 60 % | ≥ 65 % ✗ not reached |');
  expect(text).toContain('- All: by pgbench 15');
  expect(text).toContain('| what | unit | 10,000 cases | 100,000 cases | aim |');
  expect(text).toContain('| inbox | ms | 1 | 2 |  |');
  expect(text).toContain('Of 1 aims, 0 were reached, 1 not');
});

it('judges a thing that was measured in several sizes once', () => {
  const grown = (what: string, ...values: number[]): Row[] => values.map((value, index) => ({ ...inbox(10_000 * 10 ** index, value), what, aim: notFasterThanLog }));
  const text = page(withRows(none, benchmark('growth'), measured([...grown('inbox', 4, 4.4, 6), ...grown('overdue', 4, 4, 8), ...grown('rates', 1)]), order), order);
  expect(text).toContain('| inbox | ms | 4 | 4.4 | 6 | not faster than log: × 1.1 (1.1 – 1.1) of 1.25, × 1.5 (1.5 – 1.5) of 1.5 ✓ |');
  expect(text).toContain('| overdue | ms | 4 | 4 | 8 | not faster than log: × 1 (1 – 1) of 1.25, × 2 (2 – 2) of 1.5 ✗ not reached |');
  expect(text).toContain('| rates | ms | 1 |  |  | not faster than log |');
  expect(text).toContain('Of 2 aims, 1 were reached, 1 not');
});

it('compares no sizes of different commits', () => {
  const rows = measured([inbox(10_000, 4), inbox(100_000, 40)].map((row) => ({ ...row, aim: notFasterThanLog })));
  const text = page(withRows(none, benchmark('growth'), rows.map((row, index) => ({ ...row, run: { ...row.run, commit: `commit${index}` } })), order), order);
  expect(text).toContain('| inbox | ms | 4 | 40 | not faster than log |');
  expect(text).toContain('Of 0 aims');
});
