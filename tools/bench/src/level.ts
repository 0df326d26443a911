import { comesTrue } from '@lianban/tools/infrastructure/ports';
import { listenersOf, sources, topics, typesOn } from '@lianban/contracts';
import pg from 'pg';

/** Waits until every consumer has read every event of every store. */
export const level = async (adminUrl: string): Promise<void> => {
  const admin = new pg.Pool({ connectionString: adminUrl, max: 1 });
  const events = sources.map((source) => `(SELECT count(*) FROM ${source}.event WHERE type = ANY ($1))`).join(' + ');
  const positions = listenersOf(topics.case).map((schema) => `SELECT sum(next_offset) AS at FROM ${schema}.consumer_offset WHERE topic = '${topics.case}' GROUP BY consumer`).join(' UNION ALL ');
  const isLevel = async () => (await admin.query<{ level: boolean }>(`SELECT min(at) >= ${events} AS level FROM (${positions}) AS consumers`, [typesOn(topics.case)])).rows[0]?.level === true;
  try {
    if (!(await comesTrue(isLevel, 60_000))) throw new Error('the consumers were not level a minute after the last command');
  } finally {
    await admin.end();
  }
};
