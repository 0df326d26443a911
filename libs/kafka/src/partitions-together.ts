/** The statements around the effects of a transaction over several partitions: one to read, one to write. The SQL is in migration 0004. */
import type { Source } from '@lianban/contracts';
import type { BoundStatement, Tx } from '@lianban/event-store';
import type { EventAddress } from './cloud-event.js';
import { keyOf } from './consumer-tables.js';
import type { StreamKey } from './consumer-tables.js';
import { Fenced } from './failures.js';

/** A partition that moves from one offset to another. */
export interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** One stream's events in a stretch that is passed over: `first` to `last`, without a gap. */
export interface StreamRun extends StreamKey {
  readonly subject: string;
  readonly first: number;
  readonly last: number;
}

/** Locks are taken and rows written in the same order everywhere, so that two processes can't deadlock. */
const byPlace = <T extends { readonly topic: string; readonly partition: number }>(places: readonly T[]): T[] =>
  [...places].sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
const byStream = <T extends StreamKey>(streams: readonly T[]): T[] => [...streams].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

/**
 * Takes the partitions' turns and tells what a transaction has to know of the events before it. `lockTimeoutMs` bounds each wait for a
 * lock of this transaction, the turns included; 0 is without end.
 * @throws with code 55P03 when a lock was not to be had in that time
 */
export const judge = async (
  tx: Tx, consumer: string, places: readonly Pick<Move, 'topic' | 'partition'>[], addresses: readonly EventAddress[], lockTimeoutMs: number,
): Promise<{ versions: Map<string, number>; parked: Map<string, { blocked: boolean }> }> => {
  const sorted = byPlace(places);
  const streams = [...new Map(addresses.map((address) => [keyOf(address), address])).values()];
  const { rows } = await tx.query<{ source: Source | null; name: string; version: number; blocked: boolean }>(
    'SELECT source, name, version, blocked FROM judge_partitions($1, $2, $3, $4, $5, $6, $7)',
    [consumer, sorted.map((p) => p.topic), sorted.map((p) => p.partition), streams.map((s) => s.source), streams.map((s) => s.streamId),
      [...new Set(addresses.map(({ subject }) => subject))], String(lockTimeoutMs)],
  );
  const versions = new Map<string, number>();
  const parked = new Map<string, { blocked: boolean }>();
  for (const { source, name, version, blocked } of rows) {
    if (source) versions.set(keyOf({ source, streamId: name }), version);
    else parked.set(name, { blocked });
  }
  return { versions, parked };
};

/** Of `settle_or_fail`. */
const notWhereItWasLeft = 'LB001';

/** The end of a transaction: offsets by compare-and-set, and the last version of each stream. It fails when someone else has moved one: nothing may be committed then. See `asFenced`. */
export const settling = (consumer: string, moves: readonly Move[], versions: readonly (StreamKey & { readonly version: number })[]): BoundStatement => {
  const rows = byStream(versions);
  return {
    text: 'SELECT settle_or_fail($1, $2, $3, $4, $5, $6, $7, $8)',
    values: [consumer, moves.map((m) => m.topic), moves.map((m) => m.partition), moves.map((m) => String(m.from)), moves.map((m) => String(m.to)),
      rows.map((r) => r.source), rows.map((r) => r.streamId), rows.map((r) => r.version)],
  };
};

/** Names the error that a transaction with a `settling` threw. */
export const asFenced = (error: unknown, consumer: string, places: readonly Pick<Move, 'topic' | 'partition' | 'from'>[]): unknown =>
  ((error as { code?: string }).code === notWhereItWasLeft ? new Fenced(`${consumer} is not at ${placesOf(places)}`) : error);

export const placesOf = (moves: readonly Pick<Move, 'topic' | 'partition' | 'from'>[]): string => moves.map(({ topic, partition, from }) => `${topic}/${partition}:${from}`).join(', ');

/** Moves past events that need no judgement, in one round trip; false, with nothing done, when they need it after all or somebody has a partition's turn. */
export const passOver = async (tx: Tx, consumer: string, moves: readonly Move[], runs: readonly StreamRun[]): Promise<boolean> => {
  const sorted = byPlace(moves);
  const streams = byStream(runs);
  const { rows: [row] } = await tx.query<{ passed: boolean }>(
    'SELECT pass_over_partitions($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS passed',
    [consumer, sorted.map((m) => m.topic), sorted.map((m) => m.partition), sorted.map((m) => String(m.from)), sorted.map((m) => String(m.to)),
      streams.map((r) => r.source), streams.map((r) => r.streamId), streams.map((r) => r.first), streams.map((r) => r.last),
      [...new Set(runs.map((r) => r.subject))]],
  );
  return row?.passed ?? false;
};
