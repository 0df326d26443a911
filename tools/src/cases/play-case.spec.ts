import { describe, expect, it } from '@jest/globals';
import { LianbanApiError } from '../client/index.js';
import type { CaseScript, Step } from './case-script.js';
import { playCase, StillWaitingError, type PlayContext } from './play-case.js';

/** A system of two cases: dispatches to whom it is told, and shows a call-back the second time it is asked. Refuses the commands of `refused`. */
const system = (refused: readonly string[] = []) => {
  const said: string[] = [];
  let registered = 0;
  let asked = 0;
  const bodyOf = (path: string, sent: { lead?: string; assist?: string[] }, caseId: string) => {
    if (path === '/api/v1/cases') return { caseId: `case-${(registered += 1)}` };
    if (path.endsWith('/dispatch')) return { workOrders: [sent.lead, ...sent.assist ?? []].map((department, index) => ({ workOrderId: `${caseId}:${department}`, department, role: index === 0 ? 'lead' : 'assist', round: 1 })) };
    if (path.includes('/extension-requests')) return { number: 2 };
    return { status: 'closed', workOrders: [{ workOrderId: 'rework', department: 'housing', role: 'lead', round: 2 }], callBacks: (asked += 1) < 2 ? [] : [{ callBackId: 'cb-1', round: 1, status: 'due' }] };
  };
  const fetch = (async (url: URL, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const command = url.pathname.split('/').slice(3).join('/');
    if (init.method === 'POST') said.push(`${headers.get('authorization')?.slice(7)} ${command} ${headers.get('idempotency-key')}`);
    const isRefused = refused.some((word) => command.endsWith(word));
    const body = isRefused ? { status: 409, code: 'state-conflict' } : bodyOf(url.pathname, JSON.parse((init.body as string | undefined) ?? '{}') as object, url.pathname.split('/')[4] ?? '');
    return new Response(JSON.stringify(body), { status: isRefused ? 409 : 200, headers: { 'content-type': 'application/json' } });
  }) as typeof globalThis.fetch;
  const play = (steps: readonly Step[], more: Partial<PlayContext> = {}, register: Partial<CaseScript['register']> = {}) => playCase(
    { key: 'k', register: { title: 't', description: 'd', channel: 'grid', territory: 'x', requester: { kind: 'resident', name: 'n' }, ...register }, steps },
    { gatewayUrl: 'http://gateway', tokenFor: async (persona, options) => `${persona}${options.import ? '+import' : ''}`, fetch, ...more });
  return { said, play };
};

describe('a script', () => {
  it('is sent by each persona in order, with keys that are the same each time', async () => {
    const { said, play } = system();
    expect(await play([{ do: 'contact' }, { do: 'dispatch', lead: 'housing', assist: ['water'] }, { do: 'sign', by: 'water', round: 1 }, { do: 'complete', round: 1, result: 'r' }, { do: 'extend', round: 1, reason: 'r' }, { do: 'call-back', round: 1, reached: true }, { do: 'complete', round: 2, result: 'r' }]))
      .toEqual({ caseId: 'case-1', commands: 9, complete: true });
    expect(said).toEqual([
      'intake cases k:register', 'intake cases/case-1/contact k:1-contact', 'coordinator cases/case-1/dispatch k:2-dispatch', 'operator:water work-orders/case-1%3Awater/sign k:3-sign',
      'operator:housing work-orders/case-1%3Ahousing/complete k:4-complete', 'operator:housing work-orders/case-1%3Ahousing/extension-requests k:5-extend', 'head:housing work-orders/case-1%3Ahousing/extension-requests/2/approve k:5-extend-approve',
      'callback call-backs/cb-1/outcome k:6-call-back', 'operator:housing work-orders/rework/complete k:7-complete',
    ]);
  });

  it('may be about two cases, of the past, and sent with other keys or none', async () => {
    const { said, play } = system();
    await play([{ do: 'register', on: 'b', title: 't', description: 'd', channel: 'grid', territory: 'x', requester: { kind: 'resident', name: 'n' } }, { do: 'merge', on: 'b' }, { do: 'look', on: 'b' }], { beforeCommand: async (key) => (key.endsWith('merge') ? undefined : key) }, { at: '2026-02-09T01:00:00Z' });
    expect(said).toEqual(['intake+import cases k:register', 'intake cases k:1-register', 'intake cases/case-2/merge null']);
  });

  it('ends before what lies in the future', async () => {
    expect(await system().play([{ do: 'contact', at: '2026-02-09T01:00:00Z' }], { now: 0 })).toEqual({ caseId: 'case-1', commands: 1, complete: false });
  });

  it('goes on when of several at once one is refused, and not when all are', async () => {
    const steps: Step[] = [{ do: 'together', branches: [[{ do: 'accept', level: 'simple' }], [{ do: 'wait', ms: 1 }, { do: 'refuse', reason: 'malicious', text: 't' }]] }, { do: 'await-closing' }];
    const { said, play } = system(['refuse']);
    expect(await play(steps)).toMatchObject({ commands: 2, complete: true });
    expect(said.slice(1)).toEqual(['intake cases/case-1/accept k:1-together.1:1-accept', 'intake cases/case-1/refuse k:1-together.2:2-refuse']);
    await expect(system(['refuse', 'accept']).play(steps)).rejects.toThrow(LianbanApiError);
  });

  it('says what it waited for in vain', async () => {
    await expect(system().play([{ do: 'call-back', round: 7, reached: false }], { reactionWithinMs: 0 })).rejects.toThrow(StillWaitingError);
  });
});
