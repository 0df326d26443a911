import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const clockRescheduledV1 = defineEvent({
  type: 'lianban.clock.rescheduled.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A clock has another due time, or stands still or runs again. It may have been breached, met late or cancelled before: what it was judged by has changed.',
    zh: '时限重算：到期时间有变，或暂停、恢复计时。此前可能已超时、超时后完成或取消，现因计算依据有变而重算。',
  },
  data: z.strictObject({
    ...f.clockIdentity,
    status: z.enum(['running', 'held']),
    heldUntil: f.instant.nullable().describe('Review of the hold; it runs again then by itself'),
    previousDueAt: f.instant,
    dueAt: f.instant,
    warnAt: z.array(f.instant),
    provisional: z.boolean(),
    cause: f.growing(['held', 'resumed', 'extended', 're-rated', 'calendar', 'unit', 'unmerged', 'facts'], 'unit: another handling unit leads; facts: an older fact became known'),
    derivation: f.derivation,
  }),
  example: {
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    milestone: null,
    workOrderId: null,
    department: null,
    status: 'running',
    heldUntil: null,
    previousDueAt: '2026-02-13T17:30:00+08:00',
    dueAt: '2026-02-24T17:30:00+08:00',
    warnAt: ['2026-02-14T17:30:00+08:00'],
    provisional: false,
    cause: 'extended',
    derivation: {
      policy: { id: 'lead-general', effectiveFrom: '2007-01-01T00:00:00+08:00' },
      matched: [{ by: 'level', value: 'general' }],
      calendarVersion: 'cn-2026.1',
      calendarUnit: null,
      start: '2026-02-09T09:00:00+08:00',
      limit: { kind: 'working', amount: 5, unit: 'days' },
      extensions: [{ extensionId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31', by: { kind: 'working', amount: 2, unit: 'days' } }],
      held: [],
      holidays: [{ from: '2026-02-15', to: '2026-02-23' }],
      makeUpDays: ['2026-02-14'],
      extensionCap: { kind: 'working', amount: 5, unit: 'days' },
    },
  },
});
