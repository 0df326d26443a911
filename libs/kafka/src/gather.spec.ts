import { expect, it } from '@jest/globals';
import type { PartWithBeat } from './apply-events.js';
import { createGathering } from './gather.js';

const part = (partition: number, events = 0): PartWithBeat => ({ topic: 'topic', partition, offset: 0n, events: Array.from({ length: events }, () => ({}) as never), beat: () => Promise.resolve() });
const turns = async () => { for (let n = 0; n < 5; n += 1) await new Promise(setImmediate); };

/** Notes the groups as they begin; the partitions named never end. */
const gathering = (...endless: number[]) => {
  const begun: number[][] = [];
  const gather = createGathering((parts) => {
    begun.push(parts.map(({ partition }) => partition));
    return parts.map(({ partition }) => (endless.includes(partition) ? new Promise<bigint>(() => undefined) : new Promise<bigint>((resolve) => { setTimeout(resolve, 5, 1n); })));
  });
  return { begun, gather };
};

it('begins no third group while two are under way, and does once both have let their slow partition go', async () => {
  const { begun, gather } = gathering(0, 1);
  const slow = [await gather(part(0)), await gather(part(1))];
  const third = gather(part(2));
  await turns();
  expect(begun).toEqual([[0], [1]]);
  for (const { leave } of slow) leave();
  expect(await (await third).mine).toBe(1n);
  expect(begun).toEqual([[0], [1], [2]]);
});

it('lets no partition of a group wait for one that has left it', async () => {
  const { gather } = gathering(0);
  const [slow, other] = await Promise.all([gather(part(0)), gather(part(1))]);
  let alone = false;
  void other.others.then(() => { alone = true; });
  await turns();
  expect(alone).toBe(false);
  slow.leave();
  await turns();
  expect(alone).toBe(true);
});

it('halves a fetch that brings much, by whole partitions, and leaves a little one whole', async () => {
  const { begun, gather } = gathering();
  const together = (...sizes: number[]) => Promise.all(sizes.map((size, partition) => gather(part(partition, size)).then(({ mine }) => mine)));
  await together(100, 100, 100);
  expect(begun.splice(0)).toEqual([[0, 1, 2]]);
  await together(100, 400, 200, 100);
  expect(begun.splice(0)).toEqual([[1], [0, 2, 3]]);
  await together(300, 300, 300, 300);
  expect(begun.splice(0)).toEqual([[0, 1], [2, 3]]);
  await together(5_000);
  expect(begun).toEqual([[0]]);
});
