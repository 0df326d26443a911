import { dueMetrics } from '@lianban/timers';
import { Counter, Histogram } from 'prom-client';
import type { Firing } from './firings.js';

export const sweepSeconds = new Histogram({
  name: 'lianban_timer_sweep_duration_seconds', help: 'One look for due timers, with the events it wrote', buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
});
const fired = new Counter({
  name: 'lianban_timer_fired_total', help: 'What time alone brought about for clocks, written by this process; purpose: warning, breach, lapse, reminder, criticism, escalation',
  labelNames: ['purpose'],
});
const lateness = new Histogram({
  name: 'lianban_timer_lateness_seconds',
  help: 'From the time of a warning, breach, ... until it was written; without those that were over when they became known, which wait for their case to be quiet',
  labelNames: ['purpose'], buckets: [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 3_600],
});
export const sweepConflicts = new Counter({ name: 'lianban_timer_conflicts_total', help: 'Cases whose timers lost a race and wait for the next sweep' });

export const dueTimers = dueMetrics('lianban_timers', 'Timers that may fire and have not yet', 'SELECT fire_at AS at FROM timer');

export const countFirings = (firings: readonly Firing[]): void => {
  for (const { purpose, lateSeconds, recordedLate } of firings) {
    fired.inc({ purpose });
    if (!recordedLate) lateness.observe({ purpose }, lateSeconds);
  }
};
