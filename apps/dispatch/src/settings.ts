import { readEnvironment, timerQuietSeconds } from '@lianban/service-kit';
import { z } from 'zod';

const schema = z.object({
  TIMER_QUIET_SECONDS: timerQuietSeconds,
  ROUTING_MODEL_FILE: z.string().optional(),
});

export interface DispatchSettings {
  /** A hold whose review was past when it was entered wakes once its case has been quiet for so long. */
  readonly quietMs: number;
  /** A model trained by `npm run train`; undefined: the shipped one. */
  readonly modelFile: string | undefined;
}
export const SETTINGS = Symbol('dispatch settings');

export const readSettings = (): DispatchSettings => {
  const { TIMER_QUIET_SECONDS, ROUTING_MODEL_FILE } = readEnvironment(schema);
  return { quietMs: TIMER_QUIET_SECONDS * 1_000, modelFile: ROUTING_MODEL_FILE };
};
