/** `npm run reconcile`: event stores, topics and read model hold the same events. Exit 0 only when all agree. */
import { backboneAddresses, troubleOnly } from './backbone-addresses.js';
import { command } from './command.js';
import { reconcile } from './reconcile/reconcile.js';

await command(async (say) => {
  const startedAt = Date.now();
  const differences = await reconcile({ ...backboneAddresses(), log: troubleOnly, say });
  for (const { check, count, examples } of differences) {
    say(`DIFFERS  ${check}: ${count}`);
    for (const example of examples) say(`         ${example}`);
    if (count > examples.length) say(`         and ${count - examples.length} more`);
  }
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  say(differences.length === 0 ? `All agree (${seconds} s).` : `${differences.length} checks found differences (${seconds} s).`);
  if (differences.length > 0) process.exitCode = 1;
});
