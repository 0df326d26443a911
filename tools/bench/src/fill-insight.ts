/** A topic full of cases and insight's tables rebuilt from it: what is measured as it grows begins with these. */
import { casesReadModel, fillWorkers, sqlFolderOf } from '@lianban/insight/read-models';
import { topics } from '@lianban/contracts';
import { deleteTopics, ensureTopics, topicBounds } from '@lianban/kafka';
import { consumerOf, rebuild } from '@lianban/projections';
import pg from 'pg';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { ownerRole } from '@lianban/tools/database/roles';
import { waitUntil } from '@lianban/tools/infrastructure/ports';
import { fillTopic, type Filled } from './fill-topic.js';
import type { BenchContext } from './measure.js';

const ends = (brokers: readonly string[]) => topicBounds(brokers, [topics.case], troubleOnly);

/** Makes the topic anew where an earlier size has filled it. For a moment after it was made or removed it is neither there nor gone. */
async function emptyTopic(brokers: readonly string[]): Promise<void> {
  const isEmpty = async () => (await ends(brokers)).every(({ to }) => to === 0n);
  if (await isEmpty()) return;
  await deleteTopics(brokers, [topics.case]);
  await waitUntil(() => ensureTopics(brokers).then(isEmpty).catch(() => false), { timeoutMs: 60_000, everyMs: 500, what: `The new ${topics.case}` });
}

/** Says that the live projector has read everything, so that the rebuild fills its copy up to there. */
export async function pretendLive(brokers: readonly string[], insight: pg.Pool): Promise<void> {
  for (const { topic, partition, to } of await ends(brokers)) {
    await insight.query(
      `INSERT INTO consumer_offset (consumer, topic, partition, next_offset) VALUES ($1, $2, $3, $4)
       ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
      [consumerOf(casesReadModel.name), topic, partition, to.toString()]);
  }
}

/** A figure about rows that are not there would be worthless. */
async function requireAll(owner: pg.Pool, { events }: Filled, size: number): Promise<void> {
  const { rows } = await owner.query<{ cases: number; events: number; parked: number }>(
    'SELECT (SELECT count(*)::int FROM insight.cases) AS cases, (SELECT count(*)::int FROM insight.timeline) AS events, (SELECT count(*)::int FROM insight.parked_event) AS parked');
  const [found] = rows;
  if (found?.cases !== size || found.events !== events || found.parked > 0) throw new Error(`the rebuild lacks something: ${JSON.stringify(found)} of ${size} cases and ${events} events`);
}

/** Empties everything and fills it with `size` cases, by so many rebuilds one after the other. */
export async function fillInsight(context: BenchContext, size: number, rebuilds = 1): Promise<{ filled: Filled; rebuildSeconds: number[] }> {
  const { say } = context;
  const postgres = await context.postgres();
  const { brokers } = await context.kafka();
  await postgres.reset();
  await emptyTopic(brokers);
  say(`${size} cases`);
  const filled = await fillTopic(brokers, size, say);
  say(`topic: ${filled.events} events, ${Math.round(filled.bytes / 1e6)} MB in ${filled.seconds.toFixed(1)} s`);
  const owner = new pg.Pool({ connectionString: postgres.adminUrl, max: 8, options: `-c role=${ownerRole} -c search_path=insight` });
  try {
    await pretendLive(brokers, owner);
    const rebuildSeconds: number[] = [];
    while (rebuildSeconds.length < rebuilds) {
      const startedAt = performance.now();
      await rebuild({ model: casesReadModel, folder: sqlFolderOf(casesReadModel), workers: fillWorkers, pool: owner, brokers, log: troubleOnly, say });
      rebuildSeconds.push((performance.now() - startedAt) / 1000);
      await requireAll(owner, filled, size);
    }
    return { filled, rebuildSeconds };
  } finally {
    await owner.end();
  }
}
