/** `npm run rebuild -- READ_MODEL`: fills a new version beside the live one from the topic and switches to it; reads go on. */
import { sessionPool } from '@lianban/event-store';
import { fillWorkers, readModels, sqlFolderOf } from '@lianban/insight/read-models';
import { rebuild } from '@lianban/projections';
import { awaitCounts } from './await-counts.js';
import { backboneAddresses, troubleOnly } from './backbone-addresses.js';
import { command } from './command.js';
import { ownerRole } from './database/roles.js';
import { StartupProblem } from './infrastructure/startup-problem.js';

await command(async (say) => {
  const [name, ...more] = process.argv.slice(2);
  const model = readModels.find((each) => each.name === name);
  if (!model || more.length > 0) throw new StartupProblem(`Usage: npm run rebuild -- READ_MODEL. Read models: ${readModels.map((each) => each.name).join(', ')}`);
  const { adminUrl, brokers } = backboneAddresses();
  const pool = sessionPool({
    connectionString: adminUrl, application_name: 'lianban-rebuild', max: 8,
    session: { role: ownerRole, search_path: 'insight' },
  });
  const startedAt = Date.now();
  try {
    await awaitCounts(pool, say);
    await rebuild({ model, folder: sqlFolderOf(model), workers: fillWorkers, pool, brokers, log: troubleOnly, say });
    say(`done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  } finally {
    await pool.end();
  }
});
