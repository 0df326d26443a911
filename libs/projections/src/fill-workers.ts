/** Filling on several cores: whole partitions are shared out over worker threads, each with connections of its own. */
import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { sessionPool, type SessionConfig } from '@lianban/event-store';
import type { BackboneLog, PartitionRange } from '@lianban/kafka';
import { type Filled, fillRanges, type FillOptions } from './bulk-fill.js';
import type { ReadModel } from './read-model.js';

/** A module that calls `runFillWorker` with the read models of its service. */
export interface FillWorkers {
  readonly entry: URL;
  /** Threads; as many as there are cores unless said otherwise, and never more than partitions. */
  readonly count?: number;
  /** Options of Node for a thread, where they are not the process's own. */
  readonly execArgv?: readonly string[];
}

type Task = Omit<FillOptions<unknown>, 'model' | 'pool' | 'log' | 'progress'> & {
  readonly readModel: string;
  readonly database: Pick<SessionConfig, 'connectionString' | 'options' | 'session'>;
};

type Message =
  | { readonly kind: 'progress'; readonly messages: number }
  | { readonly kind: 'log'; readonly level: keyof BackboneLog; readonly fields: object; readonly message: string }
  | { readonly kind: 'filled'; readonly filled: Filled };

const connectionsEach = 3;

/** Shares of about the same number of messages: the largest range goes to the thread that has least. */
export const sharesOf = (ranges: readonly PartitionRange[], count: number): PartitionRange[][] => {
  const shares = Array.from({ length: Math.min(count, ranges.length) }, () => ({ size: 0n, ranges: [] as PartitionRange[] }));
  const sizeOf = ({ from, to }: PartitionRange) => to - from;
  for (const range of [...ranges].sort((a, b) => Number(sizeOf(b) - sizeOf(a)))) {
    const least = shares.reduce((a, b) => (b.size < a.size ? b : a));
    least.ranges.push(range);
    least.size += sizeOf(range);
  }
  return shares.map((share) => share.ranges);
};

/** In the thread of a worker: does its share and tells how it goes. */
export const runFillWorker = <View>(models: readonly ReadModel<View>[]): void => {
  const tell = (message: Message) => parentPort?.postMessage(message);
  const { readModel, database, ...task } = workerData as Task;
  const model = models.find(({ name }) => name === readModel);
  const noting = (level: keyof BackboneLog) => (fields: object, message: string) => tell({ kind: 'log', level, fields, message });
  const work = async () => {
    if (!model) throw new Error(`no read model ${readModel} in this worker`);
    const pool = sessionPool({ ...database, max: connectionsEach });
    const filled = await fillRanges({
      ...task, model, pool, log: { info: noting('info'), warn: noting('warn'), error: noting('error') }, progress: (messages) => tell({ kind: 'progress', messages }),
    });
    await pool.end();
    tell({ kind: 'filled', filled });
  };
  // Unhandled in a worker is the worker's error, which the one who waits for it gets.
  void work().catch((error: unknown) => { queueMicrotask(() => { throw error; }); });
};

const shareOf = <View>({ model, pool, log, progress, ...rest }: FillOptions<View>, { entry, execArgv }: FillWorkers, ranges: readonly PartitionRange[], running: Worker[]): Promise<Filled> =>
  new Promise((resolve, reject) => {
    const { connectionString, options, session } = pool.options as SessionConfig;
    const task: Task = { ...rest, ranges, readModel: model.name, database: { connectionString, options, session } };
    const worker = new Worker(entry, { workerData: task, ...(execArgv ? { execArgv: [...execArgv] } : {}) });
    running.push(worker);
    worker.on('message', (message: Message) => {
      switch (message.kind) {
        case 'progress': return progress(message.messages);
        case 'log': return log[message.level](message.fields, message.message);
        // What crossed over from another thread is bytes and no Buffer any more.
        case 'filled': return resolve({ ...message.filled, late: message.filled.late.map((raw) => ({ ...raw, value: Buffer.from(raw.value) })) });
      }
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a worker ended with ${code}`)));
  });

/** As `fillRanges`, over several threads. When one fails, all end before it is thrown. */
export const fillInWorkers = async <View>(options: FillOptions<View>, workers: FillWorkers): Promise<Filled> => {
  const shares = sharesOf(options.ranges, workers.count ?? availableParallelism());
  if (shares.length < 2) return fillRanges(options);
  const running: Worker[] = [];
  const { hold, keepLate } = options;
  const part = (all: number | undefined) => (all === undefined ? undefined : Math.ceil(all / shares.length));
  try {
    const filled = await Promise.all(shares.map((ranges) => shareOf({ ...options, hold: part(hold), keepLate: part(keepLate) }, workers, ranges, running)));
    return { ranges: filled.flatMap((each) => each.ranges), late: filled.flatMap((each) => each.late) };
  } finally {
    await Promise.all(running.map((worker) => worker.terminate()));
  }
};
