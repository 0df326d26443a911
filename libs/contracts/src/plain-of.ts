/**
 * A character as it is compared, never as it is shown: full width, circles and other scripts become plain letters and digits; what takes no room (zero width, soft
 * hyphens, marks on a letter) is gone. `char` is one code point.
 */
export const plainOf = (char: string): string => {
  if (char < '\u0080' || (char >= '一' && char <= '鿿')) return char;
  return [...char.normalize('NFKD')].map((each) => (/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(each) ? '' : /\p{Nd}/u.test(each) ? digitOf(each) : each)).join('');
};

/** Decimal digits of every script come ten in a row, zero first. */
const digitOf = (char: string): string => {
  const code = char.codePointAt(0) as number;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
};
