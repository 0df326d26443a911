import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const supervisionRaisedV1 = defineEvent({
  type: 'lianban.supervision.raised.v1',
  source: 'sla',
  topic: topics.case,
  summary: {
    en: 'A unit that is late is supervised (督办): reminded, criticised in public, or the case is raised to a higher tier.',
    zh: '对超时的承办单位予以督办：催办、通报批评，或将诉求件提级。',
  },
  data: z.strictObject({
    supervisionId: f.uuid,
    ...f.clockIdentity,
    step: f.supervisionStep,
    colour: z.enum(['yellow', 'red']),
    dueAt: f.instant.describe('Of the clock that was breached'),
    toTier: f.territoryKind.nullable().describe('Of an escalation: how high'),
  }),
  example: {
    supervisionId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31',
    clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31',
    kind: 'lead',
    round: 1,
    milestone: null,
    workOrderId: null,
    department: 'urban-management',
    step: 'reminder',
    colour: 'yellow',
    dueAt: '2026-02-12T17:30:00+08:00',
    toTier: null,
  },
});
