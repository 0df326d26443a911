import { readInbox } from '@lianban/dispatch/inbox';
import { postgresEventStore } from '@lianban/event-store';
import { overdueSql, pageSql, ratesQuestion } from '@lianban/insight/questions';
import { readCounts } from '@lianban/satisfaction/rates';
import pg from 'pg';
import { copyToStores } from './copy-to-stores.js';
import { fillInsight } from './fill-insight.js';
import { departmentCodes, type Filled } from './fill-topic.js';
import type { BenchContext, Benchmark, BenchPostgres } from './measure.js';
import { spreadOf } from './measure.js';

const clients = 8;
const open = ['dispatched', 'signed', 'in-progress'] as const;
const logarithm = 'not faster than log';

/** Median time of a question, asked again and again with other parameters. */
const timed = async (times: number, ask: (n: number) => Promise<unknown>): Promise<number> => {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startedAt = performance.now();
    await ask(n);
    took.push(performance.now() - startedAt);
  }
  return spreadOf(took).median;
};

/** What a command does to the store: load the stream, then append one event, by several callers on cases of their own. */
const appender = (dispatch: pg.Pool, closed: readonly string[], seconds: number) => {
  const store = postgresEventStore(dispatch, 'dispatch');
  const now = new Date().toISOString();
  const meta = { occurredAt: now, recordedAt: now, correlationId: 'bench', causationId: 'bench', actor: { id: 'bench', role: 'system', department: null, territory: null } } as const;
  // Anywhere in the table, as in a city where old cases are reopened; the step is a prime, so that none comes twice soon.
  let next = 0;
  const caseId = () => closed[(next = (next + 7_368_787) % closed.length)] as string;
  return async (): Promise<number> => {
    const startedAt = performance.now();
    const counts = await Promise.all(Array.from({ length: clients }, async () => {
      let appended = 0;
      for (; performance.now() - startedAt < seconds * 1000; appended += 1) {
        const id = caseId();
        await store.transaction(async (tx) => {
          const version = (await store.read(id, tx)).length;
          await store.append(tx, id, version, [{ type: 'lianban.case.dispatched.v1', data: { round: 2, lead: 'housing', assist: [], note: null } }], meta);
        });
      }
      return appended;
    }));
    return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1000);
  };
};

const poolOf = (url: string, max = 2): pg.Pool => new pg.Pool({ connectionString: url, max });

async function measureSize(context: BenchContext, postgres: BenchPostgres, filled: Filled, size: number): Promise<void> {
  const { report, rounds, quick } = context;
  const pools = { insight: poolOf(postgres.urls.insight), satisfaction: poolOf(postgres.urls.satisfaction), dispatch: poolOf(postgres.urls.dispatch, clients) };
  const departments = departmentCodes();
  const department = (n: number) => departments[n % departments.length] as string;
  const day = 86_400_000;
  // Whole days in China, as a month has: the parts of days at its ends would be counted case by case.
  const midnight = (daysAgo: number) => new Date(Math.floor(Date.now() / day - daysAgo) * day - day / 3).toISOString();
  const month = ratesQuestion('department', { from: midnight(90), to: midnight(60) });
  const period = new Date(Date.now() - 75 * day).toISOString().slice(0, 7);
  const casePage = pageSql({ limit: 50 }, undefined, 50);
  const departmentPage = (n: number) => pageSql({ department: department(n) }, undefined, 50);
  const times = quick ? 5 : 200;
  const questions: Record<string, { times: number; ask: (n: number) => Promise<unknown> }> = {
    "a department's inbox, first page of 50": { times, ask: (n) => readInbox(pools.dispatch, { department: department(n), statuses: open, limit: 51 }) },
    'overdue clocks, first page of 50': { times, ask: () => pools.insight.query(overdueSql, [null, null, null, null, null, 51]) },
    "a department's overdue clocks, first page": { times, ask: (n) => pools.insight.query(overdueSql, [department(n), null, null, null, null, 51]) },
    'newest cases, first page of 50': { times, ask: () => pools.insight.query(casePage.text, casePage.values) },
    "a department's newest cases, first page": { times, ask: (n) => { const { text, values } = departmentPage(n); return pools.insight.query(text, values); } },
    'three rates of a month by department (insight)': { times: quick ? 2 : 20, ask: () => pools.insight.query(month.text, month.values) },
    'three rates of a month by department (satisfaction)': { times: quick ? 2 : 20, ask: () => readCounts(pools.satisfaction, period) },
  };
  const append = appender(pools.dispatch, filled.closed, quick ? 0.2 : 3);
  const figures = new Map<string, number[]>();
  try {
    // Once before it counts: plans and caches as in a system that has run for a while.
    for (const { ask } of Object.values(questions)) await ask(0);
    for (let round = 0; round < rounds; round += 1) {
      for (const [what, { times: often, ask }] of Object.entries(questions)) figures.set(what, [...(figures.get(what) ?? []), await timed(often, ask)]);
      figures.set('append', [...(figures.get('append') ?? []), await append()]);
    }
  } finally {
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
  }
  report({ what: `load a stream anywhere in the store and append, ${clients} clients`, unit: 'appends/s', values: figures.get('append') ?? [], size, aim: logarithm });
  for (const what of Object.keys(questions)) report({ what, unit: 'ms', values: figures.get(what) ?? [], size, aim: logarithm });
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
  perCase('topic, uncompressed, one replica', bytes);
  perCase("insight's tables with their indexes", found.insight);
  perCase('of which the timeline', found.timeline);
  report({ what: 'an event in its store, with its indexes', unit: 'kB an event', values: [kilobytes(found.dispatch, own.events)], size });
}

async function grow(context: BenchContext, size: number): Promise<void> {
  const { say, report } = context;
  const postgres = await context.postgres();
  const { filled, rebuildSeconds: seconds } = await fillInsight(context, size);
  report({ what: 'rebuild of all tables of insight, with indexes and switch', unit: 's', values: [seconds], size });
  report({ what: 'the same as a rate', unit: 'events/s', values: [filled.events / seconds], size });
  const admin = poolOf(postgres.adminUrl);
  try {
    await copyToStores(admin, say, ['dispatch']);
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
    'Cases with whole lives (nine commands) over one year, the last week under way, one of 199 stuck and overdue, spread over 32 departments. The topic is filled with the services\'',
    'own messages, 24,000 cases interleaved; insight\'s tables are filled by a rebuild from it, the tables of dispatch and satisfaction from insight\'s. The year is the same for every',
    'size, so a month holds ten times the cases in the next column. Lists are the first page; milliseconds are medians of 200 questions (20 for the rates) with changing departments,',
    'asked directly of Postgres. The rebuild ran once per size.',
  ].join('\n'),
  async run(context) {
    for (const size of context.sizes) await grow(context, size);
  },
};
