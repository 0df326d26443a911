import type { AccessTable } from '@lianban/service-kit';

const documents = { public: 'everything', why: 'They say what the system offers, and nothing of a case.' } as const;

/** Who may call the gateway's own routes. For forwarded routes, the service behind checks its own table. */
export const access: AccessTable = {
  'GET /': documents,
  'GET /api/openapi.json': documents,
  'GET /api/asyncapi.json': documents,
  'GET /api/schemas/:file': documents,
  'GET /health/live': { public: 'everything' },
  'GET /health/ready': { public: 'everything', why: 'The status. What stands behind it is for this machine, supervisors and admins (health/insiders.ts).' },
  'GET /metrics': { public: 'everything', why: 'For this machine, supervisors and admins only: health/insiders.ts looks at the address before it asks for a token.' },
};
