import { expect, it } from '@jest/globals';
import { sharesOf } from './fill-workers.js';

const ranges = (...sizes: number[]) => sizes.map((size, partition) => ({ topic: 't', partition, from: 10n, to: 10n + BigInt(size) }));
const shared = (count: number, ...sizes: number[]) => sharesOf(ranges(...sizes), count).map((share) => share.map(({ partition }) => partition));

it.each([
  [2, [100, 100, 100, 100], [[0, 2], [1, 3]]],
  [2, [10, 500, 20, 30], [[1], [3, 2, 0]]],
  [4, [7, 8], [[1], [0]]],
  [3, [], []],
])('%i threads share %j', (count, sizes, expected) => expect(shared(count, ...sizes)).toEqual(expected));
