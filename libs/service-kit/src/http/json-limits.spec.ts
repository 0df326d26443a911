import { describe, expect, it } from '@jest/globals';
import { requireModestJson } from './json-limits.js';

const nested = (levels: number): unknown => JSON.parse(`${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`);
const fields = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));
const list = (length: number): object => ({ days: Array.from({ length }, () => '2027-01-01') });

describe('A body', () => {
  it.each([
    ['20 levels deep', nested(20)], ['with 100 fields', fields(100)], ['with a list of 1,000', list(1_000)], ['that is no object', 5], ['that is nothing', undefined],
  ])('%s is taken', (_name, body) => expect(() => requireModestJson(body)).not.toThrow());

  it.each([
    ['22 levels deep', nested(22), '20 levels'], ['3,000 levels deep', nested(3_000), '20 levels'], ['400,000 levels deep', nested(400_000), '20 levels'],
    ['with 101 fields', fields(101), '100 fields'], ['with 90,000 fields', fields(90_000), '100 fields'], ['with such an object inside', { a: [fields(101)] }, '100 fields'],
    ['with a list of 1,001', list(1_001), '1000 items'], ['with many of everything', Array.from({ length: 900 }, () => fields(90)), '20000 values'],
  ])('%s is refused, and told why', (_name, body, reason) => {
    expect(() => requireModestJson(body)).toThrow(expect.objectContaining({ code: 'validation-failed', message: expect.stringContaining(reason), errors: [expect.objectContaining({ field: 'body' })] }));
  });
});
