/** A dated row of the limits. It is published before it takes effect and replaced by a later one, never edited. */
import { DomainError, levels, refusedFields, urgencies } from '@lianban/contracts';
import type { EventByType } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { FieldRefusal, Message } from '@lianban/texts';
import { toMillis } from '@lianban/working-time';
import { isCovered } from '../domain/policies.js';
import type { Policy, PolicyQuestion } from '../domain/policies.js';
import { problemsOf, rivalOf } from './policy-problems.decider.js';

export type PolicyEvent = EventByType<'lianban.policy.published.v2'>;

/**
 * Publishes a row.
 * @param known all rows
 * @param at now
 * @returns `[]` if the same row is already there
 * @throws DomainError `state-conflict` if the published row of that day says something else; `validation-failed` if the row has faults or starts in the past;
 * `policy-incomplete` naming the cases that it would leave without a limit
 */
export const publishPolicy = (known: readonly Policy[], row: Policy, at: string): PolicyEvent[] => {
  if (!isInstant(row.effectiveFrom)) throw refusedFields(problemsOf(row, at));
  const published = known.find(({ id, effectiveFrom }) => id === row.id && toMillis(effectiveFrom) === toMillis(row.effectiveFrom));
  if (published) {
    if (contentOf(published) === contentOf(row)) return [];
    throw new DomainError('state-conflict', say('row-is-published', { id: row.id, effectiveFrom: row.effectiveFrom }), [{ field: 'effectiveFrom', reason: say('day-is-taken') }]);
  }
  const problems = [...problemsOf(row, at), ...otherRule(known, row), ...rivalOf(known, row)];
  if (problems.length > 0) throw refusedFields(problems);
  const gaps = gapsOf(known, row);
  if (gaps.length > 0) throw new DomainError('policy-incomplete', say('limits-missing', { id: row.id, gaps }), gaps.map((gap) => ({ field: 'limit', reason: say('leaves-without-limit', { gap }) })));
  return [{ type: 'lianban.policy.published.v2', data: dataOf(row) }];
};

const isInstant = (text: string): boolean => !Number.isNaN(Date.parse(text));

/** An id belongs to one rule for ever, so clock and milestone must stay. */
const otherRule = (known: readonly Policy[], row: Policy): FieldRefusal[] => {
  const same = known.find(({ id }) => id === row.id);
  if (!same || (same.clock === row.clock && same.milestone === row.milestone)) return [];
  return [{ field: 'clock', reason: same.milestone === null ? say('clock-must-stay', { id: row.id, clock: same.clock }) : say('milestone-must-stay', { id: row.id, milestone: same.milestone }) }];
};

/** Kinds of cases that have a limit now and would have none on that day or a later one. */
const gapsOf = (known: readonly Policy[], row: Policy): Message[] => {
  const later = known.flatMap(({ effectiveFrom }) => (toMillis(effectiveFrom) > toMillis(row.effectiveFrom) ? [effectiveFrom] : []));
  const days = [...new Set([row.effectiveFrom, ...later])];
  const gaps = days.flatMap((on) => plainCases(on).filter((question) => isCovered(known, question) && !isCovered([...known, row], question)));
  const told = gaps.map(({ clock, level, urgency, on }) => (level === null ? say('gap-of-urgency', { clock, urgency, on }) : say('gap-of-level', { clock, level, on })));
  return [...new Map(told.map((gap) => [JSON.stringify(gap), gap])).values()].slice(0, 20);
};

/**
 * Every kind of case that rows may tell apart by urgency, level and green channel, with nothing else known. If all these have limits, all others have too. A return
 * window may start before the level is known.
 */
const plainCases = (on: string): PolicyQuestion[] =>
  urgencies.flatMap((urgency) => [true, false].flatMap((greenChannel): PolicyQuestion[] => [
    { clock: 'contact', round: 1, urgency, level: null, greenChannel: false, on },
    { clock: 'return-window', round: 1, urgency, level: null, greenChannel, on },
    ...levels.flatMap((level) => (['sign', 'return-window', 'lead', 'assist', 'call-back', 'rework'] as const).flatMap((clock) =>
      (clock === 'assist' ? [1, 2] : [1]).map((round) => ({ clock, round, urgency, level, greenChannel, on })))),
  ]));

/** The fields of the event, always in the same order. */
const dataOf = (row: Policy): PolicyEvent['data'] => {
  const { id, effectiveFrom, clock, milestone, urgency, level, category, territory, unit, channel, greenChannel, demandKind } = row;
  const { limit, shareOfLead, greenChannelShare, startNextWorkingDay, toCloseOfLastDay, warnings, extensionCap, supervision } = row;
  const amount = (of: Policy['limit']) => of && { kind: of.kind, amount: of.amount, unit: of.unit };
  const share = (of: Policy['shareOfLead']) => of && { numerator: of.numerator, denominator: of.denominator };
  return {
    id, effectiveFrom, clock, milestone, urgency, level, category, territory, unit, channel, greenChannel, demandKind,
    limit: amount(limit), shareOfLead: share(shareOfLead), greenChannelShare: share(greenChannelShare), startNextWorkingDay, toCloseOfLastDay,
    warnings: warnings.map(({ numerator, denominator }) => ({ numerator, denominator })),
    extensionCap: share(extensionCap),
    supervision: supervision.map(({ step, colour, after, toTier }) => ({ step, colour, after: amount(after), toTier })),
  };
};
const contentOf = (row: Policy): string => JSON.stringify({ ...dataOf(row), effectiveFrom: toMillis(row.effectiveFrom) });
