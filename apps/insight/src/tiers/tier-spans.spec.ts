import { describe, expect, it } from '@jest/globals';
import { tierSpans } from './tier-spans.js';

const at = (minute: number): string => new Date(Date.parse('2026-03-02T01:00:00Z') + minute * 60_000).toISOString();
const move = (tier: 'community-residential' | 'subdistrict', minute: number) => ({ tier, territory: tier === 'subdistrict' ? 'west' : 'riverside', at: at(minute) });

describe('how long a case was with which tier', () => {
  it.each<[string, ReturnType<typeof move>[], number | null, number | null, string[]]>([
    ['never raised, still open', [], 0, null, ['- garden 100']],
    ['never raised, ended', [], 0, 40, ['- garden 40']],
    ['raised and brought down', [move('subdistrict', 10), move('community-residential', 70)], 0, 90, ['- garden 10', 'subdistrict west 60', 'community-residential riverside 20']],
    ['started higher up by a rule', [move('subdistrict', 0)], 0, null, ['subdistrict west 100']],
    ['not accepted', [], null, null, []],
  ])('%s', (_what, tierMoves, accepted, ended, expected) => {
    const instant = (minute: number | null) => (minute === null ? null : new Date(at(minute)));
    const spans = tierSpans({ territory: 'garden', acceptedAt: instant(accepted), endedAt: instant(ended), tierMoves }, new Date(at(100)));
    expect(spans.map(({ tier, territory, minutes }) => `${tier ?? '-'} ${territory} ${minutes}`)).toEqual(expected);
  });
});
