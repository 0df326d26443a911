import type { ServiceName } from '@lianban/contracts';
import type { AccessTable } from './table.js';

const inside = { public: 'everything', why: 'The gateway does not forward it.' } as const;
const act = { admin: 'everything' } as const;
const look = { supervisor: 'everything' } as const;

/** Rows of the routes that every service has. */
export const sharedRoutes = (service: ServiceName): AccessTable => ({
  'GET /health/live': inside,
  'GET /health/ready': inside,
  'GET /metrics': inside,
  [`GET /api/v1/operations/${service}/parked-events`]: look,
  [`GET /api/v1/operations/${service}/parked-events/:parkedEventId`]: { ...act, why: 'It shows the raw message.' },
  [`POST /api/v1/operations/${service}/parked-events/:parkedEventId/retry`]: act,
  [`POST /api/v1/operations/${service}/parked-events/:parkedEventId/skip`]: { ...act, why: 'The effect of the event is missing afterwards.' },
  [`GET /api/v1/operations/${service}/parked-trail`]: look,
});
