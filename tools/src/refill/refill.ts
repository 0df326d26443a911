import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames, type Source, sources, type Topic, topics as publicTopics } from '@lianban/contracts';
import { type BackboneLog, createRelay, deleteTopics, ensureTopics, lianbanTopics, type Relay, topicIdOf, type TopicSpec } from '@lianban/kafka';
import type pg from 'pg';
import { ownerRole } from '../database/roles.js';
import { withSession } from '../database/with-session.js';
import { type Cut, noteCut, relayDestination, relaysBehind } from '../reconcile/cut.js';
import { nameHere, type TopicNames } from '../reconcile/topic-names.js';
import { findLoss, writersOfTopics } from './loss.js';
import { holdRelays } from './hold-relays.js';

export interface RefillOptions {
  readonly adminUrl: string;
  readonly brokers: readonly string[];
  readonly log: BackboneLog;
  readonly say: (line: string) => void;
  /** Makes the topics anew even when nothing seems to be missing. */
  readonly again: boolean;
  readonly topics?: TopicNames;
  readonly specs?: readonly TopicSpec[];
}

/** The last request of a relay that has lost its lease: it hears of it within a second and then waits 3 s at most for the broker. */
const lastRequestMs = 6_000;
const progressMs = 2_000;
/** Longer than a lease that somebody left behind, or a broker that starts. */
const standstillMs = 120_000;

/**
 * Makes topics anew that were lost or damaged, and has the relays publish everything again: those of the running services, or relays of
 * its own where none runs. Each source's events come in commit order, new ones behind them, so every stream is in order from the
 * first message on. Killed at any point, a second run goes on: what is done is in the database and in Kafka.
 * @returns what was missing; empty: nothing, and no topic was touched
 */
export const refill = ({ adminUrl, brokers, log, say, again, topics = publicTopics, specs = lianbanTopics }: RefillOptions): Promise<string[]> => withSession(adminUrl, async (admin) => {
  const { rows: [row] } = await admin.query<{ mine: boolean }>(`SELECT pg_try_advisory_lock(hashtext('lianban-refill')) AS mine`);
  if (!row?.mine) throw new Error('another refill is running');
  const losses = await findLoss(admin, brokers, topics, log);
  for (const { topic, what } of losses) say(`${topic} ${what}`);
  const lost = again ? Object.values(topics) : losses.map(({ topic }) => topic);
  if (lost.length > 0) await makeAnew(admin, brokers, lost, writersOfTopics(lost, topics), specs, say);
  await publishAll(admin, adminUrl, brokers, topics, log, say);
  return lost;
}, { application_name: 'lianban-refill', session: { role: ownerRole } });

const makeAnew = async (admin: pg.Client, brokers: readonly string[], lost: readonly string[], writers: readonly Source[], specs: readonly TopicSpec[], say: (line: string) => void): Promise<void> => {
  const held = await holdRelays(admin, writers);
  try {
    if (held.led) await sleep(lastRequestMs);
    const wanted = specs.filter(({ topic }) => lost.includes(topic));
    for (const { topic } of wanted) {
      if (await topicIdOf(brokers, topic) === null) continue;
      await deleteTopics(brokers, [topic]);
      while (await topicIdOf(brokers, topic) !== null) await sleep(100);
    }
    await ensureTopics(brokers, wanted);
    await admin.query('BEGIN');
    for (const { topic } of wanted) await beginAnew(admin, topic, await topicIdOf(brokers, topic));
    for (const source of writers) await admin.query(`DELETE FROM ${source}.relay_position WHERE destination = $1`, [relayDestination]);
    await admin.query('COMMIT');
    say(`made anew: ${lost.join(', ')}; publishing all events of ${writers.join(', ')}`);
  } finally {
    await held.release();
  }
};

/**
 * Every reader reads the new topic from its start. They would find out by themselves, by its id, but only within 10 s, and until then go on by
 * their old offsets; this fences them before the first message is there.
 */
const beginAnew = async (admin: pg.Client, topic: string, topicId: string | null): Promise<void> => {
  for (const schema of serviceNames) {
    await admin.query(`UPDATE ${schema}.consumer_offset SET next_offset = 0 WHERE topic = $1`, [topic]);
    await admin.query(
      `INSERT INTO ${schema}.consumer_topic SELECT DISTINCT consumer, topic, $2::uuid FROM ${schema}.consumer_offset WHERE topic = $1
       ON CONFLICT (consumer, topic) DO UPDATE SET topic_id = excluded.topic_id`, [topic, topicId]);
  }
};

/** A connection of the owner that sees one service's schema, as the service's own role would. */
const ownerIn = (adminUrl: string, schema: string): string => {
  const url = new URL(adminUrl);
  url.searchParams.set('options', `-c role=${ownerRole} -c search_path=${schema}`);
  return url.href;
};

/** Waits until everything there is now has been published, by relays of its own where no service's leads. */
const publishAll = async (admin: pg.Client, adminUrl: string, brokers: readonly string[], topics: TopicNames, log: BackboneLog, say: (line: string) => void): Promise<void> => {
  const cut = await noteCut(admin);
  const relays: Relay[] = sources.map((source) => createRelay({ source, schema: source, databaseUrl: ownerIn(adminUrl, source), brokers, log, topicName: (topic) => nameHere(topics)(topic as Topic) }));
  for (const relay of relays) relay.start();
  try {
    let [before, movedAt] = ['', Date.now()];
    for (let saidAt = Date.now(); (await relaysBehind(admin, cut)).length > 0; await sleep(100)) {
      if (Date.now() - saidAt < progressMs) continue;
      saidAt = Date.now();
      const left = (await toPublish(admin, cut)).join(', ');
      say(`still to publish: ${left}`);
      if (left !== before) [before, movedAt] = [left, Date.now()];
      if (Date.now() - movedAt >= standstillMs) throw new Error(`nothing was published for ${standstillMs / 1_000} s; still to publish: ${left}. A service that leads its relay, or the brokers, say why in their logs; run it again then`);
    }
  } finally {
    await Promise.all(relays.map((relay) => relay.stop()));
  }
};

const toPublish = async (admin: pg.Client, cut: Cut): Promise<string[]> => {
  const lines: string[] = [];
  for (const source of sources) {
    const { rows: [row] } = await admin.query<{ count: string }>(
      `SELECT count(*) AS count FROM ${source}.event e LEFT JOIN ${source}.relay_position r ON r.destination = $1
        WHERE (e.xid, e.position) <= ($2::xid8, $3::bigint) AND (r.destination IS NULL OR (e.xid, e.position) > (r.xid, r.position))`,
      [relayDestination, cut[source].xid, cut[source].position]);
    if (row && row.count !== '0') lines.push(`${source} ${row.count}`);
  }
  return lines;
};
