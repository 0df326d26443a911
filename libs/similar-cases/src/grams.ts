/** The pieces of a text by which texts are compared. */

/** A Chinese character is a unit, and so is a word or a number in other scripts. Blanks and punctuation are none: people set them as they like. */
const unit = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;
const han = /^\p{Script=Han}$/u;

/** A word that may say something alone. Short ones are mostly particles, and a number alone says nothing. */
const word = /^\p{L}{4,}$/u;

/** Two neighbouring units each, with how often they occur; words of scripts with blanks also alone. */
export const gramsOf = (text: string): Map<string, number> => {
  const counts = new Map<string, number>();
  const add = (gram: string) => counts.set(gram, (counts.get(gram) ?? 0) + 1);
  let before: { unit: string; isHan: boolean } | undefined;
  for (const one of text.normalize('NFKC').toLowerCase().match(unit) ?? []) {
    const isHan = han.test(one);
    if (!isHan && word.test(one)) add(one);
    // Without the blank, "to day" would be "today".
    if (before) add(before.isHan || isHan ? before.unit + one : `${before.unit} ${one}`);
    before = { unit: one, isHan };
  }
  return counts;
};
