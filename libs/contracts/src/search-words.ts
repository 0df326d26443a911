/** Finding words: what is looked for and what it is looked for in are written alike, so that full width and capitals make no difference. */
const alike = (text: string): string => text.normalize('NFKC').toLowerCase();

/** What words are looked for in. Parts that are not known are left out. */
export const searchable = (...parts: readonly (string | null)[]): string => alike(parts.filter((part) => part !== null).join('\n'));

/** The words of a question; each has to occur, in any order. What has no blanks, as Chinese is written, is one word. */
export const wordsOf = (question: string): string[] => alike(question).split(/\s+/).filter((word) => word !== '');

/** Whether each word of a question occurs in a text. */
export const hasWords = (question: string, ...parts: readonly (string | null)[]): boolean => {
  const text = searchable(...parts);
  return wordsOf(question).every((word) => text.includes(word));
};
