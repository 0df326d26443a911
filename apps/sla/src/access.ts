import { type AccessTable, caseReaders } from '@lianban/service-kit';

const rules = { 'every token': 'everything', 'why': 'Limits and calendars are public rules.' } as const;
const question = { 'every token': 'everything', 'why': 'It calculates, and changes nothing.' } as const;
const publish = { admin: 'everything' } as const;
const ownNotices = {
  operator: 'own department', head: 'own department', intake: 'own desk', callback: 'own desk', supervisor: 'own desk', admin: 'everything',
  why: 'Intake is told of first contacts, call-back agents of call-backs, supervisors of all that is late and of what has no department.',
} as const;

/** Who may call which route of sla, and how far they reach there. */
export const access: AccessTable = {
  'GET /api/v1/cases/:caseId/clocks': caseReaders,
  'GET /api/v1/cases/:caseId/clock-strip': caseReaders,

  'GET /api/v1/supervisions': { operator: 'own department', head: 'own department', supervisor: 'own desk', admin: 'everything' },
  'GET /api/v1/notices': ownNotices,
  'POST /api/v1/notices/:noticeId/read': ownNotices,

  'GET /api/v1/sla/policies': rules,
  'GET /api/v1/sla/policies/:id/history': rules,
  'POST /api/v1/sla/policies': publish,
  'POST /api/v1/sla/policies/choose': question,
  'GET /api/v1/sla/calendars/:year': rules,
  'GET /api/v1/sla/calendars/:year/history': rules,
  'PUT /api/v1/sla/calendars/:year': publish,
  'POST /api/v1/sla/due-date': question,
  'POST /api/v1/sla/what-if': { supervisor: 'everything', analyst: 'everything', admin: 'everything', why: 'It reads the cases of a whole month.' },
  'GET /api/v1/sla/holder-times': { operator: 'own department', head: 'own department', supervisor: 'everything', analyst: 'everything' },
};
