import { expect, it } from '@jest/globals';
import { binaryRows } from './binary-rows.js';

it('a column of a type without a binary form is refused before any row comes', () => {
  expect(() => binaryRows([{ name: 'id', type: 'uuid' }, { name: 'place', type: 'point' }])).toThrow('column place: no binary form for the type point');
});
