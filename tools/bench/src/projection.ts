import { casesReadModel } from '@lianban/insight/read-model';
import { PreparingClient } from '@lianban/event-store';
import { createConsumer } from '@lianban/kafka';
import { consumerOf, projection } from '@lianban/projections';
import pg from 'pg';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { fillTopic } from './fill-topic.js';
import { alternate, type BenchContext, type Benchmark } from './measure.js';
import { costRows, spentOn, type Spent } from './process-cpu.js';
import { decodeAll, decodingName, messagesOf } from './topic-messages.js';

/** Events a second from the first that was handled to the last, as the service does it when it has fallen behind. */
const project = async (url: string, brokers: readonly string[], events: number): Promise<number> => {
  const pool = new pg.Pool({ connectionString: url, Client: PreparingClient, pipeline: true, max: 4 });
  const { handle, ...rest } = projection(casesReadModel);
  let startedAt = 0;
  let handled = 0;
  let endedAt = 0;
  const consumer = createConsumer({
    ...rest, consumer: consumerOf(casesReadModel.name), pool, brokers, topics: casesReadModel.topics, log: troubleOnly,
    handle: (tx, envelopes, opened) => {
      startedAt ||= performance.now();
      return handle(tx, envelopes, opened);
    },
    committed: (envelopes) => {
      handled += envelopes.length;
      if (handled >= events) endedAt = performance.now();
    },
  });
  await consumer.start();
  while (!endedAt) await new Promise((resolve) => { setTimeout(resolve, 20); });
  await consumer.stop();
  await pool.end();
  return (events * 1000) / (endedAt - startedAt);
};

export const projectionBenchmark: Benchmark = {
  name: 'projection',
  title: 'Live projection of all tables of insight',
  about: 'A topic with whole lives of cases, thousands of them open at a time, is projected from its start by the consumer of the service, with all indexes in place. The rate counts from the first event handled to the last commit.',
  async run(context: BenchContext): Promise<void> {
    const { adminUrl, urls, reset, processes } = await context.postgres();
    const { brokers } = await context.kafka();
    const { events } = await fillTopic(brokers, context.quick ? 200 : 5_000, context.say);
    const messages = await messagesOf(brokers);
    const costs: Spent<number>[] = [];
    const { live, decoding } = await alternate(context.rounds, {
      decoding: () => Promise.resolve(decodeAll(messages)),
      live: async () => {
        await reset();
        const admin = new pg.Client({ connectionString: adminUrl });
        await admin.connect();
        await admin.query('CHECKPOINT');
        await admin.end();
        const spent = await spentOn(processes, () => project(urls.insight, brokers, events));
        costs.push(spent);
        return spent.result;
      },
    });
    const baseline = { name: decodingName, values: decoding };
    context.report({ what: 'live projection of five tables', unit: 'events/s', values: live, baseline, aim: '≥ 50 %' });
    for (const row of costRows({ one: 'an event', unit: 'events/s', costs, count: events, baseline })) context.report(row);
  },
};
