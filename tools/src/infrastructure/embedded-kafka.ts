import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findJava, kafkaJars } from './kafka-jars.js';
import type { ProcessSpec } from './managed-process.js';
import { freePort } from './ports.js';
import { StartupProblem } from './startup-problem.js';

const run = promisify(execFile);

export interface EmbeddedKafkaOptions {
  dataDir: string;
  /** Kept between checkouts' runs: the jars. */
  cacheDir: string;
  /** Folder with pom.xml and log4j2.properties (tools/kafka). */
  recipeDir: string;
  /** Of the first broker; each further one takes the next. */
  port: number;
  /** How many brokers, on this machine: 1, or 3 to see how the system bears the loss of one. Chosen once for a data folder. */
  brokers?: number | undefined;
  /** Where clients and the other brokers are told to find them, one after the other, when something stands in between. */
  advertisedPorts?: readonly number[] | undefined;
  say: (line: string) => void;
}

const heap = ['-Xms128m', '-Xmx384m'];
/** One broker for one desk: quick to start and small matters more than peak throughput. */
const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:MaxMetaspaceSize=128m', '-Djava.awt.headless=true'];

interface Node {
  readonly id: number;
  readonly name: string;
  readonly home: string;
  readonly port: number;
  readonly advertisedPort: number;
  readonly controllerPort: number;
}

const logsOf = ({ home }: Pick<Node, 'home'>): string => join(home, 'logs');
const isFormatted = (node: Pick<Node, 'home'>): boolean => existsSync(join(logsOf(node), 'meta.properties'));
const placeOf = (dataDir: string, id: number) => {
  const name = id === 1 ? 'kafka' : `kafka-${id}`;
  return { name, home: join(dataDir, name) };
};

/** Formats the log folders on first use and tells how to run the brokers (KRaft, broker and controller in one process). */
export async function prepareEmbeddedKafka(options: EmbeddedKafkaOptions): Promise<{ specs: ProcessSpec[]; brokers: string }> {
  const { dataDir, port, brokers: count = 1, advertisedPorts = [] } = options;
  const found = findJava();
  if ('problem' in found) throw new StartupProblem(`${found.problem}. Install Java 17 and Maven, or set KAFKA_BROKERS, or start a Docker engine.`);
  requireSameCount(dataDir, count);
  const jars = await kafkaJars(options.cacheDir, join(options.recipeDir, 'pom.xml'), options.say);
  // The controllers' ports are nobody else's business: any free ones, chosen anew at each start.
  const controllerPorts = await freePorts(count);
  const nodes = controllerPorts.map((controllerPort, index): Node =>
    ({ id: index + 1, ...placeOf(dataDir, index + 1), port: port + index, advertisedPort: advertisedPorts[index] ?? port + index, controllerPort }));
  const classPath = ['-cp', join(jars, '*')];
  const clusterId = clusterIdIn(nodes);
  // Before anything is formatted: a start that is broken off in between goes on with the same number.
  writeFileSync(sizeFileIn(dataDir), String(count));
  for (const node of nodes) {
    mkdirSync(node.home, { recursive: true });
    writeFileSync(propertiesOf(node), serverProperties(node, nodes));
  }
  await Promise.all(nodes.filter((node) => !isFormatted(node)).map((node) => format(found.java, classPath, node, clusterId)));
  return {
    brokers: nodes.map((node) => `127.0.0.1:${node.port}`).join(','),
    specs: nodes.map((node) => ({
      name: node.name, command: found.java,
      args: [...heap, ...quick, `-Dlog4j2.configurationFile=${join(options.recipeDir, 'log4j2.properties')}`, ...classPath, 'kafka.Kafka', propertiesOf(node)],
      cwd: node.home, env: { ...process.env }, logFile: join(dataDir, 'log', `${node.name}.log`), stopSignal: 'SIGTERM', stopWithinMs: 20_000,
    })),
  };
}

const propertiesOf = ({ home }: Node): string => join(home, 'server.properties');

const sizeFileIn = (dataDir: string): string => join(placeOf(dataDir, 1).home, 'brokers');

/** Replicas stay on the brokers they were put on when a topic was made, and the controllers know each other by number. */
function requireSameCount(dataDir: string, count: number): void {
  if (!isFormatted(placeOf(dataDir, 1))) return;
  const made = existsSync(sizeFileIn(dataDir)) ? Number(readFileSync(sizeFileIn(dataDir), 'utf8')) : 1;
  if (made !== count) throw new StartupProblem(`LIANBAN_BROKERS=${count}: the data in ${dataDir} were made with ${made}, and that number stays. Set it to ${made}, or LIANBAN_DATA_DIR to another folder.`);
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** One for all brokers, made once. */
function clusterIdIn([first]: readonly Node[]): string {
  if (!first) throw new Error('a cluster without a broker');
  mkdirSync(first.home, { recursive: true });
  const idFile = join(first.home, 'cluster-id');
  // Kafka's id form is base64 of 16 bytes; a leading "-" would read as an option, so the first byte is small.
  if (!existsSync(idFile)) writeFileSync(idFile, Buffer.concat([Buffer.from([1]), randomBytes(15)]).toString('base64url'));
  return readFileSync(idFile, 'utf8').trim();
}

async function format(java: string, classPath: readonly string[], node: Node, clusterId: string): Promise<void> {
  try {
    await run(java, [...quick, ...classPath, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId, '-c', propertiesOf(node)]);
  } catch (error) {
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    if (printed.includes('No space left')) throw new StartupProblem(`The disk of ${node.home} is full. Free some space (Lianban needs about 1 GB) and start again.`);
    throw new StartupProblem(`Kafka could not prepare its folder ${node.home}: ${printed.trim().split('\n')[0]}`);
  }
}

/** Nothing is ever deleted: the topic alone must be able to rebuild every read model. */
function serverProperties(node: Node, nodes: readonly Node[]): string {
  const replicas = Math.min(3, nodes.length);
  const inSync = replicas === 3 ? 2 : 1;
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    'listeners': `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.advertisedPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logsOf(node),
    'log.retention.ms': -1,
    'log.retention.bytes': -1,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    // Positions live in Postgres; Kafka's own are only a hint and shall not outlive their use by default 7 days or less.
    'offsets.retention.minutes': 525_600,
    // A segment preallocates index files of 10 MB each; at district size that is most of the folder.
    'log.index.size.max.bytes': 1_048_576,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
  };
  return Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join('');
}
