/**
 * `npm run setup`: what a given Postgres and Kafka need before the services start: database, roles, schemas, migrations, topics, and the
 * development issuer's keys where there is no identity provider. Running it again changes nothing. `npm start` does all of it by itself.
 */
import { ensureTopics } from '@lianban/kafka';
import { command } from './command.js';
import { prepareDatabase } from './database/database.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { ensureKeys } from './issuer/issuer.js';
import { loadSecrets } from './secrets.js';
import { readSettings } from './settings.js';
import { hasOwnIssuer } from './supervisor/services.js';

await command(async () => {
  const { databaseUrl, kafkaBrokers, dataDir } = readSettings();
  if (!databaseUrl || !kafkaBrokers) throw new StartupProblem('Set DATABASE_URL (an admin user of a PostgreSQL) and KAFKA_BROKERS.');
  const { ran } = await prepareDatabase(databaseUrl, { passwords: loadSecrets(dataDir).roles });
  for (const file of ran) process.stdout.write(`${file}\n`);
  const created = await ensureTopics(kafkaBrokers.split(',').map((broker) => broker.trim()));
  for (const topic of created) process.stdout.write(`topic ${topic}\n`);
  if (!hasOwnIssuer()) await ensureKeys(dataDir);
  process.stdout.write('Database, topics and keys are ready\n');
});
