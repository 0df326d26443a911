import { describe, expect, it } from '@jest/globals';
import { readOpenApi } from '../documents/generated.js';
import { routesOf } from './routes.js';

const operation = (service: string) => ({ 'x-lianban-service': service, responses: {} });
const documentWith = (paths: Record<string, object>) => ({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths });

describe('the routing table', () => {
  it('turns templates into routes of the service that documents them', () => {
    expect(routesOf(documentWith({ '/api/v1/cases/{caseId}/accept': { post: operation('intake') }, '/api/v1/departments': { get: operation('dispatch') } }))).toEqual([
      { url: '/api/v1/cases/:caseId/accept', service: 'intake', methods: ['POST'] },
      { url: '/api/v1/departments', service: 'dispatch', methods: ['GET'] },
    ]);
  });

  it.each([
    ['no service', { get: { responses: {} } }],
    ['an unknown service', { get: operation('billing') }],
    ['two services for one path', { get: operation('intake'), post: operation('dispatch') }],
  ])('refuses an operation with %s', (_, path) => {
    expect(() => routesOf(documentWith({ '/x': path }))).toThrow('/x');
  });

  it.each([
    ['POST', '/api/v1/cases', 'intake'],
    ['GET', '/api/v1/cases/:caseId', 'intake'],
    ['POST', '/api/v1/cases/:caseId/dispatch', 'dispatch'],
    ['GET', '/api/v1/departments/:code/inbox', 'dispatch'],
    ['POST', '/api/v1/work-orders/:workOrderId/sign', 'dispatch'],
    ['GET', '/api/v1/cases/:caseId/clocks', 'sla'],
    ['POST', '/api/v1/sla/due-date', 'sla'],
    ['GET', '/api/v1/call-backs', 'satisfaction'],
    ['POST', '/api/v1/call-backs/:callBackId/outcome', 'satisfaction'],
    ['GET', '/api/v1/insight/cases/:caseId/timeline', 'insight'],
    ['GET', '/api/v1/insight/rates', 'insight'],
  ])('has %s %s in the published document, answered by %s', (method, url, service) => {
    const bare = (text: string) => text.replace(/:\w+/g, ':');
    const route = routesOf(readOpenApi()).find((candidate) => bare(candidate.url) === bare(url));
    expect(route).toMatchObject({ service, methods: expect.arrayContaining([method]) });
  });
});
