import { serviceNames, type ServiceName } from '@lianban/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';

/** One public address: which service answers it, with which methods. */
export interface Route {
  /** In Fastify's words: `/api/v1/cases/:caseId`. */
  readonly url: string;
  readonly service: ServiceName;
  readonly methods: readonly string[];
}

const methodsOf = (path: object): string[] =>
  ['get', 'post', 'put', 'delete', 'patch'].filter((method) => method in path).map((method) => method.toUpperCase());

/**
 * The routing table is the published document: every operation names its service (`x-lianban-service`), so a route can't be
 * open without being documented, nor documented without being reachable.
 * @throws Error for an operation without a service
 */
export const routesOf = (document: OpenAPIObject): Route[] =>
  Object.entries(document.paths).map(([template, path]) => {
    const methods = methodsOf(path);
    const named = new Set(methods.map((method) => ((path as Record<string, Record<string, unknown>>)[method.toLowerCase()] ?? {})['x-lianban-service']));
    const [service] = named;
    if (named.size !== 1 || !serviceNames.includes(service as ServiceName)) throw new Error(`${template}: operations of one path belong to one known service, found ${[...named].join(', ')}`);
    return { url: template.replace(/\{(\w+)\}/g, ':$1'), service: service as ServiceName, methods };
  });
