import { expect, it } from '@jest/globals';
import { createFollowing } from './following.js';
import type { PartitionRange } from './read-ranges.js';

/** One partition of which the broker has `from` to `to`; whoever asks the database gets an error. */
const following = ({ from, to }: Pick<PartitionRange, 'from' | 'to'>) => {
  const seeks: bigint[] = [];
  const logged: string[] = [];
  const { follows } = createFollowing({
    consumer: 'c', tx: { query: () => Promise.reject(new Error('the database was asked')) }, log: { warn: (_, text) => logged.push(text), error: (_, text) => logged.push(text), info: () => undefined },
    seekTo: (_topic, _partition, offset) => { seeks.push(offset); }, bounds: () => Promise.resolve([{ topic: 't', partition: 0, from, to }]),
    topics: { look: () => Promise.resolve(false), missing: [] }, isAside: () => false,
  });
  const batch = (first: number, highWatermark: number, fetchedOffset = first) => ({
    topic: 't', partition: 0, messages: [{ offset: String(first) }] as never, highWatermark: String(highWatermark), fetchedOffset: String(fetchedOffset),
  });
  return { follows, batch, seeks, logged };
};

it('takes what begins at the position or before it', async () => {
  const { follows, batch, seeks } = following({ from: 0n, to: 50n });
  expect(await follows(batch(10, 50), 10n)).toBe(true);
  expect(await follows(batch(5, 50), 10n)).toBe(true);
  expect(seeks).toEqual([]);
});

it('takes a batch that is older than what another copy has done since for nothing else', async () => {
  const { follows, batch, seeks, logged } = following({ from: 0n, to: 50n });
  expect(await follows(batch(10, 20), 40n)).toBe(false);
  expect(seeks).toEqual([40n]);
  expect(logged).toEqual([]);
});

it('goes back when the client has gone ahead, and on where the broker has nothing in between', async () => {
  const { follows, batch, seeks, logged } = following({ from: 20n, to: 50n });
  for (let time = 1; time <= 4; time += 1) expect(await follows(batch(20, 50), 10n)).toBe(false);
  expect(seeks).toEqual([10n, 10n, 10n, 10n]);
  expect(await follows(batch(20, 50), 10n)).toBe(true);
  expect(logged.at(-1)).toContain('going on without them');
});

it('goes back as often as it takes where the broker has what is in between', async () => {
  const { follows, batch, seeks } = following({ from: 0n, to: 50n });
  for (let time = 1; time <= 12; time += 1) expect(await follows(batch(20, 50), 10n)).toBe(false);
  expect(seeks).toHaveLength(12);
});

it('goes on at once after a gap that the broker itself answered with', async () => {
  const { follows, batch, seeks } = following({ from: 0n, to: 50n });
  expect(await follows(batch(20, 50, 10), 10n)).toBe(true);
  expect(seeks).toEqual([]);
});
