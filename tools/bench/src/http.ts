import { fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Stack } from '@lianban/tools/stack';
import { load } from './load.js';
import type { LoadOptions, LoadResult } from './load.js';
import { percentile } from './measure.js';
import type { Benchmark } from './measure.js';
import { costRows, spentOn, type Spent } from './process-cpu.js';
import { singleRowInsert } from './single-row-insert.js';

const clients = 32;
const registration = JSON.stringify({
  title: 'Lamp at the east gate is dark', description: 'The lamp at the east gate has been out for a week; the path behind it is dark from six on.',
  channel: 'grid', category: '城乡建设/城市建设和市政管理/城市公共设施', territory: 'riverside-grid-01', location: 'East gate',
  requester: { kind: 'resident', name: 'Zhang San', phone: '13800000000', address: 'Riverside, building 3, 501' },
});

/** What reads the events of intake. Stopped with SIGSTOP and not ended: they go on where they were. */
const readers = ['dispatch', 'sla', 'satisfaction', 'insight'];

const asAdmin = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

async function startBareServer(adminUrl: string): Promise<{ url: string; end: () => void }> {
  await asAdmin(adminUrl, (client) => client.query('CREATE TABLE IF NOT EXISTS public.bare_row (id uuid PRIMARY KEY, body jsonb NOT NULL)'));
  const server = fork(fileURLToPath(new URL('bare-server.js', import.meta.url)), [adminUrl], { execArgv: [] });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('message', (message) => resolve(Number(message)));
    server.once('exit', (code) => reject(new Error(`the bare server ended with ${code}`)));
  });
  return { url: `http://127.0.0.1:${port}/`, end: () => { server.removeAllListeners('exit'); server.disconnect(); } };
}

/** Until nobody works on what was written before: else it would be measured with the next. */
async function settled({ serviceUrls }: Stack): Promise<void> {
  for (let quiet = 0; quiet < 3; await delay(300)) {
    const lags = await Promise.all(Object.values(serviceUrls).map(async (url) => {
      const { checks } = await (await fetch(`${url}/health/ready`)).json() as { checks?: { consumer?: { lag?: number }; relay?: { lag?: { events: number } } } };
      return (checks?.consumer?.lag ?? 0) + (checks?.relay?.lag?.events ?? 0);
    }));
    quiet = lags.every((lag) => lag === 0) ? quiet + 1 : 0;
  }
}

async function whilePaused<T>(stack: Stack, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const pids = stack.processes().filter(({ name }) => names.includes(name)).map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

export const httpBenchmark: Benchmark = {
  name: 'http',
  title: 'Registering a case over HTTP',
  about: `POST /api/v1/cases at ${clients} connections, through gateway and intake as built, with token, validation, Idempotency-Key and the log at info; the load comes from a process of its own. `
    + 'Baselines on the same Postgres: the single-row insert, and a bare node:http server (no gateway, no token, no checks) that does one insert with a pool of the same size. '
    + 'First with the four services that read the events stopped, then with the whole system working them off on the same cores.',
  async run({ stack: start, rounds, quick, report }) {
    const stack = await start({ LOG_LEVEL: 'info' });
    const bare = await startBareServer(stack.adminDatabaseUrl);
    const token = await stack.token('intake');
    const common: Omit<LoadOptions, 'url'> = { token, body: registration, clients, warmUpMs: quick ? 200 : 2_000, durationMs: quick ? 1_000 : 5_000 };
    const posts = { ...common, url: `${stack.gatewayUrl}/api/v1/cases` };
    const found = { pgbench: [] as number[], bare: [] as number[], posts: [] as number[], whole: [] as number[], p50: [] as number[], p99: [] as number[], tail: [] as number[] };
    const working = stack.processes().filter(({ name }) => ['postgres', 'gateway', 'intake'].includes(name));
    const costs: Spent<LoadResult>[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        found.pgbench.push((await singleRowInsert(stack.adminDatabaseUrl, clients, quick ? 1 : 4)).rowsPerSecond);
        found.bare.push((await whilePaused(stack, readers, () => load({ ...common, url: bare.url }))).perSecond);
        const spent = await whilePaused(stack, readers, () => spentOn(working, () => load(posts)));
        costs.push({ ...spent, own: spent.result.cpuSeconds });
        const alone = spent.result;
        await settled(stack);
        found.posts.push(alone.perSecond);
        found.p50.push(percentile(alone.latenciesMs, 0.5));
        found.p99.push(percentile(alone.latenciesMs, 0.99));
        found.tail.push(percentile(alone.latenciesMs, 0.99) / percentile(alone.latenciesMs, 0.5));
        found.whole.push((await load(posts)).perSecond);
        await settled(stack);
      }
    } finally {
      bare.end();
    }
    const insert = { name: 'single-row insert, 32 clients', values: found.pgbench };
    report({ what: 'bare node:http, one insert', unit: 'requests/s', values: found.bare, baseline: insert });
    report({ what: 'POST /api/v1/cases, gateway and intake', unit: 'requests/s', values: found.posts, baseline: insert, aim: '≥ 15 %' });
    report({ what: 'POST /api/v1/cases, beside node:http', unit: 'requests/s', values: found.posts, baseline: { name: 'bare node:http, one insert', values: found.bare }, aim: '≥ 75 %' });
    const answered = ({ result: { statuses } }: Spent<LoadResult>) => Object.values(statuses).reduce((sum, count) => sum + count, 0);
    for (const row of costRows({ one: 'a POST', unit: 'requests/s', costs, count: answered, baseline: insert, own: 'the callers' })) report(row);
    report({ what: 'POST /api/v1/cases, p50', unit: 'ms', values: found.p50 });
    report({ what: 'POST /api/v1/cases, p99', unit: 'ms', values: found.p99 });
    report({ what: 'POST /api/v1/cases, p99 by p50', unit: '×', values: found.tail, aim: 'under 3' });
    report({ what: 'POST /api/v1/cases, whole system working them off', unit: 'requests/s', values: found.whole, baseline: insert });
  },
};
