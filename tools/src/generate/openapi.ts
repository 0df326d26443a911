import { type ServiceName, serviceNames, services } from '@lianban/contracts';
import { openApiOf } from '@lianban/service-kit';
import type { Type } from '@nestjs/common';
import { jsonFile, madeBy } from './generated-file.js';
import type { GeneratedFile } from './generated-file.js';

type Document = Awaited<ReturnType<typeof openApiOf>>;

/** The only wiring of a service. */
const moduleOf = async (name: ServiceName): Promise<Type> => (await import(`@lianban/${name}/app-module`) as { AppModule: Type }).AppModule;

const tags = services.map(({ name, text }) => ({ name, description: `${text.zh}: ${text.en}` }));

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Merges what the services publish. @throws Error when two of them claim one path, one operation id, or one schema name with different shapes */
const merge = (documents: readonly (readonly [string, Document])[]): Document => {
  const paths: Document['paths'] = {};
  const schemas: Record<string, unknown> = {};
  const operationIds = new Set<string>();
  for (const [service, document] of documents) {
    for (const [path, item] of Object.entries(document.paths)) {
      if (paths[path]) throw new Error(`${service} and another service both claim ${path}`);
      for (const operation of Object.values(item) as { operationId: string; 'x-lianban-service'?: string }[]) {
        operation['x-lianban-service'] = service;
        // Clients name their methods after it.
        if (operationIds.has(operation.operationId)) throw new Error(`${service} and another service both have an operation ${operation.operationId}`);
        operationIds.add(operation.operationId);
      }
      paths[path] = item;
    }
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      if (schemas[name] && JSON.stringify(schemas[name]) !== JSON.stringify(schema)) throw new Error(`two services use the schema name ${name} for different things`);
      schemas[name] = schema;
    }
  }
  const [, first] = documents[0] as readonly [string, Document];
  return {
    ...first,
    info: {
      ...first.info,
      description: 'Event-sourced case management for city districts (城区诉求办理). One door for all services.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as Document['info']['license'],
      'x-made-by': madeBy,
    } as Document['info'],
    servers: [{ url: '/', description: 'The gateway' }],
    tags,
    paths: sorted(paths),
    components: { ...first.components, schemas: sorted(schemas) } as Document['components'],
  };
};

/** One OpenAPI 3.1 document for all services, made from the code without starting any. */
export const openApiFile = async (version: string): Promise<GeneratedFile> => {
  const documents = await Promise.all(serviceNames.map(async (name) => [name, await openApiOf(await moduleOf(name))] as const));
  const merged = merge(documents);
  return jsonFile('openapi.json', { ...merged, info: { ...merged.info, version } });
};
