/** Clocks: how fast they start, how fast many that are due at once are fired, and how late one is fired. */
import pg from 'pg';
import type { BenchContext, Benchmark } from './measure.js';
import { startSla, type Sla } from './sla-feed.js';
import { measureLateness } from './sla-lateness.js';
import { measureRecompute } from './sla-recompute.js';
import { fillRunning } from './sla-running.js';
import { cityDay, districtYear, measureStarts } from './sla-starts.js';
import { measureSweep } from './sla-sweep.js';

type Measure = (context: BenchContext, sla: Sla, admin: pg.Client) => Promise<void>;

/** Each part begins with empty tables, so that its figures are the same alone and among the others. */
const alone = (...steps: readonly Measure[]) => async (context: BenchContext): Promise<void> => {
  const { adminUrl, urls, reset } = await context.postgres();
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await reset();
  const sla = await startSla(urls.sla);
  try {
    for (const step of steps) await step(context, sla, admin);
  } finally {
    await sla.end();
    await admin.end();
  }
};

export const slaBenchmark: Benchmark = {
  name: 'sla',
  byName: true,
  title: 'Clocks: starting, firing, lateness',
  about: [
    "Clocks started: whole lives of cases (registration, acceptance, dispatch to a lead and an assistant, answers, call-back; eight clocks each) through what sla's consumer does with",
    'messages it has fetched: checks, positions, reactions, 100 events a transaction, one process, without Kafka. They are dated ahead, so that timers are set as in operation and none is',
    'due meanwhile. The baseline inserts the same final rows (events, streams, facts, timers, notices) into copies of the tables with all indexes, 1,000 a statement, from memory.',
    'Sweep: among running clocks, each with case, facts and stream, fresh ones fall due at once; the baseline is one UPDATE of as many rows in a copy of the table of timers, which appends',
    "no events and decides nothing. Lateness: the service's own loop, `recordedAt` of the event less the time it was due.",
  ].join('\n'),
  // The longest last: what is there before is kept.
  parts: [
    { name: 'district-year', minutes: 4, run: alone(measureStarts(districtYear)) },
    { name: 'sweep', minutes: 5, run: alone(fillRunning, measureSweep) },
    { name: 'lateness', minutes: 8, run: alone(fillRunning, measureLateness) },
    { name: 'recompute', minutes: 5, run: alone(fillRunning, measureRecompute) },
    { name: 'city-day', minutes: 20, run: alone(measureStarts(cityDay)) },
  ],
};
