import { join, resolve } from 'node:path';
import { serviceNames, type ServiceName } from '@lianban/contracts';
import { checkout } from './checkout.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { refuseWeakPasswords } from './secrets.js';

/** The settings of the runtime itself; the services' own are in supervisor/services.ts. */
export interface Settings {
  /** Data, keys, logs, state: everything of this installation but fetched jars. */
  dataDir: string;
  gatewayPort: number;
  postgresPort: number;
  /** Of the first broker; each further one takes the next. */
  kafkaPort: number;
  /** Embedded Kafka brokers. */
  brokers: 1 | 3;
  /** The services take the ports from here on, in the order of the registry; then their second copies, and so on. */
  servicePortBase: number;
  /** How many processes of each service run beside each other. */
  copies: Readonly<Record<ServiceName, number>>;
  /** Of the case topic, chosen once; undefined: what it has, or 12 when it is made. */
  partitions: number | undefined;
  /** Where services reach PostgreSQL and Kafka when something stands in between, such as a proxy that fails on purpose. */
  postgresVia: number | undefined;
  /** One for each broker. */
  kafkaVia: readonly number[] | undefined;
  /** Admin URL of a given Postgres. */
  databaseUrl: string | undefined;
  /** Comma list of a given Kafka. */
  kafkaBrokers: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function dataDirOf(env: Environment): string {
  return resolve(env.LIANBAN_DATA_DIR || join(checkout, '.lianban', 'data'));
}

/** @throws StartupProblem naming the variable that does not fit; in production each password that is public */
export function readSettings(env: Environment = process.env): Settings {
  refuseWeakPasswords(env);
  const port = (name: string, byDefault: number): number => {
    const given = env[name];
    if (!given) return byDefault;
    return portOf(name, given);
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
    copies: copiesOf(env.LIANBAN_COPIES ?? ''),
    partitions: partitionsOf(env.LIANBAN_PARTITIONS),
    brokers: brokersIn(env.LIANBAN_BROKERS),
    postgresVia: env.LIANBAN_POSTGRES_VIA ? port('LIANBAN_POSTGRES_VIA', 0) : undefined,
    kafkaVia: env.LIANBAN_KAFKA_VIA ? env.LIANBAN_KAFKA_VIA.split(',').map((each) => portOf('LIANBAN_KAFKA_VIA', each)) : undefined,
    databaseUrl,
    kafkaBrokers: env.KAFKA_BROKERS || undefined,
  };
}

function portOf(name: string, given: string): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new StartupProblem(`${name}=${given} is no port number (1 to 65535).`);
  return value;
}

/** With two, the loss of one would stop the cluster as with one. */
function brokersIn(given: string | undefined): Settings['brokers'] {
  if (!given || given === '1') return 1;
  if (given !== '3') throw new StartupProblem(`LIANBAN_BROKERS=${given}: give 1 or 3, chosen once for a data folder.`);
  return 3;
}

/** `2` for every service, `intake=3,dispatch=2` for some; the others run once. */
function copiesOf(given: string): Settings['copies'] {
  const words = given.split(',').map((word) => word.trim()).filter(Boolean);
  const copies = Object.fromEntries(serviceNames.map((name) => [name, 1])) as Record<ServiceName, number>;
  for (const word of words) {
    const [, name, count] = /^(?:(\w+)=)?([1-9])$/.exec(word) ?? [];
    const meant = serviceNames.filter((each) => name === undefined || each === name);
    if (count === undefined || meant.length === 0) throw new StartupProblem(`LIANBAN_COPIES=${given}: give a number from 1 to 9 for all services, or as in intake=3,dispatch=2.`);
    for (const each of meant) copies[each] = Number(count);
  }
  return copies;
}

function partitionsOf(given: string | undefined): number | undefined {
  if (!given) return undefined;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1 || value > 1_000) throw new StartupProblem(`LIANBAN_PARTITIONS=${given}: give a number from 1 to 1000, chosen once for all time.`);
  return value;
}
