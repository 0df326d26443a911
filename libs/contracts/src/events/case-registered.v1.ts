import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const caseRegisteredV1 = defineEvent({
  type: 'lianban.case.registered.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'A demand was registered (诉求登记). The requester is a reference; contact data never leaves intake.',
    zh: '诉求已登记。诉求人以代号表示，联系方式只保存在受理环节。',
  },
  data: z.strictObject({
    caseNo: z.string().describe('Number for people, e.g. LB20260209-000001'),
    title: f.maskedText(200, 'Title'),
    description: f.maskedText(10_000, 'Description'),
    channel: f.channel,
    category: f.categoryCode.nullable(),
    territory: f.territoryCode,
    location: f.maskedText(200, 'Where in the territory').nullable(),
    requester: z.strictObject({ kind: f.requesterKind, ref: f.uuid.describe('Key of the protected contact data in intake') }),
    urgency: f.urgency,
  }),
  example: {
    caseNo: 'LB20260209-000001',
    title: 'Lamp at the east gate is dark',
    description: 'The lamp at the east gate has been out for a week.',
    channel: 'grid',
    category: null,
    territory: 'riverside-grid-01',
    location: 'East gate',
    requester: { kind: 'resident', ref: '5f0c7c1e-7f5a-4f43-9a6e-0f7d1c7c0a01' },
    urgency: 'normal',
  },
});
