import { Counter, Histogram } from 'prom-client';

/** Metrics of this library. Labels have few values; never a case id, never anything personal. All metrics: `docs/generated/metrics.md`. */
const buckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export const appendSeconds = new Histogram({
  name: 'lianban_append_duration_seconds',
  help: 'One transaction that appends, from asking for its connection until it is on disk; outcome: committed, conflict, failed',
  labelNames: ['outcome'], buckets,
});

export const appendedEvents = new Counter({ name: 'lianban_events_appended_total', help: 'Events written to the event store, by type', labelNames: ['type'] });

export const appendConflicts = new Counter({ name: 'lianban_append_conflicts_total', help: 'Appends that found their stream changed; each is tried again in a new transaction, a few times' });

export const groupSize = new Histogram({ name: 'lianban_append_group_commands', help: 'Commands that were committed together', buckets: [1, 2, 4, 8, 16, 32, 64] });

export const queueSeconds = new Histogram({ name: 'lianban_append_queue_seconds', help: 'How long the first command of each group had waited for its turn', buckets });

export const queueRefused = new Counter({ name: 'lianban_append_queue_refused_total', help: 'Commands refused because too many waited, or for too long; the caller got 503' });
