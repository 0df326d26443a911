/** How fast many clocks that are due at once are fired. */
import { sweep } from '@lianban/sla/sweep';
import { sweepBatch } from '@lianban/sla/timer-loop';
import type pg from 'pg';
import type { BenchContext } from './measure.js';
import { figure } from './page.js';
import { registrations, requireNoneParked, type Sla } from './sla-feed.js';
import { explainDueCases, runningIn, type Plan } from './sla-running.js';

const dueAtOnce = { full: 10_000, quick: 100 };
/** When a clock was due long before it was recorded, it fires a warning and a breach. */
const eventsOfDue = 2;

/** Fires all that is due, a transaction after the other, as one process does it. */
async function sweepAll({ store, book }: Sla, now: Date, due: number): Promise<number> {
  const startedAt = performance.now();
  const done = { fired: 0, breaches: 0, conflicts: 0, unreadable: 0 };
  for (;;) {
    const { cases, fired, breaches, conflicts, unreadable } = await sweep(store, book.current, now, sweepBatch);
    done.fired += fired;
    done.breaches += breaches;
    done.conflicts += conflicts;
    done.unreadable += unreadable.length;
    if (cases === 0) break;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (done.fired !== due * eventsOfDue || done.breaches !== due || done.conflicts > 0 || done.unreadable > 0) throw new Error(`${due} clocks were due, but: ${JSON.stringify(done)}`);
  return seconds;
}

export async function measureSweep(context: BenchContext, sla: Sla, admin: pg.Client): Promise<void> {
  const due = context.quick ? dueAtOnce.quick : dueAtOnce.full;
  const others = runningIn(context);
  const longAgo = Date.parse('2026-03-02T01:00:00Z');
  const figures = { sweep: [] as number[], update: [] as number[], plan: [] as number[] };
  let plan: Plan = { lines: [], ms: 0 };
  await admin.query('DROP TABLE IF EXISTS public.bench_timer');
  await admin.query('CREATE TABLE public.bench_timer (LIKE sla.timer INCLUDING ALL)');
  await admin.query('INSERT INTO public.bench_timer SELECT * FROM sla.timer');
  await admin.query('VACUUM (ANALYZE) public.bench_timer');
  for (let round = 0; round < context.rounds; round += 1) {
    await sla.feed(registrations(1_000_000 + round * due, due, () => longAgo));
    await requireNoneParked(sla);
    // What was recorded late waits until its case has been quiet.
    const now = new Date(Date.now() + sla.settings.quietMs + 60_000);
    const { rowCount } = await admin.query('INSERT INTO public.bench_timer SELECT * FROM sla.timer WHERE fire_at < $1', [now]);
    if (rowCount !== due) throw new Error(`${rowCount} timers are due, not ${due}`);
    plan = await explainDueCases(sla.pool, now);
    figures.plan.push(plan.ms);

    await admin.query('CHECKPOINT');
    const startedAt = performance.now();
    const updated = await admin.query(`UPDATE public.bench_timer SET purpose = 'breach', fire_at = fire_at + interval '1 year' WHERE fire_at < $1`, [now]);
    figures.update.push((performance.now() - startedAt) / 1000);
    if (updated.rowCount !== due) throw new Error(`${updated.rowCount} rows were updated, not ${due}`);

    await admin.query('CHECKPOINT');
    figures.sweep.push(await sweepAll(sla, now, due));
    context.say(`sweep, round ${round + 1}: ${figures.sweep.at(-1)?.toFixed(2)} s, ${due * eventsOfDue} events appended; plain update ${figures.update.at(-1)?.toFixed(3)} s; finding a batch ${plan.ms} ms`);
  }
  const among = `${figure(due)} due clocks among ${figure(others)} running`;
  context.report({
    what: `sweep of ${among}`, unit: 's', values: figures.sweep, baseline: { name: 'plain UPDATE of as many rows', values: figures.update },
    note: `one process, ${sweepBatch} cases a transaction; ${figure(due * eventsOfDue)} events appended a round (a warning and a breach each), no conflicts`,
  });
  context.report({ what: 'the same as a rate', unit: 'clocks/s', values: figures.sweep.map((seconds) => due / seconds) });
  context.report({
    what: `finding and locking ${sweepBatch} due cases among ${figure(others)} running`, unit: 'ms', values: figures.plan,
    note: `as EXPLAIN (ANALYZE, BUFFERS) of the statement says; the plan of the last round:\n\n  \`\`\`text\n${plan.lines.map((line) => `  ${line}`).join('\n')}\n  \`\`\``,
  });
}
