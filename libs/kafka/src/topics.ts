import { setTimeout as sleep } from 'node:timers/promises';
import { topicDefinitions, topicKinds } from '@lianban/contracts';
import { Kafka, logLevel, type Admin } from 'kafkajs';

export interface TopicSpec {
  topic: string;
  partitions: number;
  /** For a topic that is made now; one that is there keeps the number it was made with. */
  onlyWhenMade?: boolean;
}

/**
 * Partitions never change: the key's partition, and with it a case's order, depends on their number. It is chosen when an installation is
 * set up, as the most processes of one service that are ever to share the work.
 * @param partitions of the case topic; absent: 12 for a new one, and whatever an existing one has
 */
export const topicsWith = (partitions?: number): readonly TopicSpec[] => topicKinds.map((kind) => {
  const { name: topic, partitions: usual } = topicDefinitions[kind];
  return kind === 'case' ? { topic, partitions: partitions ?? usual, onlyWhenMade: partitions === undefined } : { topic, partitions: usual };
});
export const lianbanTopics = topicsWith();

/**
 * Nothing is ever deleted: the topic alone must be able to rebuild every read model. And it is stored as a relay writes it, without compression: with the default,
 * `producer`, the broker would keep a foreign message in whatever compression that came in; so it unpacks it, and no reader, ours or an integrator's, needs a codec.
 */
const kept = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1', 'compression.type': 'uncompressed' };

/** Of the protocol, where the client's own names for them can't be imported: a resource that is a topic; a setting of just this topic, and no default. */
const aTopic = 2;
const setHere = 1;

type TopicConfig = Readonly<Record<string, string>>;

/** Sets topics that are not set so. An alteration replaces all that is set for a topic, so what else there is comes along. */
async function set(admin: Admin, names: readonly string[], wanted: TopicConfig): Promise<void> {
  if (names.length === 0) return;
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: names.map((name) => ({ type: aTopic, name })) });
  const wrong = resources.flatMap(({ resourceName, configEntries }) => {
    const valueOf = (name: string) => configEntries.find(({ configName }) => configName === name)?.configValue;
    if (Object.entries(wanted).every(([name, value]) => valueOf(name) === value)) return [];
    const others = configEntries.filter(({ configSource }) => configSource as number === setHere).map(({ configName, configValue }) => [configName, configValue]);
    const all = { ...Object.fromEntries(others) as TopicConfig, ...wanted };
    return [{ type: aTopic, name: resourceName, configEntries: Object.entries(all).map(([name, value]) => ({ name, value })) }];
  });
  if (wrong.length > 0) await admin.alterConfigs({ validateOnly: false, resources: wrong });
}

/** Changes one topic's settings, as an outside tool would; for tests and chaos. */
export async function setTopicConfig(brokers: readonly string[], topic: string, config: TopicConfig): Promise<void> {
  const admin = new Kafka({ clientId: 'lianban-topics', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await set(admin, [topic], config);
  } finally {
    await admin.disconnect();
  }
}

/** As many replicas as there are brokers, up to 3. Those that are named but not up would count for ever: a topic keeps the number it was made with. */
async function replicasFor(named: number, admin: Admin, withinMs: number): Promise<number> {
  const wanted = Math.min(3, named);
  for (const deadline = Date.now() + withinMs; ;) {
    const seen = (await admin.describeCluster()).brokers.length;
    if (seen >= wanted) return Math.min(3, seen);
    if (Date.now() >= deadline) throw new Error(`${named} brokers are named and ${seen} of the cluster up; topics made now would keep ${seen === 1 ? 'one replica' : `${seen} replicas`} for ever: start the others, or name one address a broker`);
    await sleep(500);
  }
}

const notYet = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/** Topics with their partitions. On a busy machine a broker may not know yet what has just been made. */
async function describe(admin: Admin, topics: string[], withinMs: number) {
  for (const deadline = Date.now() + withinMs; ;) {
    try {
      return (await admin.fetchTopicMetadata({ topics })).topics;
    } catch (error) {
      if (!notYet.includes((error as { type?: string }).type ?? '') || Date.now() >= deadline) throw error;
      await sleep(100);
    }
  }
}

/**
 * Creates the topics that are missing, replicated as widely as the brokers allow (up to 3). Those that are there keep their partitions and replicas; what they must be set to is set again.
 * @param brokers one address a broker: those that are to have replicas are waited for
 * @returns the names of those created
 * @throws Error when a topic that is there has another number of partitions, no broker answers within about 30 s, or fewer than are named within `withinMs`
 */
export async function ensureTopics(brokers: readonly string[], topics: readonly TopicSpec[] = lianbanTopics, withinMs = 30_000): Promise<string[]> {
  const admin = new Kafka({
    clientId: 'lianban-topics', brokers: [...brokers], logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000, retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 15 },
  }).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) {
      const replicationFactor = await replicasFor(brokers.length, admin, withinMs);
      const config = { ...kept, ...(replicationFactor === 3 ? { 'min.insync.replicas': '2' } : {}) };
      const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map(({ topic, partitions }) => ({ topic, numPartitions: partitions, replicationFactor, configEntries })),
      });
    }
    const found = await describe(admin, topics.map(({ topic }) => topic), withinMs);
    for (const { topic, partitions, onlyWhenMade } of topics) {
      const actual = found.find(({ name }) => name === topic)?.partitions.length;
      if (actual === partitions || (actual && onlyWhenMade)) continue;
      throw new Error(`topic ${topic} has ${actual ?? 'no'} partitions, not ${partitions}; the order of cases depends on that number, so it can't be changed after the setup`);
    }
    await set(admin, topics.map(({ topic }) => topic).filter((topic) => existing.has(topic)), kept);
    return missing.map(({ topic }) => topic);
  } finally {
    await admin.disconnect();
  }
}

/** How many brokers the cluster knows of now; 0 when none answers. */
export async function brokersOf(brokers: readonly string[]): Promise<number> {
  const admin = new Kafka({ clientId: 'lianban-topics', brokers: [...brokers], logLevel: logLevel.NOTHING, connectionTimeout: 3_000, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } catch {
    return 0;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Removes topics; for tests, which make their own with a random suffix. */
export async function deleteTopics(brokers: readonly string[], topics: readonly string[]): Promise<void> {
  const admin = new Kafka({ clientId: 'lianban-topics', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [...topics] });
  } finally {
    await admin.disconnect();
  }
}
