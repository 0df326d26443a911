/** How fast all open cases are asked for, and a batch of them is computed anew. */
import { recompute } from '@lianban/sla/recompute';
import { scheduleRecompute } from '@lianban/sla/schedule-recompute';
import { newId } from '@lianban/event-store';
import type pg from 'pg';
import { spreadOf } from './measure.js';
import type { BenchContext } from './measure.js';
import { figure } from './page.js';
import { registrations, requireNoneParked, type Sla } from './sla-feed.js';

const recomputeBatch = 50;

/** Asks for all open cases, and looks at some of them under unchanged rules. */
export async function measureRecompute(context: BenchContext, sla: Sla, admin: pg.Client): Promise<void> {
  const batches = context.quick ? 2 : 100;
  const figures = { asked: [] as number[], batch: [] as number[] };
  // Those beside the running ones have whole streams, as the looking needs them; their ids come first.
  await sla.feed(registrations(1_000_000, batches * recomputeBatch, () => Date.now()));
  await requireNoneParked(sla);
  let wishes = 0;
  for (let round = 0; round < context.rounds; round += 1) {
    const asked = performance.now();
    await sla.store.transaction((tx) => scheduleRecompute(tx, { causeId: newId(), year: new Date().getUTCFullYear() }));
    figures.asked.push((performance.now() - asked) / 1000);
    wishes = (await admin.query<{ count: number }>('SELECT count(*)::int AS count FROM sla.recompute')).rows[0]?.count ?? 0;
    await admin.query('ANALYZE sla.recompute');
    await admin.query('CHECKPOINT');
    const took: number[] = [];
    for (let batch = 0; batch < batches; batch += 1) {
      const startedAt = performance.now();
      const { cases, unreadable } = await recompute({ store: sla.store, book: sla.book, now: new Date(), quietMs: sla.settings.quietMs, limit: recomputeBatch });
      took.push(performance.now() - startedAt);
      if (cases !== recomputeBatch || unreadable.length > 0) throw new Error(`${cases} cases looked at, ${unreadable.length} unreadable`);
    }
    figures.batch.push(spreadOf(took).median);
    await admin.query('TRUNCATE sla.recompute');
  }
  context.report({ what: `asking for all ${figure(wishes)} open cases to be computed anew`, unit: 's', values: figures.asked });
  context.report({
    what: `computing anew a batch of ${recomputeBatch} cases`, unit: 'ms', values: figures.batch,
    note: `median of ${batches} batches a round, one process, under unchanged rules, so that nothing is written but the wishes removed`,
  });
}
