import { kafkaVersion } from './kafka-jars.js';

export interface RunningContainer { url: string; stop(): Promise<void> }

/** A development dependency, and slow to load: only where it is about to be used. */
const testcontainers = () => import('testcontainers');

/** Whether a Docker engine answers, at DOCKER_HOST or where engines usually listen. A client on the path says nothing: it is often there without an engine. */
export const dockerEngineAnswers = (): Promise<boolean> =>
  testcontainers().then(({ getContainerRuntimeClient }) => getContainerRuntimeClient()).then(() => true, () => false);

/** @param volume a Docker volume that keeps the data over a stop and a start; without it the data go with the container */
export async function postgresContainer(options: { port: number; password: string; volume?: string }): Promise<RunningContainer> {
  const { GenericContainer, Wait } = await testcontainers();
  const container = new GenericContainer('postgres:18-alpine')
    .withEnvironment({ POSTGRES_PASSWORD: options.password })
    .withCommand(['postgres', '-c', 'max_connections=200', '-c', 'timezone=UTC'])
    .withExposedPorts({ container: 5432, host: options.port })
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2));
  // From version 18 on the image keeps its cluster in a folder of the version below this one.
  if (options.volume) container.withBindMounts([{ source: options.volume, target: '/var/lib/postgresql', mode: 'rw' }]);
  const started = await container.start();
  return {
    url: `postgres://postgres:${encodeURIComponent(options.password)}@${started.getHost()}:${options.port}/postgres`,
    stop: async () => { await started.stop({ timeout: 20_000 }); },
  };
}

export async function kafkaContainer(options: { port: number; volume?: string }): Promise<RunningContainer> {
  const { GenericContainer, Wait } = await testcontainers();
  const container = new GenericContainer(`apache/kafka:${kafkaVersion}`)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${options.port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_LOG_DIRS: '/var/lib/kafka/data',
      KAFKA_LOG_RETENTION_MS: '-1',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_HEAP_OPTS: '-Xms128m -Xmx384m',
    })
    .withExposedPorts({ container: 9092, host: options.port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/));
  if (options.volume) container.withBindMounts([{ source: options.volume, target: '/var/lib/kafka/data', mode: 'rw' }]);
  const started = await container.start();
  return { url: `127.0.0.1:${options.port}`, stop: async () => { await started.stop({ timeout: 20_000 }); } };
}
