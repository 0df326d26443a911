import type { ProcessManager } from '@lianban/service-kit';
import type { IntakeFacts } from '../domain/facts.js';
import type { IntakeState } from '../domain/intake-case.js';
import { intakeStream } from '../intake-stream.js';
import { closeAfterCallBack } from './close-after-call-back.decider.js';

/** Watches call-back outcomes: the last of a round that means close closes the case. */
export const watchCallBacks: ProcessManager<IntakeState, IntakeFacts> = {
  'lianban.call-back.recorded.v2': ({ data }) => ({
    stream: intakeStream,
    mayAct: () => data.decision === 'close',
    decide: ({ state, facts }) => closeAfterCallBack(state, facts),
  }),
};
