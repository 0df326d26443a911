import { sources, type Topic, topics as publicTopics } from '@lianban/contracts';
import { casesReadModel, readModels } from '@lianban/insight/read-models';
import { type BackboneLog, topicBounds } from '@lianban/kafka';
import { consumerOf, type ReadModel } from '@lianban/projections';
import type pg from 'pg';
import { checks, readAll, storeEvents } from './checks.js';
import { compareFolds } from './compare-folds.js';
import { withSession } from '../database/with-session.js';
import { comesTrue } from '../infrastructure/ports.js';
import { type Cut, messagesBehind, noteCut, relaysBehind } from './cut.js';
import { readTopics } from './read-topic.js';
import { nameHere, type TopicNames } from './topic-names.js';
import { addToTopicTable, createTopicTable, finishTopicTable } from './topic-table.js';

export interface ReconcileOptions {
  readonly adminUrl: string;
  readonly brokers: readonly string[];
  readonly log: BackboneLog;
  readonly say: (line: string) => void;
  /** How long topic and read model may take to get to where the stores are. */
  readonly waitMs?: number;
  readonly topics?: TopicNames;
  /** All of insight's unless said otherwise. */
  readonly models?: readonly ReadModel<unknown>[];
}

export interface Difference {
  readonly check: string;
  readonly count: number;
  /** The first of them, in words. */
  readonly examples: readonly string[];
}

const shownAtMost = 10;

/** A read model with the names that things have here. */
interface Compared { readonly model: ReadModel<unknown>; readonly label: string; readonly consumer: string; readonly read: readonly string[] }
const compared = (topics: TopicNames) => (model: ReadModel<unknown>): Compared => ({
  model,
  label: model.name === casesReadModel.name ? 'read model' : `read model ${model.name}`,
  consumer: consumerOf(model.name),
  read: model.topics.map((topic) => nameHere(topics)(topic as Topic)),
});

/**
 * Compares event stores, topics and every read model up to where the stores are now. Changes nothing; may run while the system works.
 * @returns the differences; none when all agree
 */
export const reconcile = ({ adminUrl, brokers, log, say, waitMs = 60_000, topics = publicTopics, models = readModels }: ReconcileOptions): Promise<Difference[]> => withSession(adminUrl, async (admin) => {
  const cut = await noteCut(admin);
  const deadline = Date.now() + waitMs;
  const late: Difference[] = [];
  if (!(await comesTrue(async () => (await relaysBehind(admin, cut)).length === 0, deadline - Date.now()))) {
    late.push({ check: `topic: reached within ${waitMs / 1000} s`, count: 1, examples: [`not published yet: ${(await relaysBehind(admin, cut)).join(', ')}`] });
  }
  const bounds = await topicBounds(brokers, Object.values(topics), log);
  const all = models.map(compared(topics));
  for (const { label, consumer, read } of all) {
    const behind = () => messagesBehind(admin, consumer, bounds.filter(({ topic }) => read.includes(topic)));
    if (!(await comesTrue(async () => (await behind()) === 0, deadline - Date.now()))) {
      late.push({ check: `${label}: reached within ${waitMs / 1000} s`, count: 1, examples: [`${await behind()} messages are not read yet`] });
    }
  }
  await createTopicTable(admin);
  await readTopics(brokers, bounds, log, (events) => addToTopicTable(admin, events));
  await finishTopicTable(admin);
  return [...late, ...await compare(admin, all, cut, topics, say)];
}, { application_name: 'lianban-reconcile' });

const compare = async (admin: pg.Client, models: readonly Compared[], cut: Cut, topics: TopicNames, say: (line: string) => void): Promise<Difference[]> => {
  await admin.query(`CREATE TEMP VIEW store_event AS ${storeEvents(cut, topics)}`);
  // One snapshot for all questions, so that what happens meanwhile is no difference.
  await admin.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const differences: Difference[] = [];
  for (const { model, label, consumer, read } of models) {
    const { rows: [live] } = await admin.query<{ version: number }>('SELECT version FROM insight.read_model WHERE name = $1', [model.name]);
    if (!live) throw new Error(`the read model ${model.name} is not installed`);
    const ofCases = model.name === casesReadModel.name;
    if (ofCases) await sayCounts(admin, live.version, say);
    const hasRead = readAll(label, consumer, read);
    for (const { name, sql } of ofCases ? checks(hasRead, live.version, topics) : [hasRead]) {
      const { rows } = await admin.query<{ difference: string; count: string }>(`SELECT difference, count(*) OVER () AS count FROM (${sql}) found ORDER BY 1 LIMIT ${shownAtMost}`);
      if (rows[0]) differences.push({ check: name, count: Number(rows[0].count), examples: rows.map(({ difference }) => difference) });
    }
    const examples: string[] = [];
    let count = 0;
    const folded = await compareFolds(admin, model, consumer, live.version, read, (difference) => {
      count += 1;
      if (examples.length < shownAtMost) examples.push(difference);
    });
    if (count > 0) differences.push({ check: `${label}: rows equal a fresh fold`, count, examples });
    say(ofCases ? `folded afresh: ${folded} cases` : `${label}: ${folded} folded afresh`);
  }
  await admin.query('COMMIT');
  return differences;
};

const sayCounts = async (admin: pg.Client, version: number, say: (line: string) => void): Promise<void> => {
  const { rows: [row] } = await admin.query<Record<string, string>>(`
    SELECT ${sources.map((source) => `(SELECT count(*) FROM store_event WHERE source = '${source}' AND before_cut) AS ${source}`).join(', ')},
           (SELECT count(*) FROM topic_message WHERE source IS NOT NULL) AS messages, (SELECT count(*) FROM topic_message WHERE source IS NULL) AS foreign_messages,
           (SELECT count(*) FROM (SELECT DISTINCT source, stream_id, version FROM topic_message WHERE source IS NOT NULL) first_copy) AS distinct_messages,
           (SELECT count(*) FROM insight.cases_v${version}) AS cases, (SELECT count(*) FROM insight.timeline_v${version}) AS timeline`);
  say(`stores: ${sources.map((source) => `${source} ${row?.[source]}`).join(', ')} events`);
  const others = row?.foreign_messages === '0' ? '' : `; ${row?.foreign_messages} that are no events, passed over`;
  say(`topics: ${row?.messages} messages, ${row?.distinct_messages} without copies${others}`);
  say(`read model: ${row?.cases} cases, ${row?.timeline} timeline entries`);
};
