import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Waits until every consumer has read every event of every store. */
export const level = async (adminUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const sources = ['intake', 'dispatch', 'sla', 'satisfaction'];
    const events = sources.map((source) => `(SELECT count(*) FROM ${source}.event WHERE stream_id NOT LIKE '%/%')`).join(' + ');
    const positions = [...sources, 'insight'].map((schema) =>
      `SELECT sum(next_offset) AS at FROM ${schema}.consumer_offset WHERE topic = 'lianban.case' GROUP BY consumer`).join(' UNION ALL ');
    for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
      const { rows: [row] } = await client.query<{ behind: boolean }>(`SELECT min(at) < ${events} AS behind FROM (${positions}) AS consumers`);
      if (row?.behind === false) return;
    }
    throw new Error('the consumers were not level a minute after the last command');
  } finally {
    await client.end();
  }
};
