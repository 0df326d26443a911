import { DomainError, refusedField } from '@lianban/contracts';
import type { EventByType, MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchState, NewDispatchEvent, Tier } from '../domain/dispatch-case.js';
import type { DispatchFacts } from '../domain/facts.js';
import { requireOpenCase } from '../domain/orders.js';
import { endHold } from '../domain/standing-hold.js';

/** A territory and those above it, itself first; empty for one that is not in the directory. */
export type PathOf = (territory: string) => readonly Tier[];

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

const mostReworks = 2;

/** From the third rework on, each rework raises the case by a tier; at the highest tier it is raised there again. */
export const escalateAfterRework = (state: DispatchState, { reworks }: { readonly reworks: number }, facts: DispatchFacts, at: string, pathOf: PathOf): NewDispatchEvent[] => {
  if (reworks <= mostReworks) return [];
  const path = pathOfCase(facts, pathOf);
  const tier = path[positionIn(path, state) + 1] ?? path.at(-1) ?? { kind: 'district', code: null };
  return raise({ ...state, round: state.round + 1 }, at, path, tier, { cause: 'rework', supervisionId: null, reason: null });
};

const pathOfCase = ({ demand }: DispatchFacts, pathOf: PathOf): readonly Tier[] => (demand ? pathOf(demand.territory) : []);

const positionIn = (path: readonly Tier[], { tier }: DispatchState): number => Math.max(0, tier === null ? 0 : path.findIndex(({ code }) => code === tier.code));

const raise = (
  state: DispatchState, at: string, path: readonly Tier[], { kind, code }: Tier, why: Pick<EventByType<'lianban.case.escalated.v1'>['data'], 'cause' | 'supervisionId' | 'reason'>,
): NewDispatchEvent[] => [
  ...endHold(state, 'escalated', null, at),
  { type: 'lianban.case.escalated.v1', data: { toTier: kind, territory: code, fromTier: (state.tier ?? path[0])?.kind ?? null, round: state.round, ...why } },
];
