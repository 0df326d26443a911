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
  logFile: string;
  port: number;
  /** Where clients are told to find it, when something stands in between. */
  advertisedPort?: number | undefined;
  say: (line: string) => void;
}

const heap = ['-Xms128m', '-Xmx384m'];
/** One broker for one desk: quick to start and small matters more than peak throughput. */
const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:MaxMetaspaceSize=128m', '-Djava.awt.headless=true'];

/** Formats the log folder on first use and tells how to run the broker (KRaft, broker and controller in one process). */
export async function prepareEmbeddedKafka(options: EmbeddedKafkaOptions): Promise<{ spec: ProcessSpec; brokers: string }> {
  const found = findJava();
  if ('problem' in found) throw new StartupProblem(`${found.problem}. Install Java 17 and Maven, or set KAFKA_BROKERS, or start a Docker engine.`);
  const jars = await kafkaJars(options.cacheDir, join(options.recipeDir, 'pom.xml'), options.say);
  const home = join(options.dataDir, 'kafka');
  const logs = join(home, 'logs');
  const properties = join(home, 'server.properties');
  mkdirSync(home, { recursive: true });
  // The controller's port is nobody else's business: any free one, chosen anew at each start.
  writeFileSync(properties, serverProperties(options.port, await freePort(), logs, options.advertisedPort));
  const classPath = ['-cp', join(jars, '*')];
  if (!existsSync(join(logs, 'meta.properties'))) await format(found.java, classPath, properties, home);
  return {
    brokers: `127.0.0.1:${options.port}`,
    spec: {
      name: 'kafka', command: found.java,
      args: [...heap, ...quick, `-Dlog4j2.configurationFile=${join(options.recipeDir, 'log4j2.properties')}`, ...classPath, 'kafka.Kafka', properties],
      cwd: home, env: { ...process.env }, logFile: options.logFile, stopSignal: 'SIGTERM', stopWithinMs: 20_000,
    },
  };
}

async function format(java: string, classPath: readonly string[], properties: string, home: string): Promise<void> {
  const idFile = join(home, 'cluster-id');
  // Kafka's id form is base64 of 16 bytes; a leading "-" would read as an option, so the first byte is small.
  if (!existsSync(idFile)) writeFileSync(idFile, Buffer.concat([Buffer.from([1]), randomBytes(15)]).toString('base64url'));
  const clusterId = readFileSync(idFile, 'utf8').trim();
  try {
    await run(java, [...quick, ...classPath, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId, '-c', properties]);
  } catch (error) {
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    if (printed.includes('No space left')) throw new StartupProblem(`The disk of ${home} is full. Free some space (Lianban needs about 1 GB) and start again.`);
    throw new StartupProblem(`Kafka could not prepare its folder ${home}: ${printed.trim().split('\n')[0]}`);
  }
}

/** Nothing is ever deleted: the topic alone must be able to rebuild every read model. */
export function serverProperties(port: number, controllerPort: number, logs: string, advertisedPort = port): string {
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'listeners': `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logs,
    'log.retention.ms': -1,
    'log.retention.bytes': -1,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
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
