import { type AccessTable, caseReaders } from '@lianban/service-kit';

const desk = { intake: 'everything' } as const;
const desks = { intake: 'everything', coordinator: 'everything' } as const;

const similarReaders = { ...desks, supervisor: 'everything', why: 'It shows titles of other people\'s demands.' } as const;

/** Who may call which route of intake, and how far they reach there. */
export const access: AccessTable = {
  'POST /api/v1/cases': { requester: 'everything', intake: 'everything' },
  'GET /api/v1/cases/:caseId': {
    ...caseReaders,
    why: 'Name, phone and address are shown to intake, and to call-back agents while a call-back is due (reach/reach.ts).',
  },
  'GET /api/v1/cases/:caseId/similar': similarReaders,
  'POST /api/v1/cases/similar': similarReaders,
  'POST /api/v1/cases/:caseId/withdraw': { requester: 'own account', intake: 'everything' },
  'POST /api/v1/cases/:caseId/contact': {
    intake: 'everything', operator: 'open orders of own department', head: 'open orders of own department',
    why: 'The response rate is counted for the unit, so it can act.',
  },
  'POST /api/v1/cases/:caseId/urge': { requester: 'own account', intake: 'everything' },
  'POST /api/v1/cases/:caseId/supplement': { requester: 'own account', intake: 'everything' },
  'GET /api/v1/cases/:caseId/messages': caseReaders,
  'POST /api/v1/cases/:caseId/messages': {
    requester: 'own account', intake: 'everything', operator: 'open orders of own department', head: 'open orders of own department',
    why: 'Who handles the case writes to the requester; intake enters what a requester says on the telephone.',
  },
  'POST /api/v1/cases/:caseId/accept': desk,
  'POST /api/v1/cases/:caseId/refuse': desk,
  'POST /api/v1/cases/:caseId/handle-on-the-spot': desk,
  'POST /api/v1/cases/:caseId/reopen': desk,
  'POST /api/v1/cases/:caseId/re-rate': desks,
  'POST /api/v1/cases/:caseId/merge': desks,
  'POST /api/v1/cases/:caseId/unmerge': desks,
  'POST /api/v1/cases/merge-many': desks,
};
