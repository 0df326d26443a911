import { readRanges, toRawEvent, type BackboneLog, type PartitionRange, type RawEvent } from '@lianban/kafka';
import type pg from 'pg';
import { type BinaryRows, binaryRows } from './binary-rows.js';
import { columnsOf } from './columns.js';
import { copyIn } from './copy-in.js';
import { foldPartition } from './fold-partition.js';
import { tableOf, type ReadModel } from './read-model.js';

export interface FillOptions<View> {
  readonly model: ReadModel<View>;
  readonly version: number;
  /** Whose positions are written. */
  readonly consumer: string;
  readonly ranges: readonly PartitionRange[];
  readonly pool: pg.Pool;
  readonly brokers: readonly string[];
  readonly log: BackboneLog;
  /** Told of messages read, now and then. */
  readonly progress: (messages: number) => void;
  readonly hold?: number;
  readonly keepLate?: number;
}

/** Where the ordinary consumer must continue in a partition. */
export interface FilledRange extends PartitionRange { readonly resumeAt: bigint }

export interface Filled {
  readonly ranges: readonly FilledRange[];
  /** What it must apply before that. */
  readonly late: readonly RawEvent[];
}

/**
 * Most cases held in memory, about 5 KB each: 100 MB. Only open cases of one partition count. More of them cost time, not memory, since the
 * ordinary consumer goes on with those that were given out too early.
 */
const holdAtMost = 20_000;
const keepLateAtMost = 10_000;
/** A COPY this size takes some tens of milliseconds. */
const chunkBytes = 4_194_304;

const writableColumns = async (pool: pg.Pool, table: string) => (await columnsOf(pool, table)).filter(({ generated }) => !generated);

/** Fills empty tables without indexes from ranges of the topics, one partition after the other, with final rows. */
export const fillRanges = async <View>(options: FillOptions<View>): Promise<Filled> => {
  const { model, version, consumer, ranges, pool, brokers, log, progress, hold = holdAtMost, keepLate = keepLateAtMost } = options;
  const rows = new Map<string, BinaryRows>();
  for (const { name } of model.tables) rows.set(name, binaryRows(await writableColumns(pool, tableOf(name, version))));
  const streams = binaryRows(await writableColumns(pool, 'consumer_stream'));
  const copies = copyIn(pool);
  const late: RawEvent[] = [];
  const filled: FilledRange[] = [];
  const newFold = () => foldPartition({ model, rows, streams, consumer, hold, late, keepLate, log });
  let fold = newFold();

  const passOn = async (least: number) => {
    for (const [name, each] of rows) if (each.mark > least) await copies.put(tableOf(name, version), each.take());
    if (streams.mark > least) await copies.put('consumer_stream', streams.take());
  };

  await readRanges({ brokers, log, reader: `fill-${model.name}`, ranges }, async ({ topic, partition }, messages) => {
    for (const message of messages) fold.take(toRawEvent(topic, partition, message));
    progress(messages.length);
    await passOn(chunkBytes);
  }, async (range) => {
    for (let count = 1; fold.giveOutOldest(); count += 1) if (count % 1_000 === 0) await passOn(chunkBytes);
    filled.push({ ...range, resumeAt: fold.resumeAt ?? range.to });
    fold = newFold();
  });
  await passOn(0);
  await copies.finish();
  return { ranges: filled, late };
};
