import { plainOf } from '@lianban/contracts';

/** A requester's own data, as far as it is known; it must not appear in any text that leaves intake. */
export interface RequesterData {
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: string | null;
  /** Absent where none was asked for. */
  readonly email?: string | null;
}

/** What to look for: characters as they are compared, and which marks and blanks between them count for nothing. */
interface Sought {
  readonly words: string;
  readonly between: RegExp;
  /** Whether a neighbour of that kind says that it is part of something longer: letters about a Latin name, digits about a number. */
  readonly within: { readonly before: RegExp | null; readonly after: RegExp | null };
}

/** Below these lengths (characters, digits) a match is more likely an accident than the person. */
const shortest = { name: 2, phone: 5, localPhone: 7, address: 4 };
const between = { name: /[\p{Z}\s\p{Pd}·・•‧_.'’/|]/u, address: /[\p{Z}\s\p{P}]/u, phone: /[\p{P}\p{S}\p{Z}\s]/u };

/** Replaces requesters' own names, phones (however they are spaced) and addresses. Mobile and ID numbers of others are `maskText`'s part. */
export const maskRequester = (text: string, ...requesters: readonly RequesterData[]): string => {
  const characters = comparable(text);
  const wanted = requesters.flatMap(({ name, phone, address, email = null }) => [...soughtAddress(address), ...soughtAddress(email), ...soughtName(name), ...soughtPhone(phone)]);
  return cover(text, wanted.flatMap((each) => placesOf(characters, each)));
};

const soughtName = (name: string | null): Sought[] => {
  // Chinese has no word boundaries; a Latin name must not eat the middle of a longer word.
  const edge = /^[\p{Script=Latin}\s.'-]+$/u.test(name?.trim() ?? '') ? /\p{Script=Latin}/u : null;
  return sought(name, between.name, shortest.name, { before: edge, after: edge });
};

const soughtAddress = (address: string | null): Sought[] => sought(address, between.address, shortest.address);

const sought = (given: string | null, gaps: RegExp, least: number, within?: Sought['within']): Sought[] => {
  const characters = comparable(given ?? '').filter(({ char }) => !gaps.test(char)).map(({ char }) => char);
  if (characters.length < least) return [];
  const digitAt = (char: string | undefined) => (char !== undefined && /\d/.test(char) ? /\d/ : null);
  return [{ words: characters.join(''), between: gaps, within: within ?? { before: digitAt(characters[0]), after: digitAt(characters.at(-1)) } }];
};

/** The whole number, without the code of its place, and without an extension. */
const soughtPhone = (phone: string | null): Sought[] => {
  const parts = comparable(phone ?? '').map(({ char }) => (/\d/.test(char) ? char : ' ')).join('').split(' ').filter(Boolean);
  const whole = parts.join('');
  const local = [whole.replace(/^0(?:10|2\d|[3-9]\d\d)/, ''), ...parts].filter((digits) => digits.length >= shortest.localPhone);
  return [...new Set([...(whole.length >= shortest.phone ? [whole] : []), ...local])].map((words) => ({ words, between: between.phone, within: { before: /\d/, after: /\d/ } }));
};

interface Comparable { readonly char: string; readonly from: number; readonly to: number }

/** Characters as they are compared, each with its place in the text as it was written. */
const comparable = (text: string): Comparable[] => {
  let position = 0;
  return [...text].flatMap((char) => {
    const from = position;
    const to = (position += char.length);
    return [...plainOf(char).toLowerCase()].map((each) => ({ char: each, from, to }));
  });
};

interface Place { readonly from: number; readonly to: number }

const placesOf = (all: readonly Comparable[], { words, between: gaps, within }: Sought): Place[] => {
  const indexes: number[] = [];
  let looked = '';
  const starts = new Map<number, number>();
  all.forEach(({ char }, index) => {
    if (gaps.test(char)) return;
    starts.set(looked.length, indexes.length);
    indexes.push(index);
    looked += char;
  });
  const places: Place[] = [];
  for (let at = looked.indexOf(words); at >= 0; at = looked.indexOf(words, at + 1)) {
    const [first, next] = [starts.get(at), starts.get(at + words.length) ?? indexes.length];
    if (first === undefined) continue;
    const [begin, end] = [indexes[first] as number, indexes[next - 1] as number];
    if (within.before?.test(all[begin - 1]?.char ?? '') || within.after?.test(all[end + 1]?.char ?? '')) continue;
    places.push({ from: (all[begin] as Comparable).from, to: (all[end] as Comparable).to });
  }
  return places;
};

/** Never longer than what it stands for, in characters as people count them, so that a masked text keeps to the limits of the text. */
const cover = (text: string, places: readonly Place[]): string => {
  let masked = '';
  let at = 0;
  const inOrder = [...places].sort((a, b) => a.from - b.from);
  for (let index = 0; index < inOrder.length;) {
    const { from } = inOrder[index] as Place;
    let { to } = inOrder[index] as Place;
    for (index += 1; index < inOrder.length && (inOrder[index] as Place).from < to; index += 1) to = Math.max(to, (inOrder[index] as Place).to);
    masked += text.slice(at, from) + '*'.repeat(Math.min(3, [...text.slice(from, to)].length));
    at = to;
  }
  return masked + text.slice(at);
};
