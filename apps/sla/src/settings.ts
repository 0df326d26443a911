import { readEnvironment, timerQuietSeconds } from '@lianban/service-kit';
import { z } from 'zod';

const schema = z.object({
  TIMER_QUIET_SECONDS: timerQuietSeconds,
  /** Pause before timers are looked at again when none was due, in milliseconds. */
  TIMER_INTERVAL_MS: z.coerce.number().int().min(10).max(60_000).default(500),
});

export interface SlaSettings {
  readonly quietMs: number;
  readonly intervalMs: number;
}
export const SETTINGS = Symbol('sla settings');

export const readSettings = (): SlaSettings => {
  const { TIMER_QUIET_SECONDS, TIMER_INTERVAL_MS } = readEnvironment(schema);
  return { quietMs: TIMER_QUIET_SECONDS * 1_000, intervalMs: TIMER_INTERVAL_MS };
};
