/** How late a clock is fired by the loop of the service. */
import { TimerLoop } from '@lianban/sla/timer-loop';
import { HealthChecks, Metrics } from '@lianban/service-kit';
import { pino } from 'pino';
import { percentile } from './measure.js';
import type { BenchContext } from './measure.js';
import { registrations, requireNoneParked, type Sla } from './sla-feed.js';

const hour = 3_600_000;
const silent = pino({ level: 'error' });

/** The loop of the service, against warnings that fall due at a steady rate. @returns by how much each was late, in milliseconds */
async function latenessOf(sla: Sla, first: number, rate: number, seconds: number): Promise<number[]> {
  const count = rate * seconds;
  // Time to register them all before the first is due.
  const start = Date.now() + 2_000 + count * 4;
  const entries = registrations(first, count, (index) => Math.floor(start + (index * 1000) / rate) - hour);
  await sla.feed(entries);
  await requireNoneParked(sla);
  if (Date.now() > start) throw new Error('the first clock was due before the last one was recorded');
  const loop = new TimerLoop(sla.store, sla.pool, sla.settings, new HealthChecks(silent), new Metrics(silent), sla.book, silent);
  loop.onApplicationBootstrap();
  const fired = async () => (await sla.pool.query<{ late: number }>(
    `SELECT (extract(epoch FROM recorded_at - occurred_at) * 1000)::float8 AS late FROM event WHERE type = 'lianban.clock.warned.v1' AND stream_id = ANY ($1)`,
    [entries.map(({ streamId }) => streamId)])).rows;
  try {
    await new Promise((resolve) => { setTimeout(resolve, start + seconds * 1000 - Date.now() + 2 * sla.settings.intervalMs); });
    for (let waited = 0; waited < 60 && (await fired()).length < count; waited += 1) await new Promise((resolve) => { setTimeout(resolve, 1_000); });
  } finally {
    await loop.beforeApplicationShutdown();
  }
  const late = (await fired()).map((row) => row.late);
  if (late.length !== count) throw new Error(`${late.length} warnings of ${count}`);
  return late;
}

export async function measureLateness(context: BenchContext, sla: Sla): Promise<void> {
  const seconds = context.quick ? 2 : 15;
  let first = 3_000_000;
  for (const rate of context.quick ? [20] : [5, 50, 200]) {
    const figures = { p50: [] as number[], p99: [] as number[] };
    for (let round = 0; round < context.rounds; round += 1) {
      const late = await latenessOf(sla, first, rate, seconds);
      first += late.length;
      figures.p50.push(percentile(late, 0.5));
      figures.p99.push(percentile(late, 0.99));
      context.say(`lateness at ${rate}/s, round ${round + 1}: p50 ${figures.p50.at(-1)?.toFixed(0)} ms, p99 ${figures.p99.at(-1)?.toFixed(0)} ms`);
    }
    const note = `${seconds} seconds of them a round; one process that looks every ${sla.settings.intervalMs} ms when nothing was due`;
    context.report({ what: `lateness of firing at ${rate} due a second, p50`, unit: 'ms', values: figures.p50, note });
    context.report({ what: `lateness of firing at ${rate} due a second, p99`, unit: 'ms', values: figures.p99, note });
  }
}
