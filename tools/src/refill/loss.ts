/** What is missing in the topics, as far as their ends tell; what is in them is compared by `npm run reconcile`. */
import { type Source, sources, topics as publicTopics, writersOf } from '@lianban/contracts';
import { type BackboneLog, topicBounds, topicIdOf } from '@lianban/kafka';
import type pg from 'pg';
import { relayDestination } from '../reconcile/cut.js';
import { nameHere, topicByType, type TopicNames } from '../reconcile/topic-names.js';

export interface Loss { readonly topic: string; readonly what: string }

/** Events that the relays have published, by topic. */
const published = async (admin: pg.ClientBase, topics: TopicNames): Promise<Map<string, bigint>> => {
  const { rows } = await admin.query<{ topic: string; events: string }>(
    `SELECT topic, count(*) AS events
       FROM (${sources.map((source) => `
         SELECT ${topicByType(topics)} AS topic FROM ${source}.event e JOIN ${source}.relay_position r ON r.destination = $1 AND (e.xid, e.position) <= (r.xid, r.position)`).join(' UNION ALL ')}) published
      WHERE topic IS NOT NULL GROUP BY topic`,
    [relayDestination]);
  return new Map(rows.map(({ topic, events }) => [topic, BigInt(events)]));
};

/** Topics that are gone, have lost their beginning, or hold fewer messages than were published into them. */
export const findLoss = async (admin: pg.ClientBase, brokers: readonly string[], topics: TopicNames, log: BackboneLog): Promise<Loss[]> => {
  const expected = await published(admin, topics);
  const losses: Loss[] = [];
  for (const topic of Object.values(topics)) {
    if (await topicIdOf(brokers, topic) === null) {
      losses.push({ topic, what: 'is not there' });
      continue;
    }
    const bounds = await topicBounds(brokers, [topic], log);
    const cut = bounds.filter(({ from }) => from > 0n).map(({ partition }) => partition).sort((a, b) => a - b);
    const messages = bounds.reduce((sum, { from, to }) => sum + to - from, 0n);
    if (cut.length > 0) losses.push({ topic, what: `has lost the beginning of partition ${cut.join(', ')}` });
    else if (messages < (expected.get(topic) ?? 0n)) losses.push({ topic, what: `has ${messages} messages; ${expected.get(topic)} events were published` });
  }
  return losses;
};

/** Whose relays have to publish everything again to fill these topics. */
export const writersOfTopics = (lost: readonly string[], topics: TopicNames): Source[] =>
  sources.filter((source) => Object.values(publicTopics).some((topic) => lost.includes(nameHere(topics)(topic)) && writersOf(topic).includes(source)));
