/** Makes the table of common grams from messages: how rare each is. Counts, no texts. */
import { gramsOf } from '@lianban/similar-cases';
import type { Message } from './read-messages.js';

const kept = 2_000;

/** English words that say nothing about a demand; there are no English messages to count them in. */
const english = 'about after been before does down from have here into just like more need never only other over please since some still that their them then there these they this very want what when where which will with would your'.split(' ');

/** The file `libs/similar-cases/src/common-grams.ts`. */
export const countCommonGrams = (messages: readonly Message[]): string => {
  const found = new Map<string, number>();
  for (const { title, text } of messages) for (const gram of gramsOf(`${title}\n${text}`).keys()) found.set(gram, (found.get(gram) ?? 0) + 1);
  const common = [...found].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, kept);
  const byWeight = new Map<string, string[]>([['0.5', [...english]]]);
  for (const [gram, count] of common) {
    const weight = Math.log(messages.length / count).toFixed(1);
    byWeight.set(weight, [...byWeight.get(weight) ?? [], gram]);
  }
  const lines = [...byWeight].sort(([a], [b]) => Number(a) - Number(b)).map(([weight, grams]) => `  [${Number(weight)}, '${grams.join('|')}'],\n`).join('');
  return `/**
 * Grams that many demands have, and how little it says that two demands share them: the natural logarithm of how rarely a message has it.
 * Counted in ${messages.length.toLocaleString('en')} real messages (docs/duplicates.md). Made by \`npm run duplicates -- count\`; do not edit.
 */
export const commonGrams: readonly (readonly [weight: number, grams: string])[] = [
${lines}];
`;
};
