import { DomainError, refusedField, startingTierOf } from '@lianban/contracts';
import type { EventByType, MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchState, NewDispatchEvent, Tier } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { requireOpenCase } from '../domain/orders.js';
import { endHold } from '../domain/standing-hold.js';
import { pathOfCase, positionIn } from '../domain/tiers.js';
import type { PathOf } from '../domain/tiers.js';

export interface Escalate {
  readonly toTier: Tier['kind'];
  readonly reason: MaskedText;
}

/** `[]` when it was raised there already. @throws DomainError `validation-failed` when there is no such tier above the case, `state-conflict` when it is higher already */
export const escalate = (state: DispatchState, { toTier, reason }: Escalate, facts: DispatchFacts, at: string, pathOf: PathOf): NewDispatchEvent[] => {
  requireOpenCase(facts);
  if (!facts.accepted) throw new DomainError('state-conflict', say('not-accepted'));
  const path = pathOfCase(facts, pathOf);
  const now = positionIn(path, state);
  const target = path.findIndex(({ kind }) => kind === toTier);
  const tier = path[target];
  if (!tier) {
    const above = path.slice(now + 1).map(({ kind }) => kind);
    throw refusedField('toTier', above.length === 0 ? say('nothing-above', { tier: toTier }) : say('no-tier-above', { tier: toTier, above }));
  }
  if (target === now && state.tier) return [];
  if (target <= now) throw new DomainError('state-conflict', say('with-tier-already', { tier: path[now]?.kind ?? toTier }));
  return raise(state, at, path, tier, { cause: 'command', supervisionId: null, reason });
};

/** Reaction to supervision that asks for it: to the tier it names, or the highest there is. `[]` when the case is as high already, or over. */
export const escalateBySupervision = (
  state: DispatchState, { toTier, supervisionId }: EventByType<'lianban.supervision.raised.v1'>['data'], facts: DispatchFacts, at: string, pathOf: PathOf,
): NewDispatchEvent[] => {
  if (toTier === null || facts.ended) return [];
  const path = pathOfCase(facts, pathOf);
  const named = path.findIndex(({ kind }) => kind === toTier);
  const target = named < 0 ? path.length - 1 : named;
  const tier = path[target] ?? { kind: toTier, code: null };
  if (state.tier && (path.length === 0 || target <= positionIn(path, state))) return [];
  return raise(state, at, path, tier, { cause: 'supervision', supervisionId, reason: null });
};

/** From the rework `from` on, each rework raises the case by a tier; at the highest tier it is raised there again. */
export const escalateAfterRework = (state: DispatchState, { reworks }: { readonly reworks: number }, facts: DispatchFacts, at: string, pathOf: PathOf, from: number): NewDispatchEvent[] => {
  if (reworks < from) return [];
  const path = pathOfCase(facts, pathOf);
  const tier = path[positionIn(path, state) + 1] ?? path.at(-1) ?? { kind: 'district', code: null };
  return raise({ ...state, round: state.round + 1 }, at, path, tier, { cause: 'rework', supervisionId: null, reason: null });
};

/** Reaction to the acceptance: by the rule `starting-tiers` a case starts above its own territory. `[]` where no row names a tier above, or the case was raised already. */
export const startAtTier = (state: DispatchState, facts: DispatchFacts, at: string, pathOf: PathOf, rows: readonly string[]): NewDispatchEvent[] => {
  const category = facts.demand?.category;
  if (state.tier !== null || facts.ended || !category) return [];
  const fitting = rows.flatMap((row) => startingTierOf(row) ?? []).filter((row) => row.category === category || category.startsWith(`${row.category}/`));
  const [row] = fitting.sort((a, b) => b.category.length - a.category.length);
  const path = pathOfCase(facts, pathOf);
  const tier = path.slice(1).find(({ kind }) => kind === row?.tier);
  return tier ? raise(state, at, path, tier, { cause: 'rule', supervisionId: null, reason: null }) : [];
};

const raise = (
  state: DispatchState, at: string, path: readonly Tier[], { kind, code }: Tier, why: Pick<EventByType<'lianban.case.escalated.v1'>['data'], 'cause' | 'supervisionId' | 'reason'>,
): NewDispatchEvent[] => [
  ...endHold(state, 'escalated', null, at),
  { type: 'lianban.case.escalated.v1', data: { toTier: kind, territory: code, fromTier: (state.tier ?? path[0])?.kind ?? null, round: state.round, ...why } },
];
