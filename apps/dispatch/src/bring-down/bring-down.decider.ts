import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { DispatchState, NewDispatchEvent, Tier } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { requireOpenCase } from '../domain/orders.js';
import { pathOfCase, positionIn } from '../domain/tiers.js';
import type { PathOf } from '../domain/tiers.js';

export interface BringDown {
  readonly toTier: Tier['kind'];
  readonly reason: MaskedText;
}

/**
 * The case goes to a lower tier, at the lowest that of its own territory. Work orders, holds and clocks stay as they are.
 * @returns `[]` when it was brought there already
 * @throws DomainError `validation-failed` when there is no such tier below the case, `state-conflict` when it was never raised, or lies lower already
 */
export const bringDown = (state: DispatchState, { toTier, reason }: BringDown, facts: DispatchFacts, pathOf: PathOf): NewDispatchEvent[] => {
  requireOpenCase(facts);
  const path = pathOfCase(facts, pathOf);
  const now = positionIn(path, state);
  const target = path.findIndex(({ kind }) => kind === toTier);
  const tier = path[target];
  if (state.tier === null) throw new DomainError('state-conflict', say('not-raised'));
  if (!tier || tier.code === null) {
    const below = path.slice(0, now).map(({ kind }) => kind);
    throw refusedField('toTier', below.length === 0 ? say('nothing-below', { tier: toTier }) : say('no-tier-below', { tier: toTier, below }));
  }
  if (target === now) return [];
  if (target > now) throw new DomainError('state-conflict', say('with-lower-tier-already', { tier: state.tier.kind }));
  return [{ type: 'lianban.case.brought-down.v1', data: { toTier, territory: tier.code, fromTier: state.tier.kind, round: state.round, reason } }];
};
