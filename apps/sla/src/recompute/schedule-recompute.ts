import type { Tx } from '@lianban/event-store';
import { chinaMidnight } from '@lianban/texts';

export interface RecomputeWish {
  /** Id of the event that changed the rules. */
  readonly causeId: string;
  /** The year whose calendar changed. Cases registered in a later year don't count time in it. */
  readonly year: number;
}

/** Notes every open case that may be affected, in the transaction of the change; `recompute` looks at them later. Cases that have ended keep their clocks. */
export const scheduleRecompute = async (tx: Tx, { causeId, year }: RecomputeWish): Promise<void> => {
  await tx.query(
    `INSERT INTO recompute (case_id, cause_id)
     SELECT case_id, $1 FROM case_fact
      WHERE data->>'endedAt' IS NULL AND (data->'registered'->>'at')::timestamptz < $2::timestamptz
     ON CONFLICT (case_id) DO UPDATE SET cause_id = excluded.cause_id, look_at = excluded.look_at`,
    [causeId, chinaMidnight(`${String(year + 1).padStart(4, '0')}-01-01`)],
  );
};
