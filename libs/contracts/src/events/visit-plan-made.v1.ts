import { z } from 'zod';
import { defineEvent, topics } from '../define-event.js';
import * as f from '../fields.js';

export const visitPlanMadeV1 = defineEvent({
  type: 'lianban.visit-plan.made.v1',
  source: 'intake',
  topic: topics.visit,
  summary: {
    en: 'A plan of visits was made: where, until when, by which posts, and how many each.',
    zh: '走访计划已制定：走访范围、起止日期、参与岗位及各岗位任务数。',
  },
  data: z.strictObject({
    planId: f.uuid,
    title: f.maskedText(200, 'Title'),
    territory: f.territoryCode,
    from: f.localDate,
    to: f.localDate.describe('Inclusive'),
    posts: z.array(z.strictObject({ post: f.post, portfolio: f.portfolio, quota: z.int().min(1).describe('Visits at which somebody was met') })).min(1),
  }),
  example: {
    planId: '9d0f3e6c-1a4b-4b7a-8a5e-2f1f6f0e9b10', title: 'Cedar Park, spring round', territory: 'cedar-park', from: '2026-03-01', to: '2026-03-31',
    posts: [{ post: 'park-head', portfolio: null, quota: 60 }, { post: 'specialist', portfolio: 'economy', quota: 40 }],
  },
});
