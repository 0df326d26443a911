import { expect, it } from '@jest/globals';
import { daysWithin } from './rates-question.js';

it.each([
  ['no bounds', null, null, { first: null, end: null, edges: [] }],
  ['a month of whole days', '2026-01-31T16:00:00.000Z', '2026-02-28T16:00:00.000Z', { first: '2026-02-01', end: '2026-03-01', edges: [] }],
  ['parts of a day at both ends', '2026-02-01T01:00:00.000Z', '2026-02-03T01:00:00.000Z', {
    first: '2026-02-02', end: '2026-02-03',
    edges: [['2026-02-01T01:00:00.000Z', '2026-02-01T16:00:00.000Z'], ['2026-02-02T16:00:00.000Z', '2026-02-03T01:00:00.000Z']],
  }],
  ['within one day', '2026-02-01T01:00:00.000Z', '2026-02-01T02:00:00.000Z', {
    first: '2026-02-02', end: '2026-02-02', edges: [['2026-02-01T01:00:00.000Z', '2026-02-01T02:00:00.000Z']],
  }],
  ['open at the end', '2026-02-01T01:00:00.000Z', null, { first: '2026-02-02', end: null, edges: [['2026-02-01T01:00:00.000Z', '2026-02-01T16:00:00.000Z']] }],
])('%s', (_, from, to, days) => {
  expect(daysWithin({ from, to })).toEqual(days);
});
