/** The keyword table: words by which a department is known, chosen by hand. The model starts from them and learns what they miss. */
import { descriptionLength, plainText } from './grams.js';
import type { Demand, Field } from './model.js';

/** Strong words speak for one department; plain ones could be there by the way. */
export interface DepartmentWords { readonly strong: readonly string[]; readonly plain: readonly string[] }
export type KeywordTable = Readonly<Record<string, DepartmentWords>>;

export interface FoundWord { readonly word: string; readonly field: Field; readonly weight: number }

const strength = { strong: 3, plain: 1 } as const;
const fieldWeight = { title: 3, category: 2, description: 1 } as const;
const mostMentions = 4;
/** Each character above two makes a word this much surer. */
const perCharacter = 0.5;

/** A demand's texts, written as the words are. */
export type PlainDemand = Readonly<Record<Field, string>>;
export const plainDemand = ({ title, description, category }: Demand): PlainDemand =>
  ({ title: plainText(title), category: category ?? '', description: plainText(description.slice(0, descriptionLength)) });

const mentions = (text: string, word: string): number => {
  let found = 0;
  for (let at = text.indexOf(word); at >= 0 && found < mostMentions; at = text.indexOf(word, at + word.length)) found += 1;
  return found;
};

/** The words found, the weightiest first. */
export const wordsFound = (texts: PlainDemand, { strong, plain }: DepartmentWords): FoundWord[] => {
  const found: FoundWord[] = [];
  for (const [words, kind] of [[strong, 'strong'], [plain, 'plain']] as const) {
    for (const written of words) {
      const word = plainText(written);
      const inTitle = texts.title.includes(word);
      const inCategory = texts.category.includes(word);
      const times = mentions(texts.description, word);
      if (!inTitle && !inCategory && times === 0) continue;
      const weight = (inTitle ? fieldWeight.title : 0) + (inCategory ? fieldWeight.category : 0) + fieldWeight.description * Math.sqrt(times);
      found.push({
        word: written, field: inTitle ? 'title' : inCategory ? 'category' : 'description',
        weight: weight * strength[kind] * (1 + perCharacter * Math.max(0, word.length - 2)),
      });
    }
  }
  return found.sort((a, b) => b.weight - a.weight);
};

/** Many words say more than one, but not as much more. */
export const keywordScore = (found: readonly FoundWord[]): number => Math.sqrt(found.reduce((sum, { weight }) => sum + weight, 0));

/** The table with the duties of the directory as strong words, so that an edited duty counts at once. */
export const wordsOf = (table: KeywordTable, department: string, duties: readonly string[]): DepartmentWords => {
  const { strong, plain } = table[department] ?? { strong: [], plain: [] };
  return { strong: [...new Set([...strong, ...duties])], plain: plain.filter((word) => !duties.includes(word)) };
};
