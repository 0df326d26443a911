/**
 * The feed's rule table: who would handle a message, and how pressing it is, judged from its words.
 *
 * Small on purpose, and meant to be replaced: the feed knows only the type `Rules`. It is a stand-in for the person at the intake
 * desk: category, level and assistants. The lead comes from the routing proposal of dispatch.
 */
import type { Level, Urgency } from '@lianban/contracts';
import { departmentRows, levelRows, onlyIfNothingElse } from './rule-rows.js';

export interface Message { readonly title: string; readonly text: string }
export interface Judgement {
  readonly lead: string;
  /** Another department that the words speak of nearly as much. */
  readonly second?: string;
  readonly level: Level;
  readonly urgency: Urgency;
  readonly category?: string;
}
export type Rules = (message: Message) => Judgement;

/** A word in the title says what the matter is; in a long text it may be there by the way. */
const titleWeight = 3;
const mostMentions = 3;
/** The second department is worth an assistance when it scores at least this share of the first. */
const assistShare = 0.55;

const mentions = (text: string, word: string): number => text.split(word).length - 1;

interface Score { department: string; score: number; category?: string; bestRow: number }

export const scoreDepartments = ({ title, text }: Message): Score[] => {
  const scores = new Map<string, Score>();
  for (const row of departmentRows) {
    let hits = 0;
    for (const word of row.words) hits += titleWeight * Math.min(mentions(title, word), 1) + Math.min(mentions(text, word), mostMentions);
    if (hits === 0) continue;
    const gained = hits * row.weight;
    const known = scores.get(row.department) ?? { department: row.department, score: 0, bestRow: 0 };
    known.score += gained;
    if (gained > known.bestRow) { known.bestRow = gained; known.category = row.category; }
    scores.set(row.department, known);
  }
  return [...scores.values()].sort((a, b) => b.score - a.score || a.department.localeCompare(b.department));
};

const levelOf = ({ title }: Message): { level: Level; urgency: Urgency } => {
  const { level, urgency } = levelRows.find(({ words }) => words.some((word) => title.includes(word))) ?? { level: 'general', urgency: 'normal' };
  return { level, urgency };
};

export const keywordRules: Rules = (message) => {
  const [first, second] = scoreDepartments(message);
  return {
    lead: first?.department ?? onlyIfNothingElse.department,
    second: first && second && second.score >= assistShare * first.score ? second.department : undefined,
    category: first ? first.category : onlyIfNothingElse.category,
    ...levelOf(message),
  };
};
