import type { AccessTable } from '@lianban/service-kit';

const cases = {
  analyst: 'everything', supervisor: 'everything', coordinator: 'everything', intake: 'everything', callback: 'everything',
  operator: 'cases of own department', head: 'cases of own department',
  why: 'A requester reads the own case at intake: insight does not know who registered it.',
} as const;
const figures = { analyst: 'everything', supervisor: 'everything', why: 'Figures over all units.' } as const;

const visitFigures = { ...figures, coordinator: 'everything', intake: 'everything', grid: 'everything', specialist: 'everything', why: 'Those who plan visits and make them choose by it where to go.' } as const;

/** Who may call which route of insight, and how far they reach there. */
export const access: AccessTable = {
  'GET /api/v1/insight/cases': cases,
  'GET /api/v1/insight/cases/:caseId': cases,
  'GET /api/v1/insight/cases/:caseId/timeline': cases,
  'GET /api/v1/insight/deadlines': figures,
  'GET /api/v1/insight/hotspots': { ...figures, coordinator: 'everything', intake: 'everything', why: 'It names cases, which they all read.' },
  'GET /api/v1/insight/overdue': figures,
  'GET /api/v1/insight/rates': figures,
  'GET /api/v1/insight/routing': figures,
  'GET /api/v1/insight/repeats': figures,
  'GET /api/v1/insight/returns': figures,
  'GET /api/v1/insight/returns/chains': figures,
  'GET /api/v1/insight/tiers': figures,
  'GET /api/v1/insight/visits/coverage': visitFigures,
  'GET /api/v1/insight/visits/unseen': visitFigures,
  'GET /api/v1/insight/workload': figures,
};
