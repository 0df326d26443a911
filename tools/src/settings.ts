import { join, resolve } from 'node:path';
import { checkout } from './checkout.js';
import { StartupProblem } from './infrastructure/startup-problem.js';

/** The settings of the runtime itself; the services' own are in supervisor/services.ts. */
export interface Settings {
  /** Data, keys, logs, state: everything of this installation but fetched jars. */
  dataDir: string;
  gatewayPort: number;
  postgresPort: number;
  kafkaPort: number;
  /** intake, dispatch, sla, satisfaction, insight: this port and the four after it. */
  servicePortBase: number;
  /** Admin URL of a given Postgres. */
  databaseUrl: string | undefined;
  /** Comma list of a given Kafka. */
  kafkaBrokers: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function dataDirOf(env: Environment): string {
  return resolve(env.LIANBAN_DATA_DIR || join(checkout, '.lianban', 'data'));
}

/** @throws StartupProblem naming the variable that does not fit */
export function readSettings(env: Environment = process.env): Settings {
  const port = (name: string, byDefault: number): number => {
    const given = env[name];
    if (!given) return byDefault;
    const value = Number(given);
    if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new StartupProblem(`${name}=${given} is no port number (1 to 65535).`);
    return value;
  };
  const databaseUrl = env.DATABASE_URL || undefined;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new StartupProblem('DATABASE_URL must read postgres://user:password@host:port/database (a user that may create roles).');
  }
  return {
    dataDir: dataDirOf(env),
    gatewayPort: port('LIANBAN_PORT', 8080),
    postgresPort: port('LIANBAN_POSTGRES_PORT', 15_432),
    kafkaPort: port('LIANBAN_KAFKA_PORT', 19_092),
    servicePortBase: port('LIANBAN_SERVICE_PORT_BASE', 8081),
    databaseUrl,
    kafkaBrokers: env.KAFKA_BROKERS || undefined,
  };
}
