import { describe, expect, it } from '@jest/globals';
import { render } from '@lianban/texts';
import fc from 'fast-check';
import { whyAddressRefused } from './addresses.js';

describe('An address', () => {
  it.each([
    '/', '/api/v1/cases', '/api/v1/cases?x=%2F', '/api/v1/cases/', '/api/v1/departments/%E5%9F%8E%E7%AE%A1', '/a..b/...', '/a%20b', '/cases?q=%E5%92%8C/...', '/cases?q=a\\b//..',
    '/cases?a=1&b=?', '/a%252e%252e', '/a;b=c', '/cases?q=+&q=',
  ])('%s is taken', (target) => expect(whyAddressRefused(target)).toBeUndefined());

  it.each([
    ['x\\..\\metrics', 'a path'], ['/x\\..\\..\\metrics', '\\'], ['/a//b', '//'], ['//evil/metrics', '//'], ['/a/../metrics', '..'], ['/a/./b', '..'], ['/a/..', '..'],
    ['/a/%2e%2e/metrics', '..'], ['/a/.%2E/metrics', '..'], ['/a%2fb', 'slash'], ['/a%2F..%2Fmetrics', 'slash'], ['/a%5c..%5Cmetrics', 'slash'], ['/a%00b', 'control'], ['/a%0d%0ab', 'control'],
    ['http://127.0.0.1/metrics', 'a path'], ['127.0.0.1:80', 'a path'], ['*', 'a path'], ['', 'a path'], ['/a#b', '#'], ['/a?b#c', '#'], ['/路', 'ASCII'], ['/a b', 'ASCII'],
    ['/%zz', 'UTF-8'], ['/a?x=%', 'UTF-8'], ['/a?q=%C2%B7%B5%C6', 'UTF-8'], ['/%ff', 'UTF-8'], ['/a?%80=1', 'UTF-8'],
    [`/a?${'b&'.repeat(100)}`, '100 parameters'],
  ])('%s is refused: %s', (target, reason) => {
    const why = whyAddressRefused(target);
    expect(why && render(why, 'en')).toContain(reason);
  });

  it('that is taken is read by a URL parser as it stands, whatever it holds', () => {
    const piece = fc.constantFrom('a', '.', '..', '/', '\\', '%2e', '%2F', '%5c', '%', '%25', '?', '#', ':', '@', ';', '&', '=', '%e5%92%8c', '%ff', '~', ' ', '\t', '和');
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const target = `/${pieces.join('')}`;
      if (whyAddressRefused(target) !== undefined) return;
      const read = new URL(`http://service:1${target}`);
      expect(read.host + read.pathname).toBe(`service:1${target.split('?')[0]}`);
      expect(() => decodeURIComponent(target)).not.toThrow();
    }), { numRuns: 2_000 });
  });
});
