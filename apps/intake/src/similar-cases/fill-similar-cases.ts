import { foldEvents, inTransaction } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { EVENT_STORE, LOG, POOL } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { intakeStream } from '../intake-stream.js';
import { keepSimilarCases } from './similar-case-rows.js';
import { SimilarCases } from './similar-cases.js';

const portion = 200;

/**
 * Adds the next cases from before the table was there. Their streams are locked as by a command: whoever ends one meanwhile does so before, and it is seen here, or after,
 * and finds the row. Another copy that is at it is not waited for.
 * @returns whether there may be more
 */
export const fillPortion = (pool: pg.Pool, store: Pick<EventStore, 'readMany'>, similar: Pick<SimilarCases, 'requesterOf'>): Promise<boolean> => inTransaction(pool, async (tx: Tx) => {
  const { rows: [place] } = await tx.query<{ after: string }>('SELECT after FROM similar_case_fill WHERE NOT done FOR UPDATE SKIP LOCKED');
  if (!place) return false;
  const { rows: cases } = await tx.query<{ case_id: string; phone: string | null }>(
    'SELECT case_id, phone FROM requester_contact WHERE case_id > $1 ORDER BY case_id LIMIT $2', [place.after, portion]);
  const last = cases.at(-1)?.case_id;
  if (last === undefined) {
    await tx.query('UPDATE similar_case_fill SET done = true');
    return false;
  }
  const ids = cases.map(({ case_id }) => case_id);
  await tx.query('SELECT FROM stream WHERE stream_id = ANY ($1) ORDER BY stream_id FOR SHARE', [ids]);
  const histories = await store.readMany(ids, tx);
  await keepSimilarCases(tx, cases.flatMap(({ case_id: caseId, phone }) => {
    const history = histories.get(caseId) ?? [];
    const [first, state] = [history[0], foldEvents(intakeStream, history)];
    return first && state ? [{ caseId, state, requester: similar.requesterOf(phone, first.metadata.actor) }] : [];
  }));
  await tx.query('UPDATE similar_case_fill SET after = $1', [last]);
  return true;
});

/** Runs once after the update that brought the table; what was added survives a restart. */
@Injectable()
export class FillSimilarCases implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SimilarCases) private readonly similar: SimilarCases,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (!this.stopping && await fillPortion(this.pool, this.store, this.similar));
    } catch (error) {
      // The next start goes on from where it is; until then older cases are not found.
      this.log.warn({ error: (error as Error).message }, 'cases from before are not all added to the similar ones');
    }
  }
}
