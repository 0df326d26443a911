import { listenersOf, sources, topics, typesOn } from '@lianban/contracts';
import { withSession } from '@lianban/tools/database/with-session';
import { comesTrue } from '@lianban/tools/infrastructure/ports';

/** Waits until every consumer has read every event of every store. */
export const level = (adminUrl: string): Promise<void> => withSession(adminUrl, async (admin) => {
  const events = sources.map((source) => `(SELECT count(*) FROM ${source}.event WHERE type = ANY ($1))`).join(' + ');
  const positions = listenersOf(topics.case).map((schema) => `SELECT sum(next_offset) AS at FROM ${schema}.consumer_offset WHERE topic = '${topics.case}' GROUP BY consumer`).join(' UNION ALL ');
  const isLevel = async () => (await admin.query<{ level: boolean }>(`SELECT min(at) >= ${events} AS level FROM (${positions}) AS consumers`, [typesOn(topics.case)])).rows[0]?.level === true;
  if (!(await comesTrue(isLevel, 60_000))) throw new Error('the consumers were not level a minute after the last command');
});
