import { districtRules } from '@lianban/contracts';
import type { Likeness } from '@lianban/similar-cases';

/** What a district begins with. */
export const shippedLikeness = (): Likeness => ({
  similarity: districtRules['same-demand-similarity'].shipped / 100,
  similarityAtSamePlace: districtRules['same-demand-similarity-at-same-place'].shipped / 100,
  windowMs: districtRules['hotspot-window-days'].shipped * 86_400_000,
});
