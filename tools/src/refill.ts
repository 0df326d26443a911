/**
 * `npm run refill [-- --again]`: makes a topic that was lost, or has lost some of its messages, anew from the event stores, and compares
 * everything. Leaves the topics alone when nothing is missing; `--again` makes all anew all the same. Exit 0 only when all agree.
 */
import { topicsWith } from '@lianban/kafka';
import { backboneAddresses, troubleOnly } from './backbone-addresses.js';
import { command } from './command.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { reconcile } from './reconcile/reconcile.js';
import { refill } from './refill/refill.js';
import { readSettings } from './settings.js';

await command(async (say) => {
  const args = process.argv.slice(2);
  if (args.some((arg) => arg !== '--again') || args.length > 1) throw new StartupProblem('Usage: npm run refill [-- --again]');
  const surroundings = { ...backboneAddresses(), log: troubleOnly, say };
  const startedAt = Date.now();
  const refilled = await refill({ ...surroundings, again: args.length > 0, specs: topicsWith(readSettings().partitions) });
  if (refilled.length === 0) say('No topic is missing or short. `npm run refill -- --again` would make them all anew.');
  say('Comparing stores, topics and read model.');
  const differences = await reconcile(surroundings);
  for (const { check, count, examples } of differences) say(`DIFFERS  ${check}: ${count}, such as ${examples[0] ?? ''}`);
  say(differences.length === 0 ? `All agree (${((Date.now() - startedAt) / 1000).toFixed(1)} s).` : 'Run `npm run reconcile` for more; it waits for readers that are still behind.');
  if (differences.length > 0) process.exitCode = 1;
});
