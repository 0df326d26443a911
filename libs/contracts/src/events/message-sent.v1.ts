import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const messageSentV1 = defineEvent({
  type: 'lianban.message.sent.v1',
  source: 'intake',
  topic: topics.case,
  summary: {
    en: 'A message between the requester and those who handle the case. A question may stop the clocks until it is answered or its time is over.',
    zh: '诉求人与承办方之间的留言。提问可使时限暂停，至诉求人答复或等待期满为止。',
  },
  data: z.strictObject({
    messageId: f.uuid,
    side: f.messageSide,
    department: f.departmentCode.nullable().describe('Whose handler wrote it; null for the requester and for intake'),
    text: f.maskedText(20_000, 'The message'),
    asks: z.boolean().describe('A question to the requester'),
    waitsUntil: f.instant.nullable().describe('Of a question that stops the clocks: when they go on without an answer'),
    answers: f.uuid.nullable().describe('The open question that this message of the requester answers'),
  }),
  example: {
    messageId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c41', side: 'handler', department: 'urban-management', text: 'Which of the two lamps is it?', asks: true,
    waitsUntil: '2026-02-14T10:00:00+08:00', answers: null,
  },
});
