import { createConsumer, isLostRace, type BackboneLog, type EventConsumer } from '@lianban/kafka';
import type pg from 'pg';
import { distance, forget, holdStill, takeOver } from './positions.js';
import { projection } from './projector.js';
import { consumerOf, tableOf, type ReadModel, type Tx } from './read-model.js';
import { readModelSql } from './sql-files.js';

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
}

/** So near that the live one may be held up for the rest: well under a second of reading. */
const near = 1_000;
/** How long the live projector may be held up in one try, and how long it is left alone before the next. */
const switchWithinMs = 3_000;
const betweenTriesMs = 2_000;
/** New readers queue behind the switch while it waits for a reader that is long at it; so it gives up soon and comes again. */
const lockWithinMs = 1_000;

const sleep = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * Blue/green: fills the next version beside the live one from the start of the topics, then switches in one transaction.
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
    await pool.query('INSERT INTO read_model (name, version) VALUES ($1, $2)', [copyName(model, next), next]);
    say(`${model.name}: filling version ${next} beside version ${live}`);
    const consumer = await startCopy(options, next);
    try {
      await comeNear(options, next, consumer);
      for (const statement of sql.indexes) {
        say(`${model.name}: ${/INDEX (\S+)/.exec(statement)?.[1] ?? 'index'}`);
        await pool.query(statement.replace(/^CREATE INDEX/, 'CREATE INDEX CONCURRENTLY'));
      }
      await pool.query(`ANALYZE ${model.tables.map(({ name }) => tableOf(name, next)).join(', ')}`);
      await comeNear(options, next, consumer);
      while (!(await trySwitch(options, next, sql.views))) {
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

const copyName = (model: { readonly name: string }, version: number): string => `${model.name}.v${version}`;

const liveVersion = async (pool: pg.Pool, name: string): Promise<number> => {
  const { rows } = await pool.query<{ version: number }>('SELECT version FROM read_model WHERE name = $1', [name]);
  if (!rows[0]) throw new Error(`read model ${name} is not installed`);
  return rows[0].version;
};

interface Copy { readonly eventConsumer: EventConsumer; failure: Error | undefined }

const startCopy = async <View>({ model, pool, brokers, log, batchSize = 2_000 }: RebuildOptions<View>, version: number): Promise<Copy> => {
  const name = copyName(model, version);
  const copy: Copy = {
    failure: undefined,
    eventConsumer: createConsumer({
      ...projection(model, { name, batchSize }),
      consumer: consumerOf(name), pool, brokers, topics: model.topics, log,
      onFatal: (error) => { copy.failure = error; },
    }),
  };
  await copy.eventConsumer.start();
  return copy;
};

/** Waits until the copy is nearly where the live one is; says so every two seconds. */
const comeNear = async <View>({ model, pool, say }: RebuildOptions<View>, version: number, copy: Copy): Promise<void> => {
  const started = Date.now();
  let from: number | undefined;
  let saidAt = started;
  for (;;) {
    if (copy.failure) throw copy.failure;
    const { total, missing } = await distance(pool, consumerOf(model.name), consumerOf(copyName(model, version)));
    from ??= total - missing;
    if (Date.now() - saidAt >= 2_000) {
      saidAt = Date.now();
      const perSecond = Math.round(((total - missing - from) * 1000) / (saidAt - started));
      say(`${model.name}: ${total - missing} of ${total} messages, ${perSecond}/s`);
    }
    if (missing <= near) return;
    await sleep(100);
  }
};

/**
 * Holds the live projector, waits until the copy is level with it, holds the copy too, and moves positions, views and the
 * registry at once. Nothing is written, and so no relay held back, before both stand still. False: somebody was in the way
 * for too long (a long query on the views, for instance); nothing has changed.
 */
const trySwitch = async <View>({ model, pool }: RebuildOptions<View>, version: number, views: string): Promise<boolean> => {
  const live = consumerOf(model.name);
  const copy = consumerOf(copyName(model, version));
  const client = await pool.connect();
  const tx = client as unknown as Tx;
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL lock_timeout = '${lockWithinMs}ms'`);
    await holdStill(tx, live, [live, copy]);
    const deadline = Date.now() + switchWithinMs;
    while ((await distance(tx, live, copy)).missing > 0) {
      if (Date.now() > deadline) {
        await client.query('ROLLBACK');
        return false;
      }
      await sleep(20);
    }
    await holdStill(tx, copy, [live, copy]);
    // For a partition in which the live one has not begun: its first transaction waits for this row, then writes to the new version.
    await client.query('UPDATE read_model SET version = $2, built_at = now() WHERE name = $1', [model.name, version]);
    await takeOver(tx, live, copy);
    await client.query(views);
    // The copy's next transaction finds neither its row nor its positions, and is fenced.
    await client.query('DELETE FROM read_model WHERE name = $1', [copyName(model, version)]);
    await client.query('DELETE FROM consumer_offset WHERE consumer = $1', [copy]);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (isLostRace(error) || (error as { code?: string }).code === lockNotAvailable) return false;
    throw error;
  } finally {
    client.release();
  }
};

const lockNotAvailable = '55P03';

/** Drops the tables of every other version, and what is left of their copies. */
const dropAllBut = async (pool: pg.Pool, model: Pick<ReadModel<unknown>, 'name' | 'tables'>, keep: number): Promise<void> => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ $1`,
    [`^(${model.tables.map(({ name }) => name).join('|')})_v\\d+$`],
  );
  const others = rows.map(({ name }) => name).filter((name) => !name.endsWith(`_v${keep}`));
  // CASCADE takes only what an earlier shape left: the views of the live version don't depend on these.
  for (const name of others) await pool.query(`DROP TABLE IF EXISTS ${name} CASCADE`);
  const versions = new Set(others.map((name) => Number(/\d+$/.exec(name)?.[0])));
  for (const version of new Set([...versions, keep, keep + 1])) {
    const name = copyName(model, version);
    await pool.query('DELETE FROM read_model WHERE name = $1', [name]);
    await forget(pool, consumerOf(name));
  }
};
