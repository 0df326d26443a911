import { expect, it } from '@jest/globals';
import type { Tx } from '@lianban/event-store';
import { caseNumber, numbersOf } from './case-number.js';

/** Time enough for a statement to begin. */
const turn = async () => { for (let n = 0; n < 3; n += 1) await new Promise(setImmediate); };

/** A sequence whose statements end when the test says so; `asked` has how many numbers each was for. */
const sequence = () => {
  let last = 0;
  const asked: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const query = (_text: string, [count]: number[]) => new Promise((resolve, reject) => {
    asked.push(count ?? 0);
    const numbers = Array.from({ length: count ?? 0 }, () => ({ number: String((last += 1)) }));
    ends.push((error) => (error ? reject(error) : resolve({ rows: numbers, rowCount: count })));
  });
  return { next: numbersOf({ query } as unknown as Tx), asked, end: async (error?: Error) => { ends.shift()?.(error); await turn(); } };
};

it('names the day in China', () => {
  expect(caseNumber('2026-02-08T16:30:00.000Z', 7)).toBe('LB20260209-000007');
});

it('those who ask in the same turn share a statement, and others do not wait for it', async () => {
  const { next, asked, end } = sequence();
  const first = [next(), next()];
  await turn();
  const later = [next(), next(), next()];
  await turn();
  expect(asked).toEqual([2, 3]);
  await end();
  await end();
  expect(await Promise.all([...first, ...later])).toEqual([1, 2, 3, 4, 5]);
});

it('a statement that fails fails for those who share it, and the next goes on', async () => {
  const { next, asked, end } = sequence();
  const failing = [next(), next()].map((number) => expect(number).rejects.toThrow('away'));
  await turn();
  const later = next();
  await end(new Error('away'));
  await Promise.all(failing);
  await end();
  expect(await later).toBe(3);
  expect(asked).toEqual([2, 1]);
});
