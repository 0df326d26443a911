import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockStartedV2 = defineEvent({
  type: 'lianban.clock.started.v2',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A clock started to run.',
    zh: '时限开始计时。',
  },
  data: z.strictObject({
    ...f.clockIdentity,
    startedAt: f.instant,
    dueAt: f.instant,
    warnAt: z.array(f.instant).describe('When those who answer for it are warned, soonest first'),
    provisional: z.boolean().describe('True when a year on the way is not published yet: computed on the plain weekly pattern'),
    derivation: f.derivation,
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    milestone: null,
    workOrderId: null,
    department: null,
    startedAt: '2026-02-09T09:00:00+08:00',
    dueAt: '2026-02-13T17:30:00+08:00',
    warnAt: ['2026-02-12T17:30:00+08:00'],
    provisional: false,
    derivation: {
      policy: { id: 'lead-general', effectiveFrom: '2007-01-01T00:00:00+08:00' },
      matched: [{ by: 'level', value: 'general' }],
      calendarVersion: 'cn-2026.1',
      calendarUnit: null,
      start: '2026-02-09T09:00:00+08:00',
      limit: { kind: 'working', amount: 5, unit: 'days' },
      extensions: [],
      held: [],
      holidays: [],
      makeUpDays: [],
      extensionCap: { kind: 'working', amount: 5, unit: 'days' },
    },
  },
});
