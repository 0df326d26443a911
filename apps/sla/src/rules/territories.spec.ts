import { describe, expect, it } from '@jest/globals';
import { ancestry, tiersAbove } from './territories.js';

describe('the territories of a case', () => {
  const of = ancestry([{ code: 'd', parent: null }, { code: 's', parent: 'd' }, { code: 'c', parent: 's' }, { code: 'a', parent: 'b' }, { code: 'b', parent: 'a' }]);
  it.each([['c', ['c', 's', 'd']], ['d', ['d']], ['unknown', ['unknown']], ['a', ['a', 'b']]])('%s: %j', (code, path) => expect(of(code)).toEqual(path));
});

describe('the tiers a case can be raised to', () => {
  const tree = [
    { code: 'd', parent: null, kind: 'district' }, { code: 's', parent: 'd', kind: 'subdistrict' }, { code: 'c', parent: 's', kind: 'community-residential' }, { code: 'g', parent: 'c', kind: 'grid' },
    { code: 'w', parent: 'd', kind: 'subdistrict' }, { code: 'x', parent: 'w', kind: 'stairwell' },
  ];
  it.each<[string | null, string[]]>([
    [null, ['community-residential', 'district', 'subdistrict']], ['g', ['community-residential', 'district', 'subdistrict']], ['w', ['district', 'subdistrict']], ['d', ['community-residential', 'district', 'subdistrict']],
  ])('from %s on: %j', (within, tiers) => expect([...tiersAbove(tree, within)].sort()).toEqual(tiers));
});
