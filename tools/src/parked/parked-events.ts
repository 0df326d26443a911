import { userInfo } from 'node:os';
import type { ServiceName } from '@lianban/contracts';
import type pg from 'pg';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import type { Wish } from './wish.js';

type Say = (line: string) => void;

interface Row {
  consumer: string; subject: string; source: string; version: number; type: string | null; reason: string; error: string | null; since: Date; wish: string | null;
}

const mostListed = 500;

/** Shows parked events, or writes down what is to be done about one; its consumer does it. */
export const fulfil = async (client: pg.ClientBase, wish: Wish, say: Say): Promise<void> =>
  (wish.what === 'list' ? list(client, wish.services, say) : ask(client, wish, say));

async function list(client: pg.ClientBase, services: readonly ServiceName[], say: Say): Promise<void> {
  let found = 0;
  for (const service of services) {
    const { rows } = await client.query<Row>(
      `SELECT consumer, subject, source, stream_version AS version, headers->>'ce_type' AS type, reason, error, parked_at AS since, wish
         FROM ${service}.parked_event ORDER BY consumer, topic, partition, "offset" LIMIT $1`, [mostListed + 1]);
    for (const row of rows.slice(0, mostListed)) {
      say(`${service}  consumer ${row.consumer}  case ${row.subject}  ${row.type ?? 'no type'}  ${row.source} version ${row.version}  ${row.reason}  since ${row.since.toISOString()}`
        + (row.wish ? `  to be done: ${row.wish}` : ''));
      if (row.error) say(`  ${row.error.replaceAll(/\s+/g, ' ')}`);
    }
    if (rows.length > mostListed) say(`${service}  and more`);
    found += rows.length;
  }
  if (found === 0) say('Nothing is parked.');
}

async function ask(client: pg.ClientBase, { what, service, subject, reason }: Exclude<Wish, { what: 'list' }>, say: Say): Promise<void> {
  // Of each consumer the event that blocks the case; to try again, where none failed, the first that waits.
  const { rows } = await client.query<Pick<Row, 'consumer' | 'source' | 'version' | 'type'>>(
    `UPDATE ${service}.parked_event SET wish = $2, wish_reason = $3, wish_actor = $4
      WHERE (consumer, source, stream_id, stream_version) IN (
        SELECT DISTINCT ON (consumer) consumer, source, stream_id, stream_version FROM ${service}.parked_event
         WHERE subject = $1 AND ($2 = 'retry' OR reason IN ('failed', 'unreadable'))
         ORDER BY consumer, reason IN ('waiting', 'gap'), topic, partition, "offset")
     RETURNING consumer, source, stream_version AS version, headers->>'ce_type' AS type`,
    [subject, what, reason, JSON.stringify({ id: `command line (${userInfo().username})`, role: 'admin' })]);
  if (rows.length === 0) throw new StartupProblem(`${service} has no event of case ${subject} to ${what}. \`npm run parked -- list ${service}\` shows what is parked.`);
  for (const row of rows) say(`${what}  consumer ${row.consumer}  case ${subject}  ${row.type ?? 'no type'}  ${row.source} version ${row.version}`);
  say(`The service does it within a few seconds; \`npm run parked -- list ${service}\` shows what is left.`);
}
