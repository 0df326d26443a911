import { topics } from '@lianban/contracts';
import { casesReadModel, fillWorkers, sqlFolderOf } from '@lianban/insight/read-models';
import { addressOf, readRanges, toEnvelope, topicRanges, toRawEvent } from '@lianban/kafka';
import { rebuild } from '@lianban/projections';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { ownerRole } from '@lianban/tools/database/roles';
import type { KafkaMessage } from 'kafkajs';
import pg from 'pg';
import { pretendLive } from './fill-insight.js';
import { fillTopic } from './fill-topic.js';
import { alternate, type Benchmark } from './measure.js';
import { costRows, spentOn, type Spent } from './process-cpu.js';

/** Memory for about 400 MB of them. */
const mostMessages = 200_000n;

const messagesOf = async (brokers: readonly string[]): Promise<KafkaMessage[]> => {
  const ranges = await topicRanges(brokers, [topics.case], troubleOnly);
  const share = mostMessages / BigInt(ranges.length);
  const messages: KafkaMessage[] = [];
  await readRanges({ brokers, log: troubleOnly, reader: 'bench', ranges: ranges.map((range) => ({ ...range, to: range.to - range.from > share ? range.from + share : range.to })) },
    (_, some) => { messages.push(...some); });
  return messages;
};

/** Events decoded a second: from what the client hands over to checked envelopes, without a database. */
const decodeAll = (messages: readonly KafkaMessage[]): number => {
  const startedAt = performance.now();
  for (const message of messages) {
    const raw = toRawEvent(topics.case, 0, message);
    const address = addressOf(raw);
    if (!address) throw new Error('a message of nobody');
    toEnvelope(raw, address);
  }
  return (messages.length * 1000) / (performance.now() - startedAt);
};

export const rebuildBenchmark: Benchmark = {
  name: 'rebuild',
  title: 'Rebuild of all tables of insight from offset 0',
  about: 'The whole `npm run rebuild -- cases`: reading, folding, copying, keys, indexes, statistics, switch. `filled` is the same up to the last COPY, without keys and indexes.',
  async run({ postgres, kafka, quick, rounds, say, report }) {
    const { adminUrl, processes } = await postgres();
    const { brokers } = await kafka();
    const cases = quick ? 200 : 20_000;
    const { events } = await fillTopic(brokers, cases, say);
    const messages = await messagesOf(brokers);
    const owner = new pg.Pool({ connectionString: adminUrl, max: 8, options: `-c role=${ownerRole} -c search_path=insight` });
    const filled: number[] = [];
    const memory: number[] = [];
    const costs: Spent<number>[] = [];
    const whole = async (): Promise<number> => {
      let most = 0;
      const watching = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()); }, 50);
      const spent = await spentOn(processes, () => rebuild({
        model: casesReadModel, folder: sqlFolderOf(casesReadModel), workers: fillWorkers, pool: owner, brokers, log: troubleOnly,
        say: (line) => { if (line.includes('in bulk')) filled.push(Number(/(\d+)\/s/.exec(line)?.[1])); },
      }));
      clearInterval(watching);
      costs.push(spent);
      memory.push(most / 1e6);
      return events / spent.seconds;
    };
    try {
      await pretendLive(brokers, owner);
      const figures = await alternate(rounds, { decoding: () => Promise.resolve(decodeAll(messages)), whole });
      const baseline = { name: 'decoding the same messages only, one thread', values: figures.decoding };
      report({ what: 'filled', unit: 'events/s', values: filled, baseline, aim: '≥ 60 %' });
      report({ what: 'whole rebuild', unit: 'events/s', values: figures.whole, baseline, aim: '≥ 60 %' });
      for (const row of costRows({ one: 'an event', unit: 'events/s', costs, count: events, baseline })) report(row);
      report({ what: 'a million cases at this rate', unit: 'minutes', values: figures.whole.map((rate) => ((events / cases) * 1_000_000) / rate / 60), note: 'extrapolated' });
      report({ what: 'memory of the process, with the messages of the baseline in it', unit: 'MB', values: memory });
    } finally {
      await owner.end();
    }
  },
};
