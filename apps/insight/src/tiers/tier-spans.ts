import type { TierMove } from '../domain/projected-case.js';
import type { TierSpan } from '../views/case-parts.js';

/** The times of a case, as the view has them. */
interface Lived {
  readonly territory: string | null;
  readonly acceptedAt: Date | null;
  readonly endedAt: Date | null;
  readonly tierMoves: readonly TierMove[];
}

/** How long the case was with which tier, from its acceptance until it ended or `now`. Empty before the acceptance. */
export const tierSpans = ({ territory, acceptedAt, endedAt, tierMoves }: Lived, now: Date): TierSpan[] => {
  if (acceptedAt === null) return [];
  const end = endedAt?.toISOString();
  const stays = [{ tier: undefined, territory, at: acceptedAt.toISOString() }, ...tierMoves];
  return stays.flatMap(({ tier, territory: place, at }, index): TierSpan[] => {
    const to = stays[index + 1]?.at ?? end;
    const minutes = Math.floor((Date.parse(to ?? now.toISOString()) - Date.parse(at)) / 60_000);
    // A case that a rule starts higher up was never with its own territory.
    return index === 0 && to === at ? [] : [{ tier, territory: place ?? undefined, from: at, to, minutes: Math.max(0, minutes) }];
  });
};
