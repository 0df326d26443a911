import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { maskText } from './mask-text.js';

const stars = (count: number): string => '*'.repeat(count);
const [zeroWidth, soft, noBreak, wide] = ['\u200b', '\u00ad', '\u00a0', '\u3000'];

describe('a personal number in free text is masked', () => {
  it.each<[what: string, text: string, expected: string]>([
    ['bare', '打13912345678找我', `打${stars(11)}找我`],
    ['after a dash', 'Tel-13712345678', `Tel-${stars(11)}`],
    ['after a word', 'Tel13712345678', `Tel${stars(11)}`],
    ['3-4-4 with blanks', '139 1234 5678', stars(11)],
    ['with two blanks', '139  1234  5678', stars(11)],
    ['3-3-5', '139 123 45678', stars(11)],
    ['4-3-4', '1391-234-5678', stars(11)],
    ['2-3-3-3', '13 912 345 678', stars(11)],
    ['one by one', '1 3 9 1 2 3 4 5 6 7 8', stars(11)],
    ['with dots', '139.1234.5678', stars(11)],
    ['with slashes', '139/1234/5678', stars(11)],
    ['with underscores', '139_1234_5678', stars(11)],
    ['with brackets', '(139)1234(5678)', `(${stars(11)})`],
    ['with middle dots', '139·1234・5678', stars(11)],
    ['with every dash', '139–1234—5678 139−1234‐5678', `${stars(11)} ${stars(11)}`],
    ['with no-break and wide blanks', `139${noBreak}1234${wide}5678`, stars(11)],
    ['over two lines', '139\n1234 5678', stars(11)],
    ['with zero width between', [...'13912345678'].join(zeroWidth), stars(11)],
    ['with soft hyphens', `139${soft}1234${soft}5678`, stars(11)],
    ['in full width', '１３９１２３４５６７８', stars(11)],
    ['in circles', '①③⑨①②③④⑤⑥⑦⑧', stars(11)],
    ['in other digits', '١٣٩١٢٣٤٥٦٧٨', stars(11)],
    ['with keycaps', [...'13912345678'].map((digit) => `${digit}\ufe0f\u20e3`).join(''), stars(11)],
    ['+86', '+8613912345678', `+${stars(13)}`],
    ['+86 and blanks', '+86 139 1234 5678', `+${stars(13)}`],
    ['+86 with a 0', '+86 (0) 139 1234 5678', `+${stars(14)}`],
    ['86', '86-139-1234-5678', stars(13)],
    ['0086', '008613912345678', stars(15)],
    ['0086 apart', '0086 13912345678', stars(15)],
    ['00 86 apart', '00 86 13912345678', stars(15)],
    ['a leading 0', '013912345678', stars(12)],
    ['after a house number', '501 13912345678', `501 ${stars(11)}`],
    ['before a count', '13912345678 2次', `${stars(11)} 2次`],
    ['beside a landline', '0731-88881234/13912345678', `0731-88881234/${stars(11)}`],
    ['two of them', '13912345678、13812345678', `${stars(11)}、${stars(11)}`],
    ['before an x', '13912345678x', `${stars(11)}x`],
    ['an identity number', '身份证110101199003071234。', `身份证${stars(18)}。`],
    ['an identity number, spaced', '110101 19900307 1234', stars(18)],
    ['an identity number, dashed', '110101-1990-0307-123X', stars(18)],
    ['an identity number with a wide X', '11010119900307123Ｘ', stars(18)],
    ['an identity number with a small x apart', '11010119900307123 x', stars(18)],
    ['an identity number in full width', '１１０１０１１９９００３０７１２３４', stars(18)],
    ['an identity number of 15', '110101900307123', stars(15)],
    ['an identity number of 15, spaced', '110101 900307 123', stars(15)],
  ])('%s', (_what, text, expected) => { expect(maskText(text)).toBe(expected); });
});

describe('what is nobody\'s number stays', () => {
  it.each([
    '物业 0731-88881234 不管', '(0731) 8888 1234', '010-12345678', '400-820-8820', '12345', '110/119/120',
    'LB20260209-000001', '2026-02-09 13:30', '2026年2月9日至13日', '13:45:10-19:30:00', '1990-12-31', '3栋501室', '12,345.67元', '13,912,345,678元',
    '91430100MA4L1XYT9Q', '92430100MA13912345', '0198c0de-7f5a-7f43-9a6e-139123456780', '0198c0de-1391-4234-9678-0f7d1c7c0a01',
    '6222021001112345678', '6228 0210 1380 1234 567', '订单1391234567890', '26660209123456789012', '110101199013071234', '电表 139.5 度',
  ])('%s', (text) => { expect(maskText(text)).toBe(text); });

  it('and so does every text without a digit, and all that is around a number, to the letter', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }).filter((text) => !/\p{N}/u.test(text)), (text) => maskText(text) === text));
    const words = fc.string({ unit: 'binary' }).filter((text) => !/\p{N}/u.test(text.normalize('NFKC')));
    fc.assert(fc.property(words, words, (before, after) => {
      const text = `${before}电话13912345678号${after}`;
      expect(maskText(text)).toBe(`${before}电话${stars(11)}号${after}`);
    }));
  });
});

describe('whatever it is in', () => {
  const digit = fc.integer({ min: 0, max: 9 }).map(String);
  const number = fc.tuple(fc.constantFrom('3', '4', '5', '6', '7', '8', '9'), fc.array(digit, { minLength: 9, maxLength: 9 })).map(([second, rest]) => ['1', second, ...rest]);
  const separator = fc.constantFrom('', ' ', '  ', '-', '–', '—', '.', '/', '_', '(', ')', '·', noBreak, wide, zeroWidth, soft, ' - ', '、', '\t');
  const inForm = fc.tuple(number, fc.array(separator, { minLength: 11, maxLength: 11 }), fc.boolean(), fc.constantFrom('', '+86', '0086', '86 ', '0', '+86-'))
    .map(([digits, between, full, prefix]) => ({
      digits: digits.join(''),
      written: prefix + digits.map((each, index) => (full ? String.fromCodePoint(0xff10 + Number(each)) : each) + (index < 10 ? between[index] : '')).join(''),
    }));
  const around = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('3栋501室 ', 'Tel-', '0731-88881234 ', '2026-02-09 ', '身份证号')).filter((text) => !/\p{N}$/u.test(text.normalize('NFKC').replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')));
  const digitsOf = (text: string): string => text.normalize('NFKC').replace(/[^\d*]/g, '');

  it('a mobile number never survives, and nothing gets longer', () => {
    fc.assert(fc.property(around, inForm, fc.string({ unit: 'grapheme' }).map((text) => `号${text}`), (before, { digits, written }, after) => {
      const text = `${before}${written}${after}`;
      const masked = maskText(text);
      expect(digitsOf(masked)).not.toContain(digits);
      expect([...masked].length).toBeLessThanOrEqual([...text].length);
      expect(masked.endsWith(after)).toBe(true);
    }), { numRuns: 2_000 });
  });

  it('what is masked is masked', () => {
    fc.assert(fc.property(inForm, ({ written }) => maskText(maskText(written)) === maskText(written)));
  });
});

describe('the work', () => {
  /** Characters that regular expressions were given to look at; each is either a single pass over the text or bounded by what it is given. */
  const workOf = (text: string): number => {
    let looked = 0;
    const { test } = RegExp.prototype;
    const spy = jest.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, given: string) {
      looked += given.length;
      return test.call(this, given);
    });
    maskText(text);
    spy.mockRestore();
    return looked;
  };

  it.each([
    ['digits', '1'], ['mobile beginnings', '139'], ['digits and blanks', '1 '], ['digits and gaps', `1${' '.repeat(8)}`], ['identity beginnings', '110101199003071'], ['zero width', `1${zeroWidth}`],
    ['ids', '0198c0de-7f5a-'], ['capitals', 'A1'], ['x', '1X'], ['brackets', '(1)'], ['masked ones', '13912345678 '],
  ])('grows no faster than the text: %s', (_what, part) => {
    const [short, long] = [part.repeat(2_000 / part.length), part.repeat(20_000 / part.length)];
    expect(workOf(long)).toBeLessThanOrEqual(11 * workOf(short));
    expect(workOf(long)).toBeLessThanOrEqual(200 * long.length);
  });
});
