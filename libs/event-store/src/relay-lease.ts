import { outboxStart } from './outbox.js';
import type { OutboxCursor } from './outbox.js';
import type { Tx } from './event-store.js';

/** One copy's time as the leader. Bound to the database session that began it. */
export interface RelayTerm {
  readonly destination: string;
  /** A uuid of its own for each term. */
  readonly term: string;
  /** How long the others wait for a silent leader. */
  readonly leaseMs: number;
}

/** Begins the term on this session; false while somebody else leads. Writes only when it takes over. */
export const beginRelayTerm = async (tx: Tx, { destination, term, leaseMs }: RelayTerm): Promise<boolean> => {
  const { rows } = await tx.query<{ begun: boolean }>(`SELECT begin_relay_term($1, $2, $3 * interval '1 ms') AS begun`, [destination, term, leaseMs]);
  return rows[0]?.begun ?? false;
};

const renewal = `UPDATE relay_lease SET held_until = clock_timestamp() + $3 * interval '1 ms' WHERE destination = $1 AND term = $2::uuid`;

/** False means that somebody else leads by now. */
export const renewRelayTerm = async (tx: Tx, { destination, term, leaseMs }: RelayTerm): Promise<boolean> =>
  (await tx.query(renewal, [destination, term, leaseMs])).rowCount === 1;

/**
 * Moves the position by compare-and-set and renews the lease, in one statement: the row of the lease is locked first, so that a
 * term that has ended moves nothing. False means that another relay, or an operator, was here and this one must stand down.
 */
export const advanceRelay = async (tx: Tx, { destination, term, leaseMs }: RelayTerm, from: OutboxCursor, to: OutboxCursor): Promise<boolean> => {
  // Only the very start may make the row: one that was removed to publish everything again must not come back.
  const move = from.xid === outboxStart.xid && from.position === outboxStart.position
    ? `INSERT INTO relay_position AS r (destination, xid, position) SELECT $1, $6::xid8, $7::bigint FROM lease
       ON CONFLICT (destination) DO UPDATE SET xid = excluded.xid, position = excluded.position
        WHERE r.xid = $4::xid8 AND r.position = $5::bigint`
    : `UPDATE relay_position SET xid = $6::xid8, position = $7::bigint FROM lease
        WHERE destination = $1 AND xid = $4::xid8 AND position = $5::bigint`;
  const { rowCount } = await tx.query(`WITH lease AS (${renewal} RETURNING true) ${move}`, [destination, term, leaseMs, from.xid, from.position, to.xid, to.position]);
  return rowCount === 1;
};
