import type { Tx } from '@lianban/event-store';
import { readGauge } from '@lianban/service-kit';
import type { Reading } from '@lianban/service-kit';
import { Counter, Histogram } from 'prom-client';
import { timerLag } from './timer-rows.js';

export const sweepSeconds = new Histogram({
  name: 'lianban_timer_sweep_duration_seconds', help: 'One look for due timers, with the breaches it wrote', buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
});
export const breachesWritten = new Counter({ name: 'lianban_timer_breaches_total', help: 'Clocks that this process has declared breached' });
export const sweepConflicts = new Counter({ name: 'lianban_timer_conflicts_total', help: 'Cases whose timers lost a race and wait for the next sweep' });

const due = readGauge('lianban_timers_due', 'Timers that may fire and have not yet; counted up to 10000');
const late = readGauge('lianban_timers_late_seconds', 'How long the oldest of them has been waiting');

/** Every copy of sla tells the same. */
export const timerReading = (sql: Tx): Reading => ({
  name: 'timers',
  gauges: [due, late],
  async read() {
    const lag = await timerLag(sql);
    due.set(lag.due);
    late.set(lag.lateMs / 1000);
  },
});
