import { readEnvironment, timerQuietSeconds } from '@lianban/service-kit';
import { z } from 'zod';

const schema = z.object({ TIMER_QUIET_SECONDS: timerQuietSeconds });

export interface DispatchSettings {
  /** A hold whose review was past when it was entered wakes once its case has been quiet for so long. */
  readonly quietMs: number;
}
export const SETTINGS = Symbol('dispatch settings');

export const readSettings = (): DispatchSettings => ({ quietMs: readEnvironment(schema).TIMER_QUIET_SECONDS * 1_000 });
