/**
 * `npm run duplicates`: how well the same demands are found among the real messages of LIANBAN_DATA. `-- draw` draws the pairs again and says whether the labelled ones are
 * these; `-- count` counts the common grams again.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { command } from '../command.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { countCommonGrams } from './count-common-grams.js';
import { drawPairs } from './draw-pairs.js';
import { labelledPairs } from './labelled-pairs.js';
import { crossChecked, findHotspots, judgePairs, pairsAmongAll, pairsAt, population } from './measure.js';
import type { Share } from './measure.js';
import { readMessages } from './read-messages.js';
import type { Message } from './read-messages.js';
import { shippedLikeness } from './shipped-likeness.js';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const shown = ({ part, of, share, from, to }: Share): string => `${percent(share)} (${part} of ${of}; ${percent(from)} to ${percent(to)})`;

const measure = (messages: readonly Message[], say: (line: string) => void): void => {
  const pairs = judgePairs(messages);
  for (const threshold of [0.30, 0.34, 0.38, 0.42, 0.46]) {
    const { precision, recall } = pairsAt(pairs, threshold);
    const among = pairsAmongAll(pairs, population, threshold);
    say(`pairs from ${threshold.toFixed(2)}: precision ${shown(precision)}, recall ${shown(recall)}; among all pairs ${percent(among.precision)} and ${percent(among.recall)}`);
  }
  const { precision, recall } = crossChecked(pairs);
  say(`threshold chosen on one half, measured on the other: precision ${shown(precision)}, recall ${shown(recall)}`);
  for (const { name, found, purity } of findHotspots(messages, shippedLikeness())) say(`hotspot "${name}": found ${shown(found)}, purity ${shown(purity)}`);
};

const draw = (messages: readonly Message[], say: (line: string) => void): void => {
  const { pairs, population: all } = drawPairs(messages);
  const drawn = new Set(pairs.map(({ a, b, band }) => `${a} ${b} ${band}`));
  const same = labelledPairs.filter(([a, b, band]) => drawn.has(`${a} ${b} ${band}`)).length;
  say(`${pairs.length} pairs drawn, ${same} of ${labelledPairs.length} labelled ones among them; all pairs by band: ${all.join(', ')}`);
  if (same !== labelledPairs.length || drawn.size !== labelledPairs.length) process.exitCode = 1;
};

const count = async (messages: readonly Message[], say: (line: string) => void): Promise<void> => {
  const file = fileURLToPath(new URL('../../../libs/similar-cases/src/common-grams.ts', import.meta.url));
  await writeFile(file, countCommonGrams(messages));
  say(`written: ${file}`);
};

await command(async (say) => {
  const folder = process.env.LIANBAN_DATA;
  if (!folder) throw new StartupProblem('LIANBAN_DATA names no folder with messages-liked.jsonl and messages-replied.jsonl.');
  const what = process.argv[2] ?? 'measure';
  const run = { measure, draw, count }[what];
  if (!run) throw new StartupProblem(`${what} is none of measure, draw, count.`);
  await run(await readMessages(folder), say);
});
