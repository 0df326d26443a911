import { adoptTopic, createApplier, createConsumer, topicIdOf, topicRanges, type BackboneLog } from '@lianban/kafka';
import type pg from 'pg';
import { fillRanges, type Filled } from './bulk-fill.js';
import { refuseUnwritable } from './columns.js';
import { fillInWorkers, type FillWorkers } from './fill-workers.js';
import { analyze, createIndexes, createPrimaryKeys, dropPrimaryKeys, foldKept } from './indexes.js';
import { beginAt, forget, parkedBy, skipAgain } from './positions.js';
import { projection } from './projector.js';
import { consumerOf, copyName, tableOf, type ReadModel } from './read-model.js';
import { readModelSql } from './sql-files.js';
import { comeNear, type Copy, sleep, trySwitch } from './switch-version.js';

export interface RebuildOptions<View> {
  readonly model: ReadModel<View>;
  /** Folder of the read model's SQL files. */
  readonly folder: URL;
  /** Connections that act as the owner of the tables, with insight's schema in the search path. */
  readonly pool: pg.Pool;
  readonly brokers: readonly string[];
  readonly log: BackboneLog;
  /** One line of progress. */
  readonly say: (line: string) => void;
  readonly batchSize?: number;
  /** Has the tables filled by threads; absent: by this one. */
  readonly workers?: FillWorkers;
  /** Cases held in memory while the tables are filled; 20,000 a thread unless said otherwise, about 5 KB each. */
  readonly hold?: number;
  /** Late events kept in memory meanwhile. */
  readonly keepLate?: number;
}

/** How long the live projector is left alone between two tries to switch. */
const betweenTriesMs = 2_000;

/**
 * Blue/green: fills the next version beside the live one from the start of the topics, then switches in one transaction. The bulk is folded case by case
 * and copied into tables without indexes; from there the ordinary consumer goes on until it has caught up.
 * Reads and the live projector go on; when this process is killed the live version is untouched and the next run clears the half copy away.
 * @returns the version that is live now
 * @throws Error when another rebuild of it runs
 */
export const rebuild = async <View>(options: RebuildOptions<View>): Promise<number> => {
  const { model, pool, say } = options;
  const guard = await pool.connect();
  try {
    const { rows } = await guard.query<{ mine: boolean }>(`SELECT pg_try_advisory_lock(hashtext('rebuild ' || $1)) AS mine`, [model.name]);
    if (!rows[0]?.mine) throw new Error(`another rebuild of ${model.name} is running`);
    const live = await liveVersion(pool, model.name);
    await dropAllBut(pool, model, live);
    const next = live + 1;
    const sql = await readModelSql(options.folder, next);
    await pool.query(sql.tables);
    await refuseUnwritable(pool, model, next);
    await pool.query('INSERT INTO read_model (name, version) VALUES ($1, $2)', [copyName(model, next), next]);
    say(`${model.name}: filling version ${next} beside version ${live}`);
    await dropPrimaryKeys(pool, model, next);
    const filled = await fill(options, next);
    await createPrimaryKeys(pool, model, next);
    await foldKept(pool, model, next);
    await createIndexes(pool, sql.indexes, (index) => say(`${model.name}: ${index}`));
    // The positions too: without figures about the copy's millions of rows the switch, which compares them with the live ones, could go through them row by row.
    await analyze(pool, ['consumer_stream', ...namesOf(model).map((name) => tableOf(name, next))]);
    const applier = applierOf(options, next);
    await handOver(pool, consumerOf(copyName(model, next)), applier, filled);
    const consumer = await startCopy(options, next);
    try {
      await comeNear(options, next, consumer);
      await giveUpAgain(pool, consumerOf(model.name), consumerOf(copyName(model, next)), applier);
      while (!(await trySwitch(options, next, sql))) {
        say(`${model.name}: somebody is in the way of the switch; trying again`);
        await sleep(betweenTriesMs);
        await comeNear(options, next, consumer);
      }
    } finally {
      await consumer.eventConsumer.stop();
    }
    await dropAllBut(pool, model, next);
    say(`${model.name}: version ${next} is live`);
    return next;
  } finally {
    await guard.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    guard.release();
  }
};

const liveVersion = async (pool: pg.Pool, name: string): Promise<number> => {
  const { rows } = await pool.query<{ version: number }>('SELECT version FROM read_model WHERE name = $1', [name]);
  if (!rows[0]) throw new Error(`read model ${name} is not installed`);
  return rows[0].version;
};

/** Says every two seconds how far it is. */
const fill = async <View>({ model, pool, brokers, log, say, workers, hold, keepLate }: RebuildOptions<View>, version: number): Promise<Filled> => {
  const consumer = consumerOf(copyName(model, version));
  for (const topic of model.topics) {
    // Before the first offset: one that is made anew meanwhile must be noticed.
    const id = await topicIdOf(brokers, topic);
    if (id !== null) await adoptTopic(pool, consumer, topic, id);
  }
  const ranges = await topicRanges(brokers, model.topics, log);
  const total = ranges.reduce((sum, { from, to }) => sum + Number(to - from), 0);
  const started = Date.now();
  let read = 0;
  const perSecond = () => Math.round((read * 1000) / Math.max(1, Date.now() - started));
  const saying = setInterval(() => say(`${model.name}: ${read} of ${total} messages, ${perSecond()}/s`), 2_000);
  try {
    const options = { model, version, consumer, ranges, pool, brokers, log, hold, keepLate, progress: (messages: number) => { read += messages; } };
    const filled = await (workers ? fillInWorkers(options, workers) : fillRanges(options));
    say(`${model.name}: ${read} messages in bulk, ${perSecond()}/s; ${filled.late.length} left to the ordinary way`);
    return filled;
  } finally {
    clearInterval(saying);
  }
};

type Applier = ReturnType<typeof createApplier>;

const applierOf = <View>({ model, pool, log, batchSize = 2_000 }: RebuildOptions<View>, version: number): Applier => {
  const name = copyName(model, version);
  return createApplier({ ...projection(model, { name, batchSize }), consumer: consumerOf(name), pool, log });
};

/** Applies what was left over as the live projection would, and makes the positions those of an ordinary consumer. */
const handOver = async (pool: pg.Pool, consumer: string, applier: Applier, { ranges, late }: Filled): Promise<void> => {
  for (const { topic, partition, resumeAt } of ranges) {
    const events = late.filter((raw) => raw.topic === topic && raw.partition === partition);
    await applier.apply(topic, partition, 0n, events, () => Promise.resolve());
    await beginAt(pool, consumer, topic, partition, resumeAt);
  }
};

/** What an operator gave up once is given up again where it parks again; the next of its case may be one too. */
const giveUpAgain = async (pool: pg.Pool, live: string, copy: string, applier: Applier): Promise<void> => {
  for (let before = Infinity, parked = await parkedBy(pool, copy); parked < before && await skipAgain(pool, live, copy);) {
    await applier.honourWishes();
    await applier.drainFree();
    [before, parked] = [parked, await parkedBy(pool, copy)];
  }
};

const startCopy = async <View>({ model, pool, brokers, log, batchSize = 2_000 }: RebuildOptions<View>, version: number): Promise<Copy> => {
  const name = copyName(model, version);
  const copy: Copy = {
    eventConsumer: createConsumer({
      ...projection(model, { name, batchSize }),
      consumer: consumerOf(name), pool, brokers, topics: model.topics, log,
      // The switch waits for it, and the end of the rebuild for its last fetch.
      fetchEveryMs: 20,
      fetchWaitMs: 100,
    }),
  };
  await copy.eventConsumer.start();
  return copy;
};

const namesOf = ({ tables, kept = [] }: Pick<ReadModel<unknown>, 'tables' | 'kept'>): string[] => [...tables.map(({ name }) => name), ...kept];

/** Drops the tables of every other version, and what is left of their copies. */
const dropAllBut = async (pool: pg.Pool, model: Pick<ReadModel<unknown>, 'name' | 'tables' | 'kept'>, keep: number): Promise<void> => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ $1`,
    [`^(${namesOf(model).join('|')})_v\\d+$`],
  );
  const others = rows.map(({ name }) => name).filter((name) => !name.endsWith(`_v${keep}`));
  // CASCADE takes only what an earlier shape left: the views of the live version don't depend on these.
  for (const name of others) await pool.query(`DROP TABLE IF EXISTS ${name} CASCADE`);
  const { rows: routines } = await pool.query<{ name: string }>(
    'SELECT proname AS name FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname ~ $1', [`^(keep|fold)_(${(model.kept ?? []).join('|')})(_[a-z]+)?_v\\d+$`]);
  for (const { name } of routines) if (!name.endsWith(`_v${keep}`)) await pool.query(`DROP ROUTINE IF EXISTS ${name}() CASCADE`);
  const versions = new Set(others.map((name) => Number(/\d+$/.exec(name)?.[0])));
  for (const version of new Set([...versions, keep, keep + 1])) {
    const name = copyName(model, version);
    await pool.query('DELETE FROM read_model WHERE name = $1', [name]);
    await forget(pool, consumerOf(name));
  }
};
