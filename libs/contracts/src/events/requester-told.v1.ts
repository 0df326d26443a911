import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const requesterToldV1 = defineEvent({
  type: 'lianban.requester.told.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'A notice to the requester was handed over, or could not be. It names neither address nor telephone.',
    zh: '对诉求人的通知已送交或未能送达；不含地址和电话。',
  },
  data: z.strictObject({
    noticeId: f.uuid.describe('The same at every try, so that a receiver can drop a repeat'),
    notice: f.requesterNotice,
    channel: f.noticeChannel,
    outcome: f.growing(['delivered', 'failed', 'no-address'], 'delivered: the channel took it; failed: given up after all tries; no-address: nothing is known by which the channel reaches the requester'),
    tries: z.int().min(1),
  }),
  example: { noticeId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c51', notice: 'registered', channel: 'smtp', outcome: 'delivered', tries: 1 },
});
