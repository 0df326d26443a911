import { describe, expect, it } from '@jest/globals';
import { fingerprintOf, mostGrams, readFingerprint, writeFingerprint } from './fingerprint.js';
import { keysOf } from './keys.js';
import { similarity } from './similarity.js';

const demands = {
  lamp: { title: '东门路灯不亮', text: '锦绣苑小区东门的路灯坏了一周，晚上很黑，老人走路不安全。' },
  lampAgain: { title: '锦绣苑东门路灯坏了', text: '锦绣苑小区东门路灯一直不亮，请尽快维修。' },
  otherLamp: { title: '南门路灯不亮', text: '翠湖湾小区南门的路灯不亮。' },
  noise: { title: '夜间施工噪音扰民', text: '凌晨两点工地还在施工，无法休息。' },
  english: { title: 'Lamp at the east gate is dark', text: 'It has been out for a week and people stumble.' },
  englishAgain: { title: 'The east gate lamp does not work', text: 'Please repair the lamp at the east gate, it is dark.' },
  englishOther: { title: 'Water pressure is low', text: 'There is hardly any water on the sixth floor.' },
} as const;
type Name = keyof typeof demands;
const alike = (one: Name, other: Name): number => similarity(fingerprintOf(demands[one]), fingerprintOf(demands[other]));

describe('similarity', () => {
  it('is 1 with itself, 0 with nothing in common, the same both ways, and never outside', () => {
    for (const one of Object.keys(demands) as Name[]) {
      expect(alike(one, one)).toBeCloseTo(1, 10);
      for (const other of Object.keys(demands) as Name[]) {
        expect(alike(one, other)).toBeCloseTo(alike(other, one), 12);
        expect(alike(one, other)).toBeGreaterThanOrEqual(0);
        expect(alike(one, other)).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
    expect(alike('lamp', 'noise')).toBe(0);
  });

  it('is high for the same matter at the same place, lower for another place, in Chinese and English', () => {
    expect(alike('lamp', 'lampAgain')).toBeGreaterThan(0.38);
    expect(alike('lamp', 'otherLamp')).toBeLessThan(alike('lamp', 'lampAgain'));
    expect(alike('english', 'englishAgain')).toBeGreaterThan(0.38);
    expect(alike('english', 'englishOther')).toBeLessThan(0.1);
  });

  it('does not see blanks, punctuation, width and case', () => {
    const spaced = { title: ' 东门，路灯 不亮！', text: '锦绣苑小区 东门的路灯坏了一周；晚上很黑。老人走路不安全' };
    expect(similarity(fingerprintOf(demands.lamp), fingerprintOf(spaced))).toBeCloseTo(1, 10);
    expect(similarity(fingerprintOf({ title: 'ＷＩＦＩ坏了', text: '' }), fingerprintOf({ title: 'wifi坏了', text: '' }))).toBeCloseTo(1, 10);
  });

  it('of an empty text is 0', () => expect(similarity(fingerprintOf({ title: '…', text: '' }), fingerprintOf(demands.lamp))).toBe(0));
});

describe('a fingerprint', () => {
  const long = { title: demands.lamp.title, text: Array.from({ length: 3_000 }, (_, at) => String.fromCodePoint(0x4e00 + at * 7 % 20_000)).join('') };

  it('is of a limited size and keeps the title of a long text', () => {
    const print = fingerprintOf(long);
    expect(print).toHaveLength(mostGrams);
    const titled = new Set(fingerprintOf({ title: long.title, text: '' }).map((entry) => entry >>> 8));
    expect([...titled].every((hash) => print.some((entry) => entry >>> 8 === hash))).toBe(true);
  });

  it('is written and read without loss, and is always the same for the same text', () => {
    for (const demand of [long, ...Object.values(demands)]) expect(readFingerprint(writeFingerprint(fingerprintOf(demand)))).toEqual(fingerprintOf(demand));
    expect(() => readFingerprint('AAA=')).toThrow(RangeError);
  });

  it('stays what rows were written with: a change of the grams needs all rows made anew', () => {
    expect(writeFingerprint(fingerprintOf({ title: '路灯', text: 'Lamp' }))).toMatchInlineSnapshot(`"IxXjIiNkKICjhirE"`);
  });

  it('is found by 16 grams at most, half of them of the title', () => {
    expect(keysOf(fingerprintOf(long))).toHaveLength(16);
    expect(new Set(keysOf(fingerprintOf(demands.lamp))).size).toBe(16);
    expect(keysOf(fingerprintOf(demands.lamp)).filter((key) => keysOf(fingerprintOf(demands.lampAgain)).includes(key)).length).toBeGreaterThan(1);
  });
});
