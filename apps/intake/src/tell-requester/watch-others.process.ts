import { onEach } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import type { IntakeFacts } from '../domain/facts.js';
import type { IntakeState } from '../domain/intake-case.js';
import { intakeStream } from '../intake-stream.js';
import { queueNotices } from './notice-rows.js';
import { foreignNoticesOf, foreignNoticeTypes } from './notices-of.js';

/** Watches what the requester is told of other services' work: answers, new dates, call-backs. */
export const watchOthers: ProcessManager<IntakeState, IntakeFacts> = {
  ...onEach(foreignNoticeTypes, (event) => (event.type === 'lianban.clock.rescheduled.v1' && event.data.cause !== 'extended' ? undefined : {
    stream: intakeStream,
    // Nothing is decided; the case is read, since it says whose demands it answers.
    decide: () => [],
    rows: ({ state, facts }, write) => {
      if (state !== null) for (const notice of foreignNoticesOf(event, state, facts)) write(queueNotices, notice);
    },
  })),
  'lianban.extension.granted.v1': () => ({ stream: intakeStream }),
};
