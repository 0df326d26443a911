/** `npm run migrate`: database, roles, schemas, migrations and grants, against DATABASE_URL or the running embedded Postgres. */
import { command } from './command.js';
import { prepareDatabase } from './database/database.js';
import { postgresAnswers } from './infrastructure/embedded-postgres.js';
import { withoutPassword } from './infrastructure/servers.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { loadSecrets } from './secrets.js';
import { readSettings } from './settings.js';
import { readState } from './supervisor/state-file.js';

await command(async () => {
  const settings = readSettings();
  const adminUrl = settings.databaseUrl ?? readState(settings.dataDir)?.addresses?.adminDatabaseUrl;
  if (!adminUrl) throw new StartupProblem('No database: set DATABASE_URL to an admin user of a PostgreSQL, or run `npm start` (which migrates by itself).');
  if (!(await postgresAnswers(adminUrl))) throw new StartupProblem(`PostgreSQL at ${withoutPassword(adminUrl)} does not answer or refuses the user.`);
  const { ran, services } = await prepareDatabase(adminUrl, { passwords: loadSecrets(settings.dataDir).roles });
  for (const file of ran) process.stdout.write(`${file}\n`);
  process.stdout.write(`${ran.length === 0 ? 'Nothing to migrate' : `${ran.length} migrations ran`}. Passwords of ${Object.keys(services).length} service roles and of analyst: ${settings.dataDir}/secrets.json\n`);
});
