import { expect, it } from '@jest/globals';
import { type GroupOptions, inGroups } from './group.js';

/** Groups that stay on their way until they are let go, each item a number that comes back as it is. */
const held = (options: Partial<GroupOptions> = {}) => {
  const sizes: number[] = [];
  const letGo: (() => void)[] = [];
  const together = inGroups(async (items: readonly number[]) => {
    sizes.push(items.length);
    await new Promise<void>((resolve) => { letGo.push(resolve); });
    return items;
  }, { maxWaiting: 1_000, maxWaitMs: 60_000, maxGroup: 64, cutFrom: 8, atOnce: 2, aloneAtOnce: 1, isUndone: () => false, isBusy: () => false, ...options });
  const turn = () => new Promise<void>((resolve) => { setImmediate(() => setImmediate(resolve)); });
  const ask = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => together(index)));
  /** Ends the group that is longest on its way. */
  const end = async () => {
    letGo.shift()?.();
    await turn();
  };
  /** Ends them all until everybody has been answered. */
  const endAll = async (answers: Promise<unknown>) => {
    let answered = false;
    void answers.then(() => { answered = true; });
    while (!answered) await end();
  };
  return { sizes, ask, turn, end, endAll, together };
};

it('sends what came in together together, as long as it is little', async () => {
  const { sizes, ask, turn, end } = held();
  const answered = ask(5);
  expect(sizes).toEqual([]);
  await turn();
  expect(sizes).toEqual([5]);
  await end();
  expect(await answered).toEqual([0, 1, 2, 3, 4]);
});

it('cuts what is much, so that no caller waits for all of the others', async () => {
  const { sizes, ask, turn, end } = held();
  const answered = ask(20);
  // At once, before the rest has come in.
  expect(sizes).toEqual([8, 8]);
  await turn();
  expect(sizes).toEqual([8, 8]);
  await end();
  expect(sizes).toEqual([8, 8, 4]);
  await end();
  await end();
  expect(await answered).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

it('keeps several groups on their way when callers ask again as soon as they are answered', async () => {
  const { sizes, together, endAll } = held();
  await endAll(Promise.all(Array.from({ length: 32 }, async (_, caller) => {
    for (let time = 0; time < 20; time += 1) await together(caller);
  })));
  const settled = sizes.slice(10, 40);
  expect(Math.max(...settled)).toBeLessThanOrEqual(16);
  expect(Math.min(...settled)).toBeGreaterThanOrEqual(8);
});

it('sends what has waited for a slow database in groups as large as may be', async () => {
  const { sizes, ask, turn, end, endAll } = held({ maxGroup: 40 });
  const answered = ask(200);
  await turn();
  expect(sizes).toEqual([8, 8]);
  await end();
  expect(sizes).toEqual([8, 8, 40]);
  await end();
  expect(sizes).toEqual([8, 8, 40, 40]);
  await endAll(answered);
});
