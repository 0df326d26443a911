import { readInbox } from '@lianban/dispatch/inbox';
import { postgresEventStore } from '@lianban/event-store';
import { overdueSql, pageSql, ratesQuestion } from '@lianban/insight/questions';
import { readCounts } from '@lianban/satisfaction/rates';
import { openOrderStatuses } from '@lianban/contracts';
import pg from 'pg';
import { copyToStores } from './copy-to-stores.js';
import { fillInsight } from './fill-insight.js';
import { departmentCodes, slowDepartments, type Filled } from './fill-topic.js';
import type { BenchContext, Benchmark, BenchPostgres } from './measure.js';
import { notFasterThanLog, spreadOf } from './measure.js';
import { perSecond } from './single-row-insert.js';

const clients = 8;
const newest = 5_000;
/** Of what is under way, as nearly every command does; and of any case there is, as if all were opened again. */
const appendings = {
  newest: `load a stream of the newest ${newest.toLocaleString('en')} and append, ${clients} clients`,
  anywhere: `load a stream anywhere in the store and append, ${clients} clients`,
} as const;
/** From here on a rebuild takes minutes and is done once. */
const large = 1_000_000;
const page = 50;
const yardstickRows = 10_000;

interface Question {
  readonly times: number;
  /** Rows of every answer, whatever the size: times of unlike answers would tell nothing of growth. */
  readonly rows: number;
  ask(n: number): Promise<{ readonly length: number }>;
}

/** Median time of a question, asked again and again with other parameters. */
const timed = async ({ times, ask }: Question): Promise<number> => {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startedAt = performance.now();
    await ask(n);
    took.push(performance.now() - startedAt);
  }
  return spreadOf(took).median;
};

/** What a command does to the store: load the stream of one of `cases`, then append one event, by several callers on cases of their own. */
const appender = (dispatch: pg.Pool, cases: readonly string[], seconds: number) => {
  const store = postgresEventStore(dispatch, 'dispatch');
  const now = new Date().toISOString();
  const meta = { occurredAt: now, recordedAt: now, correlationId: 'bench', causationId: 'bench', actor: { id: 'bench', role: 'system', department: null, territory: null } } as const;
  // The step is a prime, so that none comes twice soon.
  let next = 0;
  const caseId = () => cases[(next = (next + 7_368_787) % cases.length)] as string;
  return (): Promise<number> => perSecond(clients, seconds, async () => {
    const id = caseId();
    await store.transaction(async (tx) => {
      const version = (await store.read(id, tx)).length;
      await store.append(tx, id, version, [{ type: 'lianban.case.dispatched.v1', data: { round: 2, lead: 'housing', assist: [], note: null } }], meta);
    });
  });
};

/** The same work at every size, for how fast the machine is just then: sizes are measured many minutes apart. */
const yardstickOf = async (admin: pg.Pool, seconds: number) => {
  await admin.query(`DROP TABLE IF EXISTS public.yardstick; CREATE TABLE public.yardstick (id int PRIMARY KEY, body jsonb NOT NULL, times int NOT NULL);
    INSERT INTO public.yardstick SELECT n, jsonb_build_object('text', repeat('x', 400)), 0 FROM generate_series(1, ${yardstickRows}) n; ANALYZE public.yardstick`);
  const idOf = (n: number) => 1 + ((n * 7_919) % yardstickRows);
  const many = (n: number) => Array.from({ length: page + 1 }, (_, index) => idOf(n * (page + 1) + index));
  let next = 0;
  return {
    list: { rows: page + 1, ask: async (n: number) => (await admin.query<object>('SELECT * FROM public.yardstick WHERE id = ANY($1)', [many(n)])).rows },
    changes: () => perSecond(clients, seconds, () => admin.query('UPDATE public.yardstick SET times = times + 1 WHERE id = $1', [idOf(next += 1)])),
  };
};

const poolOf = (url: string, max = 2): pg.Pool => new pg.Pool({ connectionString: url, max });

async function measureSize(context: BenchContext, postgres: BenchPostgres, filled: Filled, size: number): Promise<void> {
  const { report, rounds, quick } = context;
  const pools = { insight: poolOf(postgres.urls.insight), satisfaction: poolOf(postgres.urls.satisfaction), dispatch: poolOf(postgres.urls.dispatch, clients) };
  const [departments, slow] = [departmentCodes(), slowDepartments()];
  const anyOf = (codes: readonly string[], n: number) => codes[n % codes.length] as string;
  const day = 86_400_000;
  // Whole days in China, as a month has: the parts of days at its ends would be counted case by case.
  const midnight = (daysAgo: number) => new Date(Math.floor(Date.now() / day - daysAgo) * day - day / 3).toISOString();
  const month = ratesQuestion('department', { from: midnight(90), to: midnight(60) });
  const period = new Date(Date.now() - 75 * day).toISOString().slice(0, 7);
  const insight = async ({ text, values }: { text: string; values: unknown[] }) => (await pools.insight.query<object>(text, values)).rows;
  const overdue = (department: string | null) => insight({ text: overdueSql, values: [department, null, null, null, null, page + 1] });
  const list = { times: quick ? 5 : 200, rows: page + 1 };
  const figures = { times: quick ? 2 : 20, rows: departments.length };
  const questions: Record<string, Question> = {
    "a department's inbox, first page of 50": { ...list, ask: (n) => readInbox(pools.dispatch, { department: anyOf(slow, n), statuses: openOrderStatuses, limit: page + 1 }) },
    'overdue clocks, first page of 50': { ...list, ask: () => overdue(null) },
    "a department's overdue clocks, first page": { ...list, ask: (n) => overdue(anyOf(slow, n)) },
    'newest cases, first page of 50': { ...list, ask: () => insight(pageSql({ limit: page }, undefined, page)) },
    "a department's newest cases, first page": { ...list, ask: (n) => insight(pageSql({ department: anyOf(departments, n) }, undefined, page)) },
    'three rates of a month by department (insight)': { ...figures, ask: () => insight(month) },
    'three rates of a month by department (satisfaction)': { ...figures, ask: () => readCounts(pools.satisfaction, period) },
  };
  const seconds = quick ? 0.2 : 3;
  const append = { newest: appender(pools.dispatch, filled.closed.slice(-newest), seconds), anywhere: appender(pools.dispatch, filled.closed, seconds) };
  const admin = poolOf(postgres.adminUrl, clients);
  const yardstick = await yardstickOf(admin, seconds);
  const reading = 'yardstick: 51 rows of 10,000 by their keys';
  const writing = `yardstick: change a row of 10,000, ${clients} clients`;
  const measured = new Map<string, number[]>();
  try {
    // Once before it counts: plans and caches as in a system that has run for a while.
    for (const [what, { rows, ask }] of Object.entries({ ...questions, [reading]: { ...list, ...yardstick.list } })) {
      const { length } = await ask(0);
      if (!quick && length !== rows) throw new Error(`${what}: ${length} rows and not ${rows} with ${size} cases`);
    }
    for (let round = 0; round < rounds; round += 1) {
      const note = (what: string, value: number) => measured.set(what, [...(measured.get(what) ?? []), value]);
      note(reading, await timed({ ...list, ...yardstick.list }));
      for (const [what, question] of Object.entries(questions)) note(what, await timed(question));
      note(writing, await yardstick.changes());
      for (const which of ['newest', 'anywhere'] as const) note(appendings[which], await append[which]());
    }
  } finally {
    await Promise.all([admin, ...Object.values(pools)].map((pool) => pool.end()));
  }
  const valuesOf = (what: string) => measured.get(what) ?? [];
  const growing = (what: string, unit: string, by: string) => report({ what, unit, values: valuesOf(what), size, aim: notFasterThanLog, baseline: { name: by, values: valuesOf(by) } });
  for (const what of Object.values(appendings)) growing(what, 'appends/s', writing);
  for (const what of Object.keys(questions)) growing(what, 'ms', reading);
  report({ what: writing, unit: 'changes/s', values: valuesOf(writing), size });
  report({ what: reading, unit: 'ms', values: valuesOf(reading), size });
}

async function sizesOnDisk(admin: pg.Pool, { bytes, events }: Filled, size: number, report: BenchContext['report']): Promise<void> {
  const { rows } = await admin.query<{ insight: number; timeline: number; dispatch: number }>(
    `SELECT sum(pg_total_relation_size(c.oid)) FILTER (WHERE nspname = 'insight')::float8 AS insight,
            sum(pg_total_relation_size(c.oid)) FILTER (WHERE nspname = 'insight' AND relname ~ '^timeline_v')::float8 AS timeline,
            sum(pg_total_relation_size(c.oid)) FILTER (WHERE nspname = 'dispatch' AND relname IN ('event', 'stream'))::float8 AS dispatch
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'`);
  const { rows: [own] } = await admin.query<{ events: number }>('SELECT count(*)::int AS events FROM dispatch.event');
  const [found] = rows;
  if (!found || !own) throw new Error('Postgres tells no sizes');
  const kilobytes = (amount: number, per: number) => amount / per / 1000;
  const perCase = (what: string, amount: number) => report({ what, unit: 'kB a case', values: [kilobytes(amount, size)], size });
  report({ what: 'events a case', unit: 'events', values: [events / size], size });
  perCase('topic: keys, values and headers of its messages', bytes);
  perCase("insight's tables with their indexes", found.insight);
  perCase('of which the timeline', found.timeline);
  report({ what: 'an event in its store, with its indexes', unit: 'kB an event', values: [kilobytes(found.dispatch, own.events)], size });
}

async function grow(context: BenchContext, size: number): Promise<void> {
  const { say, report } = context;
  const postgres = await context.postgres();
  const { filled, rebuildSeconds: seconds } = await fillInsight(context, size, size < large ? context.rounds : 1);
  report({ what: 'rebuild of all tables of insight, with indexes and switch', unit: 's', values: seconds, size });
  report({ what: 'the same as a rate', unit: 'events/s', values: seconds.map((each) => filled.events / each), size });
  const admin = poolOf(postgres.adminUrl);
  try {
    await copyToStores(admin, say);
    await measureSize(context, postgres, filled, size);
    await sizesOnDisk(admin, filled, size, report);
  } finally {
    await admin.end();
  }
}

export const growthBenchmark: Benchmark = {
  name: 'growth',
  byName: true,
  title: 'How it grows',
  about: [
    'Cases with whole lives (eight commands, 22 events, no assistant) over one year, the last days under way, spread over 32 departments; sla\'s part is what its own decider says to them.',
    'Two departments leave one case of five lying, which is warned, overdue and supervised. The topic is filled with the services\' own messages, thousands of cases interleaved;',
    'insight\'s tables are filled by a rebuild from it, the tables of dispatch and satisfaction from insight\'s. The year is the same for every size, so a month holds ten times the cases',
    'in the next column. Lists are the first page, full at every size: inbox and overdue clocks are asked of those two departments in turn, the newest cases of all. Milliseconds are medians',
    'of 200 questions (20 for the rates), asked directly of Postgres. The rebuild runs in every round, and once only from a million cases on, where it takes ten minutes.',
    '',
    'The aim: what a thing takes may grow no faster than the logarithm of the number of cases, from the smallest size measured to each other, so × 1.25 from 10,000 to 100,000 and × 1.5 to',
    'a million; sizes that were measured at different commits are not compared. By medians of what a thing takes beside its yardstick in the same round, which is the same work at every size,',
    'since a machine may be faster or slower half an hour later; of rates the inverse. In the parentheses the least and the most that single rounds would make of it. Nothing but the rebuild, which reads every event, is let off.',
    'What does grow, by EXPLAIN (ANALYZE, BUFFERS) at 10,000 and 100,000 cases: each look at a case goes through one more level of the index (overdue clocks read 206 and 257 pages for 51',
    'rows, which is all up to some 15 million cases, when the next level comes); the rates of a month sum 822 and 960 rows, one for each of 30 days and 32 departments (after a rebuild; beside others that write at the same time one more each).',
    'The newest cases are what nearly all commands are about; anywhere is what it would be if old ones were opened again.',
  ].join('\n'),
  async run(context) {
    for (const size of context.sizes) await grow(context, size);
  },
};
