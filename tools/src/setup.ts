/**
 * `npm run setup [-- FOLDER]`: what a given Postgres and Kafka need before the services start: database, roles, schemas, migrations, topics, and the
 * development issuer's keys where there is no identity provider. The public keys
 * are copied to FOLDER, for services that are not to see the signing key. Running it again changes nothing. `npm start` does all of it by itself.
 */
import { ensureTopics, topicsWith } from '@lianban/kafka';
import { command } from './command.js';
import { prepareDatabase } from './database/database.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { ensureKeys, publishKeys } from './issuer/issuer.js';
import { loadSecrets } from './secrets.js';
import { readSettings } from './settings.js';
import { hasOwnIssuer } from './supervisor/services.js';

await command(async () => {
  const { databaseUrl, kafkaBrokers, partitions, dataDir } = readSettings();
  if (!databaseUrl || !kafkaBrokers) throw new StartupProblem('Set DATABASE_URL (an admin user of a PostgreSQL) and KAFKA_BROKERS.');
  const { ran, limited } = await prepareDatabase(databaseUrl, { passwords: loadSecrets(dataDir).roles });
  for (const file of ran) process.stdout.write(`${file}\n`);
  if (!limited) process.stdout.write('The user of DATABASE_URL is no superuser: the analyst keeps rights that are not reading (docs/operating.md, "Analysts").\n');
  const created = await ensureTopics(kafkaBrokers.split(',').map((broker) => broker.trim()), topicsWith(partitions));
  for (const topic of created) process.stdout.write(`topic ${topic}\n`);
  const [publicFolder] = process.argv.slice(2);
  if (!hasOwnIssuer()) {
    await ensureKeys(dataDir);
    if (publicFolder) publishKeys(dataDir, publicFolder);
  }
  process.stdout.write('Database, topics and keys are ready\n');
});
