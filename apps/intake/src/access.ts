import { type AccessTable, caseReaders } from '@lianban/service-kit';

const desk = { intake: 'everything' } as const;
/** Who visits sees names and doors. */
const visitors = { grid: 'everything', specialist: 'everything', intake: 'everything' } as const;
const planners = { coordinator: 'everything', intake: 'everything' } as const;
const desks = { intake: 'everything', coordinator: 'everything' } as const;

const similarReaders = { ...desks, supervisor: 'everything', why: 'It shows titles of other people\'s demands.' } as const;

/** Who may call which route of intake, and how far they reach there. */
export const access: AccessTable = {
  'POST /api/v1/cases': { requester: 'everything', intake: 'everything', grid: 'everything', specialist: 'everything' },
  'GET /api/v1/cases/:caseId': {
    ...caseReaders, grid: 'own account', specialist: 'own account',
    why: 'Who visits reads the cases of the demands they found. Name, phone and address are shown to intake, and to call-back agents while a call-back is due (reach/reach.ts).',
  },
  'GET /api/v1/cases/:caseId/similar': similarReaders,
  'POST /api/v1/cases/similar': similarReaders,
  'GET /api/v1/green-channel': { ...planners, grid: 'everything', specialist: 'everything', supervisor: 'everything', analyst: 'everything' },
  'POST /api/v1/visits': visitors,
  'POST /api/v1/visits/bulk': visitors,
  'GET /api/v1/visits': visitors,
  'GET /api/v1/visits/:visitId': visitors,
  'POST /api/v1/visit-plans': planners,
  'POST /api/v1/visit-plans/:planId/end': planners,
  'GET /api/v1/visit-plans': { ...planners, grid: 'everything', specialist: 'everything', supervisor: 'everything', analyst: 'everything' },
  'GET /api/v1/visit-plans/:planId': { ...planners, grid: 'everything', specialist: 'everything', supervisor: 'everything', analyst: 'everything' },
  'POST /api/v1/firms': visitors,
  'POST /api/v1/firms/:firmId/change': visitors,
  'GET /api/v1/firms': visitors,
  'GET /api/v1/firms/:firmId': visitors,
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
  'GET /api/v1/requester-notices': { admin: 'everything' },
  'POST /api/v1/requester-notices/:noticeId/retry': { admin: 'everything' },
  'POST /api/v1/cases/:caseId/accept': desk,
  'POST /api/v1/cases/:caseId/refuse': desk,
  'POST /api/v1/cases/:caseId/handle-on-the-spot': desk,
  'POST /api/v1/cases/:caseId/reopen': desk,
  'POST /api/v1/cases/:caseId/re-rate': desks,
  'POST /api/v1/cases/:caseId/merge': desks,
  'POST /api/v1/cases/:caseId/unmerge': desks,
  'POST /api/v1/cases/merge-many': desks,
};
