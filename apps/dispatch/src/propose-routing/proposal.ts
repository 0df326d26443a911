/** Which departments a demand is probably for, and why: the model, and above it the responsibility list. */
import type { RoutingModel } from '@lianban/routing';
import type { Department, Responsibility, Territory } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import type { Message } from '@lianban/texts';
import type { DispatchFacts } from '../domain/facts.js';
import { rowsForMatter } from '../responsibility-list/rows-for-matter.js';
import type { RowForMatter } from '../responsibility-list/rows-for-matter.js';

export interface ProposedItem {
  readonly department: string;
  /** 0 to 1. */
  readonly score: number;
  readonly reasons: readonly Message[];
}
export interface Proposal { readonly items: readonly ProposedItem[]; readonly sure: boolean; readonly modelVersion: string }

/** What the directory says; a proposal is a pure function of it. */
export interface District {
  readonly departments: readonly Department[];
  readonly responsibilities: readonly Responsibility[];
  readonly pathUp: (territory: string) => readonly Territory[];
}

const shown = 5;
/** Who has less than this and nothing to say for itself is left out. */
const worthShowing = 0.02;
/** How much of the score the responsibility list decides, when it has a row for the demand. A rule of the district says more than one ruling. */
const listShare = { rule: 0.7, ruling: 0.4 } as const;

export const proposeRouting = (model: RoutingModel, district: District, demand: NonNullable<DispatchFacts['demand']>, at: string): Proposal => {
  const path = district.pathUp(demand.territory);
  const rows = rowsForMatter(district.responsibilities, { category: demand.category, text: `${demand.title}\n${demand.description}`, territoryKind: path[0]?.kind ?? null, at });
  const named = new Set(rows.map(({ row }) => row.department));
  // Units of other kinds are proposed where the list names them or earlier dispatches have taught it.
  const candidates = district.departments
    .filter(({ active, code, kind }) => active && (kind === 'department' || named.has(code) || model.departments.includes(code)))
    .map(({ code, duties }) => ({ department: code, duties }));
  const listed = rows.find(({ row }) => candidates.some(({ department }) => department === row.department));
  const share = listed ? listShare[listed.row.source] : 0;
  const judged = model.judge({ ...demand, places: path.map(({ code }) => code).reverse() }, candidates)
    .map((judgement) => ({ ...judgement, score: rounded((1 - share) * judgement.share + (judgement.department === listed?.row.department ? share : 0)) }))
    .sort((a, b) => b.score - a.score || (a.department < b.department ? -1 : 1));
  const items = judged.slice(0, shown)
    .map(({ department, score, ...judgement }) => ({ department, score, reasons: [...reasonsOfList(rows, department), ...reasonsOfModel(judgement)] }))
    .filter(({ score, reasons }) => reasons.length > 0 || score >= 2 * worthShowing)
    .filter(({ score, reasons }, rank) => rank === 0 || score >= worthShowing || reasons.length > 1);
  return { items, sure: isSure(model, judged, listed, named), modelVersion: model.version };
};

/** A rule of the list is the district's own word. Where the list names several, or another than the model, a person looks at it. */
const isSure = (model: RoutingModel, judged: readonly { readonly department: string; readonly score: number; readonly share: number }[], listed: RowForMatter | undefined, named: ReadonlySet<string>): boolean => {
  const first = judged[0];
  if (!first || named.size > 1 || (listed && listed.row.department !== first.department)) return false;
  return listed?.row.source === 'rule' || first.share >= model.sureAt;
};

const reasonsOfList = (rows: readonly RowForMatter[], department: string): Message[] => {
  const row = rows.find((one) => one.row.department === department)?.row;
  if (!row) return [];
  return [row.source === 'rule' ? say('proposed-by-list', { matter: row.matter, basis: row.basis }) : say('proposed-by-precedent', { matter: row.matter, basis: row.basis })];
};

const reasonsOfModel = ({ words, alike, byCategory, byPlace }: Pick<ReturnType<RoutingModel['judge']>[number], 'words' | 'alike' | 'byCategory' | 'byPlace'>): Message[] => {
  const inField = (wanted: string) => words.filter(({ field }) => field === wanted).map(({ word }) => word);
  const [title, category, description] = [inField('title'), inField('category'), inField('description')];
  return [
    ...(title.length > 0 ? [say('proposed-by-title', { words: title })] : []),
    ...(category.length > 0 ? [say('proposed-by-category-words', { words: category })] : []),
    ...(description.length > 0 ? [say('proposed-by-description', { words: description })] : []),
    ...(alike.length > 0 ? [say('proposed-by-wording', { words: alike })] : []),
    ...(byCategory ? [say('proposed-by-category')] : []),
    ...(byPlace ? [say('proposed-by-place')] : []),
  ];
};

const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;
