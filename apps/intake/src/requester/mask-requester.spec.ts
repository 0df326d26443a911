import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskRequester } from './mask-requester.js';

const zhang = { name: '张建国', phone: '0731-8888 1234', address: '滨河小区 3栋501' };
const ann = { name: 'Ann Lee', phone: null, address: null };

describe("a requester's own data", () => {
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
    ['张 建 国说', zhang, '***说'],
    ['张　建国说', zhang, '***说'],
    ['张\u200b建\u00ad国说', zhang, '***说'],
    ['张·建-国说', zhang, '***说'],
    ['张建国说', { ...zhang, name: '张 建国' }, '***说'],
    ['ＡＮＮ　ＬＥＥ of the annex', ann, '*** of the annex'],
    ['Ann-Lee, annlee', ann, '***, ***'],
    ['René Müller', { name: 'Rene\u0301 Mu\u0308ller', phone: null, address: null }, '***'],
    ['买买提说', { name: '阿依古丽·买买提', phone: null, address: null }, '买买提说'],
    ['阿依古丽买买提说', { name: '阿依古丽·买买提', phone: null, address: null }, '***说'],
    ['电话０７３１－８８８８１２３４', zhang, '电话***'],
    ['电话(0731) 8888.1234', zhang, '电话(***'],
    ['打88881234', zhang, '打***'],
    ['打188881234', zhang, '打188881234'],
    ['打8888-1234转801', { ...zhang, phone: '0731-88881234-801' }, '打***转801'],
    ['住滨河小区3栋－501', zhang, '住***'],
    ['住滨河小区，３栋５０１室', zhang, '住***室'],
    ['住滨河小区3栋5012', zhang, '住滨河小区3栋5012'],
  ];
  it.each(table)('%s', (text, data, expected) => expect(maskRequester(text, data)).toBe(expected));

  it('is never left in a text, whatever characters it is made of', () => {
    const word = fc.string({ minLength: 2, maxLength: 8, unit: fc.constantFrom(...'张三欧阳買提가각𠮷野😀（)+') });
    fc.assert(fc.property(word, fc.string(), fc.string(), (name, before, after) => {
      const text = `${before} ${name} ${after}`;
      const masked = maskRequester(text, { name, phone: null, address: null });
      expect(masked).toContain('**');
      expect([...masked].length).toBeLessThanOrEqual([...text].length);
    }));
  });

  it('of several requesters goes at once, whole where they overlap', () => {
    const li = { name: '李张', phone: null, address: null };
    expect(maskRequester('李张建国和Ann Lee', zhang, li, ann)).toBe('***和***');
  });

  it('never survives, whatever stands between its characters', () => {
    const gap = fc.constantFrom('', ' ', '\u3000', '\u200b', '-', '·', '  ');
    fc.assert(fc.property(fc.array(gap, { minLength: 2, maxLength: 2 }), fc.string(), (gaps, around) => {
      const masked = maskRequester(`${around}张${gaps[0]}建${gaps[1]}国。`, zhang);
      expect(masked).toContain('***');
      expect(masked).not.toMatch(/[张建国]/);
    }));
  });
});
