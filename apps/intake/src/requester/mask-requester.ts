/** The requester's own data, as far as it is known; it must not appear in any text that leaves intake. */
export interface RequesterData {
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: string | null;
}

/** Never longer than what it stands for, in characters as people count them, so that a masked text keeps to the limits of the text. */
const mask = (found: string): string => '*'.repeat(Math.min(3, [...found].length));
/** Below these lengths (characters, digits) a match is more likely an accident than the person. */
const shortest = { name: 2, phone: 5, address: 4 };

/** Replaces the requester's own name, phone (however it is spaced) and address. Mobile and ID numbers of others are `maskText`'s part. */
export const maskRequester = (text: string, { name, phone, address }: RequesterData): string =>
  [addressPattern(address), namePattern(name), phonePattern(phone)].reduce(
    (masked, pattern) => (pattern ? masked.replace(pattern, mask) : masked),
    text,
  );

const namePattern = (name: string | null): RegExp | null => {
  const words = name?.trim() ?? '';
  if (words.length < shortest.name) return null;
  // Chinese has no word boundaries; a Latin name must not eat the middle of a longer word.
  const latin = /^[\p{Script=Latin}\s.'-]+$/u.test(words);
  return new RegExp(latin ? `(?<!\\p{L})${spaced(words)}(?!\\p{L})` : spaced(words), 'giu');
};

const addressPattern = (address: string | null): RegExp | null => {
  const words = address?.trim() ?? '';
  return words.length < shortest.address ? null : new RegExp(spaced(words), 'giu');
};

const phonePattern = (phone: string | null): RegExp | null => {
  const digits = phone?.replace(/\D/g, '') ?? '';
  if (digits.length < shortest.phone) return null;
  return new RegExp(`(?<!\\d)${[...digits].join('[\\s().+-]*')}(?!\\d)`, 'g');
};

/** The literal text, where any run of white space matches any other. */
const spaced = (text: string): string => text.split(/\s+/).map(escape).join('\\s+');
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
