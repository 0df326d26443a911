import type { Tx } from '@lianban/event-store';
import { chinaMidnight } from '@lianban/texts';

export interface RecomputeWish {
  /** The event that changed the rules. */
  readonly causeId: string;
  /** The year whose calendar changed: no case of a later year counts in it. */
  readonly year: number;
}

/** Has the clocks of every case that may be touched looked at again, in the transaction of the change. Cases that have ended keep theirs. */
export const scheduleRecompute = async (tx: Tx, { causeId, year }: RecomputeWish): Promise<void> => {
  await tx.query(
    `INSERT INTO recompute (case_id, cause_id)
     SELECT case_id, $1 FROM case_fact
      WHERE data->>'endedAt' IS NULL AND (data->'registered'->>'at')::timestamptz < $2::timestamptz
     ON CONFLICT (case_id) DO UPDATE SET cause_id = excluded.cause_id, look_at = excluded.look_at`,
    [causeId, chinaMidnight(`${String(year + 1).padStart(4, '0')}-01-01`)],
  );
};
