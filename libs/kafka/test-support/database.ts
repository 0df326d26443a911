import { readdir, readFile } from 'node:fs/promises';
import { PreparingClient, type Tx } from '@lianban/event-store';
import pg from 'pg';

const folders = ['../../event-store/migrations/', '../migrations/'].map((path) => new URL(path, import.meta.url));

/** Tables of a store and of a consumer in schema `public`, and a table that shows each effect as often as it happened. */
export const prepareDatabase = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const folder of folders) {
    for (const file of (await readdir(folder)).sort()) await client.query(await readFile(new URL(file, folder), 'utf8'));
  }
  await client.query('CREATE TABLE effect (n bigserial, consumer text, source text, stream_id text, version int, note text)');
  await client.end();
};

/** As the services have it. */
export const openPool = (url: string, max = 8): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max, Client: PreparingClient, pipeline: true });
  pool.on('error', () => undefined);
  return pool;
};

export interface Effect { source: string; streamId: string; version: number; note: string | null }

export const effectsOf = async (pool: pg.Pool, consumer: string): Promise<Effect[]> => {
  const { rows } = await pool.query<Effect>('SELECT source, stream_id AS "streamId", version, note FROM effect WHERE consumer = $1 ORDER BY n', [consumer]);
  return rows;
};

/** Effects as `stream source version`, for one look at order and number. */
export const shortEffects = async (pool: pg.Pool, consumer: string): Promise<string[]> =>
  (await effectsOf(pool, consumer)).map(({ streamId, source, version }) => `${streamId} ${source} ${version}`);

export const sqlOf = (pool: pg.Pool): Tx => pool;
