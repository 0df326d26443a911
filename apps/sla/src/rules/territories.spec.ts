import { describe, expect, it } from '@jest/globals';
import { ancestry } from './territories.js';

describe('the territories of a case', () => {
  const of = ancestry([{ code: 'd', parent: null }, { code: 's', parent: 'd' }, { code: 'c', parent: 's' }, { code: 'a', parent: 'b' }, { code: 'b', parent: 'a' }]);
  it.each([['c', ['c', 's', 'd']], ['d', ['d']], ['unknown', ['unknown']], ['a', ['a', 'b']]])('%s: %j', (code, path) => expect(of(code)).toEqual(path));
});
