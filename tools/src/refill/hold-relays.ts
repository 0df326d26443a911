import { randomUUID } from 'node:crypto';
import type { Source } from '@lianban/contracts';
import type pg from 'pg';
import { relayDestination } from '../reconcile/cut.js';

/** Far longer than anything here takes; when this process dies, its session's locks go and the relays lead again at once. */
const lease = '1 hour';

/**
 * Takes the relays' leases, so that nobody publishes: a leader notices before its next request. Bound to the session of `admin`.
 * @returns whether somebody led, whose last request may still be under way; and how to let them lead again
 */
export const holdRelays = async (admin: pg.ClientBase, writers: readonly Source[]): Promise<{ led: boolean; release(): Promise<void> }> => {
  const term = randomUUID();
  let led = false;
  await admin.query('SELECT pg_advisory_lock(hashtextextended($1::uuid::text, 0))', [term]);
  for (const source of writers) {
    const { rows } = await admin.query<{ held: boolean }>(
      `WITH before AS (SELECT held_until > clock_timestamp() AS held FROM ${source}.relay_lease WHERE destination = $1)
       INSERT INTO ${source}.relay_lease AS l (destination, term, held_until) VALUES ($1, $2, clock_timestamp() + interval '${lease}')
       ON CONFLICT (destination) DO UPDATE SET term = excluded.term, held_until = excluded.held_until
       RETURNING coalesce((SELECT held FROM before), false) AS held`, [relayDestination, term]);
    led ||= rows[0]?.held ?? false;
  }
  return {
    led,
    async release() {
      for (const source of writers) {
        await admin.query(`UPDATE ${source}.relay_lease SET held_until = clock_timestamp() WHERE destination = $1 AND term = $2`, [relayDestination, term]);
      }
      await admin.query('SELECT pg_advisory_unlock(hashtextextended($1::uuid::text, 0))', [term]);
    },
  };
};
