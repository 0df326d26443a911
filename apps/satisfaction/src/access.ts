import type { AccessTable } from '@lianban/service-kit';

/** Who may call which route of satisfaction, and how far they reach there. */
export const access: AccessTable = {
  'GET /api/v1/call-backs': { callback: 'everything', coordinator: 'everything', supervisor: 'everything' },
  'POST /api/v1/call-backs/:callBackId/outcome': {
    callback: 'everything', why: 'Never by somebody of the unit that handled the case: the decision itself says so (domain/decide.ts).',
  },
  'GET /api/v1/assessments/:period': { supervisor: 'everything', analyst: 'everything' },
};
