import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskRequester } from './mask-requester.js';

const zhang = { name: '张建国', phone: '0731-8888 1234', address: '滨河小区 3栋501' };
const ann = { name: 'Ann Lee', phone: null, address: null };

describe("the requester's own data", () => {
  const table: readonly (readonly [string, Parameters<typeof maskRequester>[1], string])[] = [
    ['我是张建国,灯不亮', zhang, '我是***,灯不亮'],
    ['电话0731-88881234,急', zhang, '电话***,急'],
    ['电话 073188881234', zhang, '电话 ***'],
    ['号码1073188881234不是', zhang, '号码1073188881234不是'],
    ['住在滨河小区  3栋501,漏水', zhang, '住在***,漏水'],
    ['ann  lee of the annex', ann, '*** of the annex'],
    ['Joann Leeds', ann, 'Joann Leeds'],
    ['the lamp at Li', { name: 'L', phone: '12', address: 'at' }, 'the lamp at Li'],
    ['at 3-501/a.', { name: null, phone: null, address: '3-501/a' }, 'at ***.'],
    ['𠮷野家', { name: '𠮷野', phone: null, address: null }, '**家'],
    ['a (b) c', { name: '(b)', phone: null, address: null }, 'a *** c'],
  ];
  it.each(table)('%s', (text, data, expected) => expect(maskRequester(text, data)).toBe(expected));

  it('is never left in a text, whatever characters it is made of', () => {
    const word = fc.string({ minLength: 2, maxLength: 8, unit: 'binary' }).filter((s) => [...s.trim()].length >= 2 && !/[\p{Script=Latin}*]/u.test(s));
    fc.assert(fc.property(word, fc.string(), fc.string(), (name, before, after) => {
      const text = `${before} ${name} ${after}`;
      const masked = maskRequester(text, { name, phone: null, address: null });
      expect(masked).toContain('**');
      expect([...masked].length).toBeLessThanOrEqual([...text].length);
    }));
  });
});
