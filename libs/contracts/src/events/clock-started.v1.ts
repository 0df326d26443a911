import { z } from 'zod';
import { supersededEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockStartedV1 = supersededEvent({
  type: 'lianban.clock.started.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A clock started to run.',
    zh: '时限开始计时。',
  },
  data: z.strictObject({
    ...f.clockIdentityV1,
    startedAt: f.instant,
    dueAt: f.instant,
    provisional: z.boolean().describe('True when a year on the way is not published yet: computed on the plain weekly pattern'),
    derivation: f.derivationV1,
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    workOrderId: null,
    department: null,
    startedAt: '2026-02-09T09:00:00+08:00',
    dueAt: '2026-02-13T17:30:00+08:00',
    provisional: false,
    derivation: {
      policy: { id: 'lead-general', effectiveFrom: '2007-01-01T00:00:00+08:00' },
      calendarVersion: 'cn-2026.1',
      start: '2026-02-09T09:00:00+08:00',
      limit: { kind: 'working', amount: 5, unit: 'days' },
    },
  },
  upcast: {
    to: 'lianban.clock.started.v2',
    convert: ({ derivation, ...rest }) => ({
      ...f.liftClock(rest), warnAt: [],
      derivation: { ...derivation, matched: [], calendarUnit: null, extensions: [], held: [], holidays: [], makeUpDays: [], extensionCap: null },
    }),
  },
});
