/**
 * Finds personal numbers in free text, however they are written, and covers them with stars. Two failures are possible, and leaking is the worse one: where no rule
 * can tell a mobile number from something else, it is masked. A digit run that is not exactly a number of a known form stays.
 */
import type { MaskedText } from './masked-text.js';
import { plainOf } from './plain-of.js';

/** A mobile number of mainland China, as digits: bare, with the country's code, with a leading 0. */
const mobile = /^(?:(?:00)?86)?0?1[3-9]\d{9}$/;
/** Resident identity numbers: 18 characters with a plausible birth date; the older 15 digits also need the code of a province. */
const identity = /^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/;
const oldIdentity = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{6}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}$/;
const longest = 18;

/** Numbers that are no person's, though parts of them look like one: ids of cases, unified social credit codes of firms. */
const otherNumbers = [/(?<![\da-f-])[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\da-f-])/giu, /(?<![\dA-Za-z])(?=\d*[A-Z])[\dA-HJ-NPQRTUWXY]{2}\d{6}[\dA-HJ-NPQRTUWXY]{10}(?![\dA-Za-z])/gu];

/** Digits that stand together, or the X at the end of an identity number; `from` and `to` are positions in the text as it was written. */
interface Group { digits: string; from: number; to: number; before: string }

/** More characters than these between two digits part them. */
const widestGap = 8;

/** Masks mobile and identity numbers in free text. What is not masked stays exactly as it was, and nothing gets longer. Time grows with the length alone. */
export const maskText = (text: string): MaskedText => {
  if (!/\p{N}/u.test(text)) return text as MaskedText;
  const others = otherNumbers.flatMap((pattern) => [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ from: index, to: index + found.length })));
  const found = runsOf(text).flatMap(personalIn).filter(({ from, to }) => !others.some((other) => other.from <= from && to <= other.to));
  return coverWithStars(text, found) as MaskedText;
};

interface Found { from: number; to: number; digits: number }

/** Stretches of whole groups that read as a personal number; those that overlap are covered together. */
const personalIn = (groups: readonly Group[]): Found[] => {
  if (isBankCard(groups)) return [];
  const stretches: { start: number; end: number }[] = [];
  groups.forEach((_, start) => {
    let digits = '';
    for (let end = start; end < groups.length; end += 1) {
      digits += (groups[end] as Group).digits;
      if (digits.length > longest) return;
      if (!isPersonal(digits) || isAmount(groups.slice(start, end + 1))) continue;
      const last = stretches.at(-1);
      if (last && start <= last.end) last.end = Math.max(last.end, end);
      else stretches.push({ start, end });
    }
  });
  return stretches.map(({ start, end }) => {
    const covered = groups.slice(start, end + 1);
    return { from: (covered[0] as Group).from, to: (covered.at(-1) as Group).to, digits: covered.reduce((sum, { digits }) => sum + digits.length, 0) };
  });
};

const isPersonal = (digits: string): boolean =>
  digits.length >= 11 && (mobile.test(digits) || (digits.length === 18 && identity.test(digits)) || (digits.length === 15 && oldIdentity.test(digits)));

/** 13,912,345,678 */
const isAmount = ([first, ...rest]: readonly Group[]): boolean =>
  rest.length > 1 && (first as Group).digits.length <= 3 && rest.every(({ digits, before }) => digits.length === 3 && before === ',');

/** 6222 0210 0111 2345 678 */
const isBankCard = (groups: readonly Group[]): boolean => /^[3-6]/.test(groups[0]?.digits ?? '') && groups.map(({ digits }) => digits.length).join() === '4,4,4,4,3';

const coverWithStars = (text: string, found: readonly Found[]): string => {
  let masked = '';
  let at = 0;
  for (const { from, to, digits } of found) {
    masked += text.slice(at, from) + '*'.repeat(Math.min(digits, [...text.slice(from, to)].length));
    at = to;
  }
  return masked + text.slice(at);
};

/** Groups that nothing but marks and blanks separates, run by run. */
const runsOf = (text: string): Group[][] => {
  const runs: Group[][] = [];
  let run: Group[] = [];
  let gap = '';
  let position = 0;
  const end = (): void => {
    if (run.length > 0) runs.push(run);
    run = [];
    gap = '';
  };
  for (const char of text) {
    const from = position;
    const to = (position += char.length);
    const last = run.at(-1);
    // A mark on the digit, such as the frame of a key.
    if (last && gap === '' && /\p{M}/u.test(char)) last.to = to;
    for (const plain of plainOf(char)) {
      if (/\d/.test(plain)) {
        const before = run.at(-1);
        if (before && gap === '' && before.digits !== 'X') Object.assign(before, { digits: before.digits + plain, to });
        else run.push({ digits: plain, from, to, before: gap });
        gap = '';
      } else if (run.length > 0 && /[Xx]/.test(plain) && run.at(-1)?.digits !== 'X') {
        run.push({ digits: 'X', from, to, before: gap });
        gap = '';
      } else if (isSeparator(plain) && gap.length < widestGap) gap += plain;
      else end();
    }
  }
  end();
  return runs;
};

/** All marks and blanks but those of a time, a sum or the end of a question. */
const isSeparator = (char: string): boolean => /[\p{P}\p{S}\p{Z}\s]/u.test(char) && !/[:;!?%=]/.test(char);
