import { gramsOf } from './grams.js';
import { weightOf } from './gram-weights.js';

/** Below it a gram is in every tenth message or more, and tells nothing. */
const telling = 2.5;
const shortest = 2;
const most = 5;

/** The words of `title` that `other` repeats, the longest first: what makes two demands look the same to a person. */
export const sharedWords = (title: string, other: string): string[] => {
  const plain = [...title.normalize('NFKC')];
  const lower = other.normalize('NFKC').toLowerCase();
  const found: string[] = [];
  for (let from = 0; from < plain.length;) {
    let to = from;
    while (to < plain.length && isLetter(plain[to]!) && lower.includes(plain.slice(from, to + 1).join('').toLowerCase())) to += 1;
    const word = plain.slice(from, to).join('');
    if (to - from >= shortest && startsWord(plain, from) && endsWord(plain, to) && [...gramsOf(word).keys()].some((gram) => weightOf(gram) >= telling)) found.push(word);
    from = Math.max(to, from + 1);
  }
  return [...new Set(found)].sort((a, b) => b.length - a.length).slice(0, most);
};

const isLetter = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);
/** Half a word of a script with blanks is none. */
const isLatin = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char) && !/\p{Script=Han}/u.test(char);
const startsWord = (chars: readonly string[], at: number): boolean => !(isLatin(chars[at]) && isLatin(chars[at - 1]));
const endsWord = (chars: readonly string[], at: number): boolean => !(isLatin(chars[at - 1]) && isLatin(chars[at]));
