/** Clocks: how fast they start, how fast many that are due at once are fired, and how late one is fired. */
import { recompute } from '@lianban/sla/recompute';
import { scheduleRecompute } from '@lianban/sla/schedule-recompute';
import { sweep } from '@lianban/sla/sweep';
import { sweepBatch, TimerLoop } from '@lianban/sla/timer-loop';
import { newId } from '@lianban/event-store';
import type { OutboxEntry } from '@lianban/event-store';
import { HealthChecks, Metrics } from '@lianban/service-kit';
import pg from 'pg';
import { pino } from 'pino';
import { caseLives, lifeOf } from './case-lives.js';
import { figure } from './page.js';
import { percentile, spreadOf } from './measure.js';
import type { BenchContext, Benchmark } from './measure.js';
import { requireNoneParked, startSla, type Sla } from './sla-feed.js';
import { insertRows, makeCopies } from './sla-raw-rows.js';
import { explainDueCases, fillRunning, type Plan } from './sla-running.js';

const day = 86_400_000;
const hour = 3_600_000;

interface Town { readonly name: string; readonly cases: number; readonly days: number }

const townsOf = (quick: boolean): Town[] => [
  { name: 'district-year, 54 cases a day', cases: quick ? 54 * 2 : 54 * 365, days: 365 },
  { name: "large city's day", cases: quick ? 200 : 100_000, days: 1 },
];

/** Whole lives, in as many parts as there are rounds; after each part the same rows by plain INSERTs. */
async function measureStarts(context: BenchContext, sla: Sla, admin: pg.Client, { name, cases, days }: Town): Promise<void> {
  await makeCopies(admin);
  const tomorrow = Math.ceil(Date.now() / day) * day;
  const registeredAt = (n: number) => tomorrow + Math.floor((n * days * day) / cases);
  const figures = { clocks: [] as number[], raw: [] as number[], heard: [] as number[] };
  let totalRows = 0;
  let totalClocks = 0;
  for (let round = 0; round < context.rounds; round += 1) {
    const [first, end] = [round, round + 1].map((part) => Math.floor((part * cases) / context.rounds)) as [number, number];
    const ids = new Set<string>();
    let seconds = 0;
    let heard = 0;
    for (const entries of caseLives(end - first, { first, registeredAt })) {
      const others = entries.filter(({ source }) => source !== 'sla');
      for (const { streamId } of others) ids.add(streamId);
      heard += others.length;
      seconds += await sla.feed(others);
    }
    await requireNoneParked(sla);
    const caseIds = [...ids];
    const { rows: [counted] } = await admin.query<{ clocks: number }>(
      `SELECT count(*)::int AS clocks FROM sla.event WHERE stream_id = ANY ($1) AND type LIKE 'lianban.clock.started.%'`, [caseIds]);
    const clocks = counted?.clocks ?? 0;
    if (clocks < caseIds.length) throw new Error(`${clocks} clocks of ${caseIds.length} cases`);
    const raw = await insertRows(admin, caseIds);
    totalRows += raw.rows;
    totalClocks += clocks;
    figures.clocks.push(clocks / seconds);
    figures.heard.push(heard / seconds);
    figures.raw.push(clocks / raw.seconds);
    context.say(`${name}, part ${round + 1}: ${figure(clocks / seconds)} clocks/s, the ${figure(raw.rows)} rows alone ${figure(clocks / raw.seconds)} clocks/s`);
  }
  const baseline = { name: 'multi-row INSERT of the same rows', values: figures.raw };
  const note = `${figure(cases)} cases, ${figure(totalClocks)} clocks, ${figure(totalRows)} final rows, in ${context.rounds} parts`;
  context.report({ what: `clocks started, ${name}`, unit: 'clocks/s', values: figures.clocks, baseline, note });
  context.report({ what: `events heard for it, ${name}`, unit: 'events/s', values: figures.heard });
}

/** Registrations and nothing more: each starts the clock for the first contact (2 hours, a warning after one). */
const registrations = (first: number, count: number, registeredAt: (index: number) => number): OutboxEntry[] =>
  Array.from({ length: count }, (_, index) => lifeOf(first + index, registeredAt(index)).slice(0, 1)).flat();

const dueAtOnce = { full: 10_000, quick: 100 };
const running = { full: 1_000_000, quick: 1_000 };
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

async function measureSweep(context: BenchContext, sla: Sla, admin: pg.Client): Promise<void> {
  const [due, others] = context.quick ? [dueAtOnce.quick, running.quick] : [dueAtOnce.full, running.full];
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

async function measureLateness(context: BenchContext, sla: Sla): Promise<void> {
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

const recomputeBatch = 50;

/** Asks for all open cases, and looks at some of them under unchanged rules. */
async function measureRecompute(context: BenchContext, sla: Sla, admin: pg.Client): Promise<void> {
  const batches = context.quick ? 2 : 100;
  const figures = { asked: [] as number[], batch: [] as number[] };
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
      // Those with whole streams come first: their ids do.
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

export const slaBenchmark: Benchmark = {
  name: 'sla',
  title: 'Clocks: starting, firing, lateness',
  about: [
    "Clocks started: whole lives of cases (registration, acceptance, dispatch to a lead and an assistant, answers, call-back; eight clocks each) through what sla's consumer does with",
    'messages it has fetched: checks, positions, reactions, 100 events a transaction, one process, without Kafka. They are dated ahead, so that timers are set as in operation and none is',
    'due meanwhile. The baseline inserts the same final rows (events, streams, facts, timers, notices) into copies of the tables with all indexes, 1,000 a statement, from memory.',
    'Sweep: among running clocks, each with case, facts and stream, fresh ones fall due at once; the baseline is one UPDATE of as many rows in a copy of the table of timers, which appends',
    "no events and decides nothing. Lateness: the service's own loop, `recordedAt` of the event less the time it was due.",
  ].join('\n'),
  async run(context) {
    const { adminUrl, urls, reset } = await context.postgres();
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    const open = async (): Promise<Sla> => {
      await reset();
      return startSla(urls.sla);
    };
    let sla: Sla | undefined;
    try {
      for (const town of townsOf(context.quick)) {
        sla = await open();
        await measureStarts(context, sla, admin, town);
        await sla.end();
      }
      await makeCopies(admin);
      sla = await open();
      const [sample] = registrations(0, 1, () => Date.now());
      if (!sample) throw new Error('a life begins with its registration');
      await sla.feed([sample]);
      const count = context.quick ? running.quick : running.full;
      context.say(`making ${figure(count)} running clocks …`);
      await fillRunning(admin, sample.streamId, count);
      await measureSweep(context, sla, admin);
      await measureLateness(context, sla);
      await measureRecompute(context, sla, admin);
    } finally {
      if (sla && !sla.pool.ended) await sla.end();
      await admin.end();
    }
  },
};
