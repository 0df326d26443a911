import type { EventEnvelope } from '@lianban/contracts';
import { Counter, Gauge, Histogram } from 'prom-client';

/** Metrics of the backbone. Labels have few values; never a case id, never anything personal. All metrics: `docs/generated/metrics.md`. */
const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const delays = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];
const sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

export const relayPublished = new Counter({ name: 'lianban_relay_published_events_total', help: 'Events that this process has published and the broker has acknowledged' });
export const relayPublishSeconds = new Histogram({ name: 'lianban_relay_publish_duration_seconds', help: 'From handing a batch to the producer until the broker has acknowledged it', buckets: seconds });
export const relayBatch = new Histogram({ name: 'lianban_relay_batch_events', help: 'Events in one request to the broker', buckets: sizes });
export const relayStumbles = new Counter({ name: 'lianban_relay_stumbles_total', help: 'Terms of leadership that an error ended; the relay starts again from its position' });
export const orderAlarms = new Counter({ name: 'lianban_relay_order_alarms_total', help: 'Events whose version did not follow the one before in their stream; must stay 0' });

interface Leadership { readonly leading: boolean }
const relays = new Set<Leadership>();

export const relayLeading = new Gauge({
  name: 'lianban_relay_leading',
  help: '1 while the relay of this process publishes, 0 while it stands by; summed over the copies of a service it is 1',
  collect() {
    // Absent where there is no relay.
    this.remove();
    if (relays.size > 0) this.set([...relays].some(({ leading }) => leading) ? 1 : 0);
  },
});

/** Shows whether a relay leads, from now until the returned function is called. */
export const watchRelay = (relay: Leadership): (() => void) => {
  relays.add(relay);
  return () => void relays.delete(relay);
};

const labelNames = ['consumer'] as const;
const batchEvents = new Histogram({ name: 'lianban_consumer_batch_events', help: 'Events that a consumer handled in one transaction', labelNames, buckets: sizes });
const applySeconds = new Histogram({ name: 'lianban_consumer_apply_duration_seconds', help: 'One transaction of a consumer: judging, handling, positions, commit', labelNames, buckets: seconds });
const delaySeconds = new Histogram({
  name: 'lianban_consumer_delay_seconds', help: 'From the writing of an event until its effect was committed; of the oldest event of each transaction', labelNames, buckets: delays,
});
const consumed = new Counter({
  name: 'lianban_consumer_events_total', help: 'Events a consumer is done with; outcome: applied, passed (none it handles, or a copy), parked', labelNames: ['consumer', 'outcome'],
});
const lostRaces = new Counter({ name: 'lianban_consumer_lost_races_total', help: 'Transactions of a consumer that lost a race and were done again', labelNames });

/** Counts what one consumer does. */
export const consumerMeter = (consumer: string) => {
  const labels = { consumer };
  const [batch, took, delay, lost] = [batchEvents.labels(labels), applySeconds.labels(labels), delaySeconds.labels(labels), lostRaces.labels(labels)];
  const [applied, passed, parked] = ['applied', 'passed', 'parked'].map((outcome) => consumed.labels({ consumer, outcome })) as [Counter.Internal, Counter.Internal, Counter.Internal];
  return {
    /** A transaction has committed that began at `startedAt` (`performance.now()`). */
    done(startedAt: number, { covered, apply, park }: { covered: number; apply: readonly EventEnvelope[]; park: readonly unknown[] }): void {
      took.observe((performance.now() - startedAt) / 1000);
      parked.inc(park.length);
      passed.inc(covered - apply.length - park.length);
      if (apply.length === 0) return;
      applied.inc(apply.length);
      batch.observe(apply.length);
      const oldest = Math.min(...apply.map(({ metadata }) => Date.parse(metadata.recordedAt)));
      delay.observe(Math.max(0, Date.now() - oldest) / 1000);
    },
    passed: (events: number): void => passed.inc(events),
    parked: (events: number): void => parked.inc(events),
    lostRace: (): void => lost.inc(),
  };
};

export const putOff = new Counter({
  name: 'lianban_consumer_put_off_total', help: 'Batches that a consumer put off; reason: fenced (another copy has the partition), database, error', labelNames: ['consumer', 'reason'],
});

export const unreadable = new Counter({
  name: 'lianban_consumer_unreadable_batches_total',
  help: 'Batches that a consumer could not read; reason: foreign (written so by somebody else; passed over), damaged (not as it was written; its partition waits before it)',
  labelNames: ['consumer', 'reason'],
});

/** What a running consumer shows. Lags are messages by `topic/partition`. */
interface Reading {
  readonly consumer: string;
  readonly joined: boolean;
  /** Partitions stopped at a damaged batch. */
  readonly stopped: number;
  readonly lags: ReadonlyMap<string, bigint>;
}
const readings = new Set<Reading>();

export const consumerLag = new Gauge({
  name: 'lianban_consumer_lag_messages',
  help: 'Messages between a consumer and the end of a partition it is assigned, as of its last fetch',
  labelNames: ['consumer', 'topic', 'partition'],
  collect() {
    // A partition that another copy has taken over is reported by that copy.
    this.reset();
    for (const { consumer, lags } of readings) {
      for (const [place, lag] of lags) {
        const cut = place.lastIndexOf('/');
        this.set({ consumer, topic: place.slice(0, cut), partition: place.slice(cut + 1) }, Number(lag));
      }
    }
  },
});

export const consumerJoined = new Gauge({
  name: 'lianban_consumer_joined',
  help: '1 while the consumer is a member of its group, 0 while it tries to be',
  labelNames: ['consumer'],
  collect() {
    this.reset();
    for (const { consumer, joined } of readings) this.set({ consumer }, joined ? 1 : 0);
  },
});

export const consumerStopped = new Gauge({
  name: 'lianban_consumer_stopped_partitions',
  help: 'Partitions of a consumer that wait before a damaged batch; must be 0',
  labelNames: ['consumer'],
  collect() {
    this.reset();
    for (const { consumer, stopped } of readings) this.set({ consumer }, stopped);
  },
});

/** Shows a consumer's lag and membership, from now until the returned function is called. */
export const watchConsumer = (reading: Reading): (() => void) => {
  readings.add(reading);
  return () => void readings.delete(reading);
};
