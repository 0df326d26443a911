import { describe, expect, it } from '@jest/globals';
import { drawPairs } from './draw-pairs.js';
import { labelledPairs } from './labelled-pairs.js';
import { crossChecked, findHotspots, judgePairs, pairsAt, shareOf } from './measure.js';
import { readMessages } from './read-messages.js';
import { shippedLikeness } from './shipped-likeness.js';

/** The texts are not ours to copy; whoever has them names their folder. Floors a little below the figures of docs/duplicates.md. */
const folder = process.env.LIANBAN_DATA;

(folder ? describe : describe.skip)('the same demands among real messages', () => {
  const likeness = shippedLikeness();

  it('are found in pairs', async () => {
    const pairs = judgePairs(await readMessages(folder ?? ''));
    expect(pairs.length).toBeGreaterThanOrEqual(300);
    for (const { precision, recall } of [pairsAt(pairs, likeness.similarity), crossChecked(pairs)]) {
      expect(precision.share).toBeGreaterThanOrEqual(0.82);
      expect(recall.share).toBeGreaterThanOrEqual(0.92);
    }
    expect(pairsAt(pairs, likeness.similarityAtSamePlace).precision.share).toBeGreaterThanOrEqual(0.8);
  });

  it('gather in the two hotspots that people see', async () => {
    const found = findHotspots(await readMessages(folder ?? '', ['messages-liked.jsonl']), likeness);
    expect(found).toHaveLength(2);
    for (const hotspot of found) {
      expect(hotspot.found.share).toBeGreaterThanOrEqual(0.88);
      expect(hotspot.purity.share).toBeGreaterThanOrEqual(0.95);
    }
  });
});

describe('the labelled pairs', () => {
  it('are 400 different ones, 40 of each band', () => {
    expect(new Set(labelledPairs.map(([a, b]) => [a, b].sort().join())).size).toBe(400);
    expect(Array.from({ length: 10 }, (_, band) => labelledPairs.filter((pair) => pair[2] === band).length)).toEqual(Array.from({ length: 10 }, () => 40));
  });

  it('are drawn by a seed: the same messages, the same pairs', () => {
    const messages = Array.from({ length: 60 }, (_, n) => ({ id: String(n), requester: '', title: `路灯${n % 7}不亮`, text: `第${n}件：东门路灯${n % 5}坏了`, submittedAt: '2026-02-09T09:00:00+08:00' }));
    const drawn = drawPairs(messages);
    expect(drawPairs(messages)).toEqual(drawn);
    expect(drawn.population.reduce((sum, count) => sum + count)).toBe(60 * 59 / 2);
    expect(Math.max(...drawn.population.map((_, band) => drawn.pairs.filter((pair) => pair.band === band).length))).toBe(40);
  });
});

it('an interval is Wilson’s', () => {
  const { share, from, to } = shareOf(9, 10);
  expect([share, from.toFixed(3), to.toFixed(3)]).toEqual([0.9, '0.596', '0.982']);
});
