/** Trains a routing model and says how good it is on demands that it has not seen. */
import { figuresOf, trainToUse, versionOf } from '@lianban/routing';
import type { Example, Figure, StoredModel } from '@lianban/routing';
import { shippedCandidates, shippedKeywords } from './shipped-district.js';

/** More make it slower and hardly better. The newest stay. */
const mostExamples = 20_000;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const shown = ({ share, from, to, hits, of }: Figure): string => `${percent(share)} (${hits} of ${of}; 95 % between ${percent(from)} and ${percent(to)})`;

/** @throws Error without examples */
export const trainRouting = (given: readonly Example[], say: (line: string) => void): StoredModel => {
  const examples = given.slice(-mostExamples);
  if (examples.length === 0) throw new Error('there is no example to learn from');
  const { model, tried } = trainToUse(examples, shippedKeywords(), shippedCandidates());
  const { first, amongThree, sure, sureRight } = figuresOf(tried);
  say(`${examples.length} examples of ${new Set(examples.map(({ department }) => department)).size} departments. By cross-validation in 5 folds:`);
  say(`  first is right      ${shown(first)}`);
  say(`  among first three   ${shown(amongThree)}`);
  say(`  sure                ${shown(sure)}, from a share of ${model.sureAt} on`);
  say(`  sure and right      ${shown(sureRight)}; a little flattering, for the share was chosen on the same demands`);
  say(`model ${versionOf(model)}`);
  return model;
};
