import { Counter, Histogram } from 'prom-client';

/** What this library tells Prometheus. Labels have few values; never a case id, never anything personal. All metrics: `docs/generated/metrics.md`. */
const buckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export const appendSeconds = new Histogram({
  name: 'lianban_append_duration_seconds',
  help: 'From the first statement of a transaction that appends until it is on disk, waiting for a connection included; outcome: committed, conflict, failed',
  labelNames: ['outcome'], buckets,
});

export const appendedEvents = new Counter({ name: 'lianban_events_appended_total', help: 'Events written to the event store, by type', labelNames: ['type'] });

export const appendConflicts = new Counter({ name: 'lianban_append_conflicts_total', help: 'Appends that found their stream changed; each is tried again in a new transaction, a few times' });
