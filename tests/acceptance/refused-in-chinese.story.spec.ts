import { beforeAll, describe, expect, it } from '@jest/globals';
import { channels } from '@lianban/contracts';
import type { Persona } from '../../tools/src/cases/case-script.js';
import { demandOf, eventually, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

interface Problem { readonly title: string; readonly detail: string; readonly errors?: readonly { readonly field: string; readonly reason: string }[] }
interface Refusal {
  readonly by: string;
  readonly as: Persona;
  readonly path: (caseId: string) => string;
  /** Without one it is a GET. */
  readonly body?: object;
  readonly status: number;
  readonly fields?: readonly string[];
  /** What stands in the text as it is. */
  readonly codes?: readonly string[];
}

const unknownId = '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01';
const table: readonly Refusal[] = [
  { by: 'intake', as: 'intake', path: () => '/api/v1/cases', body: { ...demandOf({ title: ' ' }), channel: 'fax', requester: undefined, wish: 1 }, status: 400, fields: ['wish', 'title', 'channel', 'requester'], codes: channels },
  { by: 'intake', as: 'intake', path: (caseId) => `/api/v1/cases/${caseId}/accept`, body: { level: 'simple' }, status: 409 },
  { by: 'dispatch', as: 'coordinator', path: (caseId) => `/api/v1/cases/${caseId}/dispatch`, body: { lead: 'magic' }, status: 422, fields: ['lead'], codes: ['magic'] },
  { by: 'dispatch', as: 'coordinator', path: (caseId) => `/api/v1/cases/${caseId}/dispatch`, body: { lead: 'housing' }, status: 409 },
  { by: 'sla', as: 'analyst', path: () => '/api/v1/sla/due-date', body: { start: '昨天', kind: 'working', amount: -1, unit: 'hours' }, status: 400, fields: ['start', 'amount'] },
  { by: 'satisfaction', as: 'callback', path: () => `/api/v1/call-backs/${unknownId}/outcome`, body: { reached: '是', satisfaction: 6 }, status: 400, fields: ['reached', 'satisfaction'] },
  { by: 'satisfaction', as: 'callback', path: () => `/api/v1/call-backs/${unknownId}/outcome`, body: { reached: false }, status: 404 },
  { by: 'insight', as: 'analyst', path: () => '/api/v1/insight/cases?limit=0&cursor=x', status: 400, fields: ['limit'] },
  { by: 'insight', as: 'analyst', path: () => `/api/v1/insight/cases/${unknownId}`, status: 404 },
  { by: 'the gateway', as: 'intake', path: () => '/api/v1/casez', body: {}, status: 404 },
];

/** Words in Latin letters that are neither a code of the request nor one the reader is to copy. */
const latinIn = (text: string, codes: readonly string[]): string[] =>
  (text.replace(/`[^`]*`/g, '').match(/[\w.-]*[A-Za-z]{2,}[\w.-]*/g) ?? []).filter((word) => !codes.includes(word) && word !== 'ISO');

describe('who reads Chinese', () => {
  let system: RunningSystem;
  let refused: string;
  beforeAll(async () => {
    system = await runningSystem();
    const intake = system.story().as('intake');
    refused = (await intake.registerCase(demandOf({ title: '看不懂的拒绝' }))).body.caseId;
    await intake.refuse(refused, { reason: 'malicious', text: '不予受理。' });
  }, startLimitMs);

  it.each(table.map((row) => [row.by, row.status, row] as const))('is told in Chinese why %s refuses with %i', async (_by, _status, { as, path, body, status, fields = [], codes = [] }) => {
    const headers = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5', 'content-type': 'application/json', 'authorization': `Bearer ${await system.token(as)}` };
    const ask = () => fetch(system.gatewayUrl + path(refused), body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
    // Dispatch hears of the refusal a moment later.
    const response = await eventually(ask, (answer) => expect(answer.status).toBe(status));
    const { title, detail, errors = [] } = await response.json() as Problem;
    expect(response.headers.get('content-language')).toBe('zh');
    expect(errors.map(({ field }) => field).sort()).toEqual([...fields].sort());
    const texts = [title, detail, ...errors.map(({ reason }) => reason)];
    for (const text of texts) expect([text, latinIn(text, [...codes, ...fields])]).toEqual([expect.stringMatching(/\p{Script=Han}/u), []]);
  }, storyLimitMs);
});
