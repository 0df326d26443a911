import { finished } from 'node:stream/promises';
import { casesFillWorkers, casesReadModel, casesSqlFolder } from '@lianban/insight/read-model';
import { topicRanges } from '@lianban/kafka';
import { consumerOf, rebuild } from '@lianban/projections';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { ownerRole } from '@lianban/tools/database/roles';
import { fillTopic } from './fill-topic.js';
import { alternate, type BenchContext, type Benchmark } from './measure.js';
import { costRows, spentOn, type Spent } from './process-cpu.js';
import { decodeAll, decodingName, messagesOf } from './topic-messages.js';

const tables = casesReadModel.tables.map(({ name }) => name);

/** The final rows as COPY gives them out. */
const finalRows = async (owner: pg.Pool, version: number): Promise<Map<string, Buffer>> => {
  const rows = new Map<string, Buffer>();
  for (const table of tables) {
    const client = await owner.connect();
    const chunks: Buffer[] = [];
    const stream = client.query(copyTo(`COPY ${table}_v${version} TO STDOUT (FORMAT binary)`));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await finished(stream);
    client.release();
    rows.set(table, Buffer.concat(chunks));
  }
  return rows;
};

/** Seconds to copy them into tables without indexes. */
const copySeconds = async (owner: pg.Pool, version: number, rows: ReadonlyMap<string, Buffer>): Promise<number> => {
  for (const table of rows.keys()) await owner.query(`DROP TABLE IF EXISTS bench_${table}; CREATE TABLE bench_${table} (LIKE ${table}_v${version})`);
  const startedAt = performance.now();
  for (const [table, bytes] of rows) {
    const client = await owner.connect();
    const stream = client.query(copyFrom(`COPY bench_${table} FROM STDIN (FORMAT binary)`));
    stream.end(bytes);
    await finished(stream);
    client.release();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  for (const table of rows.keys()) await owner.query(`DROP TABLE bench_${table}`);
  return seconds;
};

export const rebuildBenchmark: Benchmark = {
  name: 'rebuild',
  title: 'Rebuild of all tables of insight from offset 0',
  about: 'The whole `npm run rebuild -- cases`: reading, folding, copying, keys, indexes, statistics, switch. `filled` is the same up to the last COPY, without keys and indexes. COPY is that of the final rows, from memory into tables without indexes.',
  async run(context: BenchContext): Promise<void> {
    const { adminUrl, processes } = await context.postgres();
    const { brokers } = await context.kafka();
    const cases = context.quick ? 200 : 20_000;
    const { events } = await fillTopic(brokers, cases, context.say);
    const messages = await messagesOf(brokers);
    const owner = new pg.Pool({ connectionString: adminUrl, max: 8, options: `-c role=${ownerRole} -c search_path=insight` });
    const filled: number[] = [];
    const memory: number[] = [];
    const costs: Spent<number>[] = [];
    let version = 1;
    const run = async (): Promise<number> => {
      const startedAt = performance.now();
      let most = 0;
      const watching = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()); }, 50);
      const spent = await spentOn(processes, () => rebuild({
        model: casesReadModel, folder: casesSqlFolder, workers: casesFillWorkers, pool: owner, brokers, log: troubleOnly,
        say: (line) => { if (line.includes('in bulk')) filled.push(Number(/(\d+)\/s/.exec(line)?.[1])); },
      }));
      costs.push(spent);
      version = spent.result;
      clearInterval(watching);
      memory.push(most / 1e6);
      return (events * 1000) / (performance.now() - startedAt);
    };
    try {
      // As if the live consumer had read all, so that the copy has to come level with it.
      for (const { topic, partition, to } of await topicRanges(brokers, casesReadModel.topics, troubleOnly)) {
        await owner.query('INSERT INTO consumer_offset VALUES ($1, $2, $3, $4)', [consumerOf(casesReadModel.name), topic, partition, to.toString()]);
      }
      let rows: Map<string, Buffer> | undefined;
      const { whole, decoding, copying } = await alternate(context.rounds, {
        decoding: () => Promise.resolve(decodeAll(messages)),
        whole: run,
        copying: async () => events / await copySeconds(owner, version, rows ??= await finalRows(owner, version)),
      });
      const decodingOnly = { name: decodingName, values: decoding };
      context.report({ what: 'filled', unit: 'events/s', values: filled, baseline: decodingOnly, aim: '≥ 60 %' });
      context.report({ what: 'whole rebuild', unit: 'events/s', values: whole, baseline: decodingOnly, aim: '≥ 60 %' });
      for (const row of costRows({ one: 'an event', unit: 'events/s', costs, count: events, baseline: decodingOnly })) context.report(row);
      context.report({ what: 'whole rebuild ', unit: 'events/s', values: whole, baseline: { name: 'COPY of the final rows', values: copying }, aim: '≥ 50,000 events/s' });
      context.report({ what: 'a million cases at this rate', unit: 'minutes', values: whole.map((rate) => ((events / cases) * 1_000_000) / rate / 60), note: 'extrapolated' });
      context.report({ what: 'memory of the process, with the messages of the baseline in it', unit: 'MB', values: memory });
    } finally {
      await owner.end();
    }
  },
};
