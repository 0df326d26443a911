import type { AccessTable } from '@lianban/service-kit';

const ownOrders = { operator: 'own department' } as const;
const overview = { operator: 'own department', head: 'own department', coordinator: 'everything', supervisor: 'everything' } as const;
const ownAssistants = { operator: 'own department', head: 'own department', coordinator: 'everything', why: 'The unit that leads decides about its assistants.' } as const;
const directory = { 'every token': 'everything', 'why': 'The directory is the same for everybody, and names no person.' } as const;
const decideExtension = { head: 'own department', coordinator: 'everything', why: 'A head decides the first extension of a round, a coordinator any; never who asked for it. The decision itself says which it is (domain/extension.ts).' } as const;

/** Who may call which route of dispatch, and how far they reach there. */
export const access: AccessTable = {
  'GET /api/v1/departments': directory,
  'GET /api/v1/territories': directory,
  'GET /api/v1/categories': directory,
  'POST /api/v1/departments/:code': { admin: 'everything' },
  'POST /api/v1/territories/:code': { admin: 'everything' },
  'POST /api/v1/categories': { admin: 'everything' },
  'GET /api/v1/responsibilities': {
    intake: 'everything', coordinator: 'everything', operator: 'everything', head: 'everything', callback: 'everything', supervisor: 'everything', analyst: 'everything',
    why: 'Precedents name cases, so it is for colleagues.',
  },
  'POST /api/v1/responsibilities': { admin: 'everything' },
  'POST /api/v1/responsibilities/:responsibilityId/end': { admin: 'everything' },
  'GET /api/v1/templates': { 'every token': 'everything', 'why': 'What the district writes to requesters is no secret.' },
  'POST /api/v1/templates': { head: 'own department', admin: 'everything' },
  'GET /api/v1/rules': { 'every token': 'everything', 'why': 'The rules of the district are public.' },
  'POST /api/v1/rules/:name': { admin: 'everything' },
  'GET /api/v1/staff': {
    intake: 'everything', coordinator: 'everything', operator: 'everything', head: 'everything', callback: 'everything', supervisor: 'everything',
    why: 'Colleagues know each other by name; requesters and analysts see ids.',
  },
  'PUT /api/v1/staff': { admin: 'everything' },

  'GET /api/v1/cases/:caseId/routing-proposal': { coordinator: 'everything', intake: 'everything', supervisor: 'everything' },
  'POST /api/v1/cases/:caseId/dispatch': { coordinator: 'everything' },
  'POST /api/v1/cases/:caseId/ruling': { coordinator: 'everything' },
  'POST /api/v1/cases/:caseId/ruling/objection': { operator: 'own department', head: 'own department' },
  'POST /api/v1/cases/:caseId/ruling/objection/decide': { coordinator: 'everything', supervisor: 'everything', why: 'Never the person who ruled.' },
  'POST /api/v1/cases/:caseId/escalate': { coordinator: 'everything', supervisor: 'everything' },
  'POST /api/v1/cases/:caseId/bring-down': { coordinator: 'everything', supervisor: 'everything' },

  'GET /api/v1/departments/:code/inbox': overview,
  'GET /api/v1/work-orders/:workOrderId': {
    operator: 'cases of own department', head: 'cases of own department', coordinator: 'everything', supervisor: 'everything',
    why: 'Units that work on one case read each other\'s orders.',
  },
  'POST /api/v1/work-orders/:workOrderId/sign': ownOrders,
  'POST /api/v1/work-orders/:workOrderId/progress': ownOrders,
  'POST /api/v1/work-orders/:workOrderId/milestones': ownOrders,
  'POST /api/v1/work-orders/:workOrderId/complete': ownOrders,
  'POST /api/v1/work-orders/:workOrderId/return': ownOrders,
  'GET /api/v1/cases/:caseId/waiting-for': {
    intake: 'everything', coordinator: 'everything', callback: 'everything', supervisor: 'everything', operator: 'cases of own department', head: 'cases of own department',
  },
  'POST /api/v1/cases/:caseId/assistants': ownAssistants,
  'POST /api/v1/work-orders/:workOrderId/release': ownAssistants,
  'POST /api/v1/work-orders/:workOrderId/release-requests': { operator: 'own department', head: 'own department', why: 'The assistant itself.' },
  'POST /api/v1/work-orders/:workOrderId/release-requests/:number/approve': ownAssistants,
  'POST /api/v1/work-orders/:workOrderId/release-requests/:number/reject': ownAssistants,
  'GET /api/v1/unit-requests': { ...overview, why: 'A unit is shown what it asked and what it is asked.' },
  'POST /api/v1/work-orders/:workOrderId/transfer-requests': { operator: 'own department', head: 'own department' },
  'POST /api/v1/work-orders/:workOrderId/transfer-requests/:number/agree': { operator: 'own department', head: 'own department', why: 'The unit that was asked.' },
  'POST /api/v1/work-orders/:workOrderId/transfer-requests/:number/decline': { operator: 'own department', head: 'own department', why: 'The unit that was asked, or the one that asked.' },
  'POST /api/v1/work-orders/:workOrderId/hold': { coordinator: 'everything', why: 'A hold stops the clocks, so no unit sets its own.' },
  'POST /api/v1/work-orders/:workOrderId/resume': { coordinator: 'everything' },

  'GET /api/v1/extension-requests': { ...overview, why: 'A coordinator is shown those that a coordinator has to decide: the second of a round and later.' },
  'POST /api/v1/work-orders/:workOrderId/extension-requests': { operator: 'own department', head: 'own department' },
  'POST /api/v1/work-orders/:workOrderId/extension-requests/:number/approve': decideExtension,
  'POST /api/v1/work-orders/:workOrderId/extension-requests/:number/reject': decideExtension,
};
