import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sources } from '@lianban/contracts';
import pg from 'pg';
import { copyToStores } from './copy-to-stores.js';
import { fillInsight } from './fill-insight.js';
import type { Benchmark } from './measure.js';
import type { ReconcileMeasured, ReconcileTask } from './reconcile-worker.js';

const inOwnProcess = (task: ReconcileTask): Promise<ReconcileMeasured> => new Promise((resolve, reject) => {
  const worker = fork(fileURLToPath(new URL(`reconcile-worker${extname(import.meta.url)}`, import.meta.url)));
  worker.once('message', (measured) => resolve(measured as ReconcileMeasured));
  worker.once('exit', (code) => reject(new Error(`the reconciliation ended with ${code}`)));
  worker.send(task);
});

export const reconcileBenchmark: Benchmark = {
  name: 'reconcile',
  title: 'Reconcile: stores, topic and read model hold the same',
  about: [
    'The whole `npm run reconcile` in a process of its own: the topic read into a temporary table, all comparisons in the database, every case folded afresh. Baseline: a process that reads',
    'all events of the four stores, one after the other, and does nothing with them. Each size has twice the cases of the one before; what grows with the cases doubles its time and keeps its rate.',
  ].join('\n'),
  async run(context) {
    const { adminUrl } = await context.postgres();
    const { brokers } = await context.kafka();
    for (const size of context.quick ? [50, 100] : [5_000, 10_000, 20_000]) {
      const { filled } = await fillInsight(context, size);
      const admin = new pg.Pool({ connectionString: adminUrl, max: 2 });
      await copyToStores(admin, context.say, sources);
      await admin.end();
      const read: number[] = [];
      const rates: number[] = [];
      const memory: number[] = [];
      for (let round = 0; round < context.rounds; round += 1) {
        read.push(filled.events / (await inOwnProcess({ adminUrl, brokers, readOnly: true })).seconds);
        const { seconds, maxRssMb, differences } = await inOwnProcess({ adminUrl, brokers, readOnly: false });
        if (differences.length > 0) throw new Error(`what was made to agree differs: ${differences.join('; ')}`);
        rates.push(filled.events / seconds);
        memory.push(maxRssMb);
        context.say(`${size} cases, round ${round + 1}: reconciled in ${seconds.toFixed(1)} s, at most ${maxRssMb.toFixed(0)} MB`);
      }
      const cases = `${size.toLocaleString('en')} cases`;
      context.report({ what: `reconcile, ${cases}`, unit: 'events/s', values: rates, baseline: { name: 'reading the events only', values: read } });
      context.report({ what: `the most memory of its process, ${cases}`, unit: 'MB', values: memory });
    }
  },
};
