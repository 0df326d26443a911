import type { Tx } from '@lianban/event-store';
import type { EachBatchPayload } from 'kafkajs';
import type { BackboneLog } from './client.js';
import { loadOffset, loadOffsets, moveOffset } from './consumer-tables.js';
import { firstOffsetOf } from './fetch-answers.js';
import type { PartitionRange } from './read-ranges.js';

export type FetchedBatch = Pick<EachBatchPayload['batch'], 'topic' | 'partition' | 'messages' | 'highWatermark'> & {
  /** We ask for it; the client's own types omit it. */
  readonly fetchedOffset?: string;
};

interface FollowingOptions {
  readonly consumer: string;
  readonly tx: Tx;
  readonly log: BackboneLog;
  /** Has the client fetch a partition from this offset on, or is forgotten by it: a seek is lost with a commit that fails. */
  readonly seekTo: (topic: string, partition: number, offset: bigint) => void;
  /** What the broker has of these topics now. */
  readonly bounds: (topics: readonly string[]) => Promise<readonly PartitionRange[]>;
  /** Tells whether a topic was made anew. */
  readonly topics: { look(): Promise<boolean>; readonly missing: readonly string[] };
  /** Whether a partition is still busy while the others are fetched; the seek follows when it is done. */
  readonly isAside: (place: string) => boolean;
}

const maxSeeks = 5;

export const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * Where a consumer goes on in each of its partitions. Positions live in Postgres beside the effects; the client begins where Kafka's committed offset says, goes
 * its own way after errors, and is sent back.
 */
export const createFollowing = ({ consumer, tx, log, seekTo, bounds, topics, isAside }: FollowingOptions) => {
  // Where this consumer's last commit left a partition. Forgotten whenever anything went wrong; if it is outdated, the offset check fails.
  const positions = new Map<string, bigint>();
  const seeks = new Map<string, { position: bigint; times: number }>();
  // Partitions that were sent to their position and have not confirmed it yet.
  const sought = new Set<string>();
  let assignment: Readonly<Record<string, readonly number[]>> = {};

  const boundsOf = async (topic: string, partition: number): Promise<PartitionRange> => {
    const found = (await bounds([topic])).find((one) => one.partition === partition);
    if (!found) throw new Error(`the broker knows no bounds of ${topic}/${partition}`);
    return found;
  };

  /** Kafka's offset may be ahead of ours, and without a new message no batch would show it. */
  const seekToPositions = async (): Promise<void> => {
    const places = Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition, place: placeOf(topic, partition) })));
    for (const { place } of places) sought.add(place);
    const stored = await loadOffsets(tx, consumer);
    for (const { topic, partition, place } of places) seekTo(topic, partition, stored.get(place) ?? 0n);
  };

  /** A topic can be deleted and made anew without the client noticing; what was read by the old positions until then is read again. @returns whether that is so */
  const lookAtTopics = async (): Promise<boolean> => {
    if (!(await topics.look())) return false;
    positions.clear();
    await seekToPositions();
    return true;
  };

  return {
    seekToPositions,
    lookAtTopics,

    /** Forgets everything from the previous assignment. */
    assigned(now: Readonly<Record<string, readonly number[]>>): void {
      positions.clear();
      seeks.clear();
      sought.clear();
      assignment = now;
    },

    /** The next offset to apply. */
    async positionOf(topic: string, partition: number): Promise<bigint> {
      const place = placeOf(topic, partition);
      const known = positions.get(place);
      positions.delete(place);
      return known ?? loadOffset(tx, consumer, topic, partition);
    },

    /** A transaction of this consumer has left the partition there. */
    moved(topic: string, partition: number, next: bigint): void {
      positions.set(placeOf(topic, partition), next);
    },

    /** Whether this batch can be applied from `position` on; if not, the client has been sent elsewhere. @throws what broker or database threw */
    async follows({ topic, partition, messages, highWatermark, fetchedOffset }: FetchedBatch, position: bigint): Promise<boolean> {
      const place = placeOf(topic, partition);
      const first = messages[0] ? firstOffsetOf(messages[0]) : position;
      if (BigInt(highWatermark) < position) {
        if (await lookAtTopics()) return false;
        // What was fetched may be older than the position, which another copy has moved since, or come of a broker that has just taken over.
        if ((await boundsOf(topic, partition)).to >= position) {
          seekTo(topic, partition, position);
          return false;
        }
        log.error({ consumer, topic, partition, highWatermark, position: String(position) }, 'the topic ends before the position: it was made anew; reading all of it');
        await moveOffset(tx, consumer, topic, partition, position, 0n);
        seekTo(topic, partition, 0n);
        return false;
      }
      if (first <= position) {
        seeks.delete(place);
        sought.delete(place);
        return true;
      }
      const before = seeks.get(place);
      const times = before?.position === position ? before.times + 1 : 1;
      seeks.set(place, { position, times });
      // Fetched from where it should go on; or the client begins with what is there, whatever it is told.
      if (BigInt(fetchedOffset ?? first) <= position || (times % maxSeeks === 0 && (await boundsOf(topic, partition)).from > position)) {
        log.error({ consumer, topic, partition, position: String(position), first: String(first) }, 'the topic no longer has the events in between; going on without them');
        return true;
      }
      log.warn({ consumer, topic, partition, position: String(position), first: String(first) }, 'behind the fetched batch; seeking back');
      seekTo(topic, partition, position);
      return false;
    },

    /** Seeks again where there is something to read and it does not arrive. */
    async seekAgain(): Promise<void> {
      if (sought.size === 0) return;
      const stored = await loadOffsets(tx, consumer);
      for (const { topic, partition, to } of await bounds(Object.keys(assignment).filter((one) => !topics.missing.includes(one)))) {
        const place = placeOf(topic, partition);
        const position = stored.get(place) ?? 0n;
        if (to <= position) sought.delete(place);
        else if (sought.has(place) && !isAside(place)) seekTo(topic, partition, position);
      }
    },
  };
};
