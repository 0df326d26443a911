/** Which rows of the responsibility list are about a demand. For proposals and for whoever rules. */
import { searchable } from '@lianban/contracts';
import { isInForce } from './responsibility.decider.js';
import type { ResponsibilityRow } from './responsibility.decider.js';

export interface Matter {
  readonly category: string | null;
  /** Title, description and what else the words are looked for in. */
  readonly text: string;
  /** Of the territory; null when the directory does not know it. */
  readonly territoryKind: string | null;
  readonly at: string;
}

export interface RowForMatter {
  readonly row: ResponsibilityRow;
  /** Those of its words that occur; empty for a row that asks for none. */
  readonly words: readonly string[];
}

/** The more a row asks for, the earlier it comes: words, the deeper category, the kind of territory; then the newer one. A rule comes before a precedent. */
export const rowsForMatter = (rows: readonly ResponsibilityRow[], { category, text, territoryKind, at }: Matter): RowForMatter[] => {
  const searched = searchable(text);
  return rows.flatMap((row): RowForMatter[] => {
    if (!isInForce(row, at) || (row.territoryKind !== null && row.territoryKind !== territoryKind)) return [];
    if (row.category === null && row.words.length === 0) return [];
    if (row.category !== null && category !== row.category && !category?.startsWith(`${row.category}/`)) return [];
    const words = row.words.filter((word) => searched.includes(searchable(word)));
    return row.words.length > 0 && words.length === 0 ? [] : [{ row, words }];
  }).sort((a, b) => weightOf(b) - weightOf(a) || Date.parse(b.row.effectiveFrom) - Date.parse(a.row.effectiveFrom));
};

const weightOf = ({ row, words }: RowForMatter): number =>
  (words.length > 0 ? 16 : 0) + 4 * (row.category?.split('/').length ?? 0) + (row.territoryKind === null ? 0 : 2) + (row.source === 'rule' ? 1 : 0);
