import { targetDatabase, withDatabase } from './database/database.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { readSettings } from './settings.js';
import { readState } from './supervisor/state-file.js';

export interface BackboneAddresses {
  /** The admin user, in Lianban's database. */
  readonly adminUrl: string;
  readonly brokers: readonly string[];
}

/**
 * Postgres and Kafka for tools that work below the services: given by DATABASE_URL and KAFKA_BROKERS, else those of the running system.
 * @throws StartupProblem naming what is missing
 */
export function backboneAddresses(env: NodeJS.ProcessEnv = process.env): BackboneAddresses {
  const settings = readSettings(env);
  const running = readState(settings.dataDir)?.addresses;
  const adminUrl = settings.databaseUrl ? withDatabase(settings.databaseUrl, targetDatabase(settings.databaseUrl)) : running?.adminDatabaseUrl;
  const brokers = settings.kafkaBrokers ?? running?.kafkaBrokers;
  if (!adminUrl || !brokers) {
    throw new StartupProblem('Lianban is not running from this folder. Start it with `npm start`, or set DATABASE_URL and KAFKA_BROKERS.');
  }
  return { adminUrl, brokers: brokers.split(',').map((broker) => broker.trim()) };
}

/** The tools' own output is for people; of the backbone's log only trouble is shown. */
export const troubleOnly = {
  info: () => undefined,
  warn: (fields: object, message: string) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  error: (fields: object, message: string) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};
