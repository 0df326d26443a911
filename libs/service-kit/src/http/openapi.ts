import type { ProblemCode } from '@lianban/contracts';
import { languages, problemTitles, render, say } from '@lianban/texts';
import type { Language } from '@lianban/texts';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ACCESS, rowOf } from '../access/table.js';
import type { AccessRow, AccessTable } from '../access/table.js';
import { problemStatus } from './problems.js';

const codesOf = (status: number): ProblemCode[] =>
  (Object.keys(problemStatus) as ProblemCode[]).filter((code) => problemStatus[code] === status);

const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details, in the language that the request asks for by `Accept-Language`: Chinese (`zh`), else English. The answer says which in `Content-Language`.',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors', 'correlationId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string', description: 'What the code means, in the language of the answer' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is refused and why, in the language of the answer' },
    code: { type: 'string', enum: Object.keys(problemTitles), description: 'Stable; clients may branch on it' },
    errors: { type: 'array', items: { type: 'object', required: ['field', 'reason'], properties: { field: { type: 'string' }, reason: { type: 'string', description: 'In the language of the answer' } } } },
    correlationId: { type: 'string' },
  },
} as const;

const problemExample = (status: number, language: Language) => {
  const [code = 'internal-error'] = codesOf(status);
  const reason = render(say('must-not-be-blank'), language);
  return {
    type: `https://lianban.dev/problems/${code}`, title: problemTitles[code][language], status, detail: status === 400 ? `title: ${reason}` : problemTitles[code][language], code,
    errors: status === 400 ? [{ field: 'title', reason }] : [], correlationId: '0199a1f0-7c1e-7f43-9a6e-0f7d1c7c0a01',
  };
};

const problemResponse = (status: number) => ({
  description: codesOf(status).map((code) => `\`${code}\`: ${problemTitles[code].en}`).join('; '),
  headers: {
    'Content-Language': { description: 'Language of the texts in this answer', schema: { type: 'string', enum: [...languages] } },
    'X-Correlation-Id': { description: 'Finds the request in the log', schema: { type: 'string' } },
    ...(status === 503 ? { 'Retry-After': { description: 'Seconds (elapsed) to wait', schema: { type: 'integer' } } } : {}),
  },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples: Object.fromEntries(languages.map((language) => [language, { value: problemExample(status, language) }])) } },
});

const readProblems = [400, 401, 403, 404, 500, 503];
const commandProblems = [...readProblems, 409, 412, 413, 415, 422];

const commandHeaders = [
  { name: 'Idempotency-Key', in: 'header', required: false, description: 'The same key and request give the same answer for 7 days', schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' } },
  { name: 'If-Match', in: 'header', required: false, description: 'ETag of the state this command was decided on', schema: { type: 'string' }, example: '"dispatch-7"' },
];
const consistencyParameter = {
  name: 'X-Consistency-Token', in: 'header', required: false, description: 'From the answer of an earlier command: waits up to 5 s elapsed until this side has seen it', schema: { type: 'string' },
};
const answerHeaders = {
  ETag: { description: 'Service and version of the state', schema: { type: 'string' }, example: '"dispatch-7"' },
  'X-Consistency-Token': { description: 'Send it with the next request to wait until that side has seen this command', schema: { type: 'string' } },
};

interface Schema { type?: string | string[]; enum?: unknown[]; pattern?: string; anyOf?: Schema[]; properties?: Record<string, Schema>; required?: string[]; additionalProperties?: boolean; $ref?: string; allOf?: Schema[]; items?: Schema; format?: string; maxLength?: number }
interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { description?: string; headers?: object; $ref?: string }>;
  'x-lianban-access'?: ReturnType<typeof accessOf>;
}

/** What a path parameter looks like, by its name. */
const pathSchema = (name: string): Schema => {
  if (name.endsWith('Id')) return { type: 'string', format: 'uuid' };
  return name === 'year' ? { type: 'string', pattern: '^\\d{4}$' } : { type: 'string', maxLength: 200 };
};

/** A field that may be absent may also be null; both mean that there is nothing to say. */
const allowNull = (property: Schema): void => {
  if (typeof property.type === 'string') property.type = [property.type, 'null'];
  if (property.enum && !property.enum.includes(null)) property.enum = [...property.enum, null];
};

/** Bodies are closed: an unknown field is refused, at any depth. */
const close = (schema: Schema | undefined, schemas: Record<string, Schema>): Schema | undefined => {
  if (!schema) return undefined;
  const referred = schema.$ref ? schemas[schema.$ref.replace('#/components/schemas/', '')] : schema;
  if (referred?.type === 'object' && referred.additionalProperties === undefined) {
    referred.additionalProperties = false;
    for (const [name, property] of Object.entries(referred.properties ?? {})) {
      for (const part of [property, property.items, ...(property.allOf ?? [])]) close(part, schemas);
      if (!referred.required?.includes(name)) allowNull(property);
    }
  }
  return referred;
};

/** As the table of access names it: `GET /api/v1/cases/:caseId`. */
const routeNamed = (method: string, path: string): string => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;

/** Who may call an operation, each with their reach, as the row in `access.ts` says it. */
const accessOf = ({ why, ...who }: AccessRow) => ({ who, ...(why === undefined ? {} : { why }) });

const completeOperation = (operation: Operation, command: boolean, schemas: Record<string, Schema>): void => {
  for (const parameter of operation.parameters ?? []) if (parameter.in === 'path') parameter.schema = { ...parameter.schema, ...pathSchema(parameter.name) };
  operation.parameters = [...(operation.parameters ?? []), ...(command ? commandHeaders : []), consistencyParameter];
  const body = operation.requestBody;
  if (body) {
    const schema = close(body.content['application/json']?.schema, schemas);
    body.required = (schema?.required?.length ?? 0) > 0;
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!status.startsWith('2')) continue;
    response.description ||= command ? 'Done, and on disk' : 'OK';
    if (command) response.headers = { ...answerHeaders, ...response.headers };
  }
  for (const status of command ? commandProblems : readProblems) {
    operation.responses[String(status)] ??= { $ref: `#/components/responses/Problem${status}` };
  }
};

/** Adds to every operation what all of them share: headers, closed bodies, errors, who may call it. */
const complete = (document: OpenAPIObject, access: AccessTable): OpenAPIObject => {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      if (!['get', 'post', 'put', 'delete'].includes(method)) continue;
      completeOperation(operation, method !== 'get', schemas);
      operation['x-lianban-access'] = accessOf(rowOf(access, routeNamed(method, path)));
    }
  }
  const responses = Object.fromEntries([...new Set(commandProblems), 406].map((status) => [`Problem${status}`, problemResponse(status)]));
  document.components = { ...document.components, schemas: { ...schemas, Problem: problemSchema }, responses } as unknown as OpenAPIObject['components'];
  return document;
};

/** The OpenAPI 3.1 document of one service, made without starting anything. */
export const openApiOf = async (module: Type): Promise<OpenAPIObject> => {
  const app = await NestFactory.create(module, new FastifyAdapter(), { preview: true, logger: false, abortOnError: false });
  const builder = new DocumentBuilder()
    .setTitle('Lianban')
    .setVersion('1.0.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addSecurityRequirements('bearer')
    .setOpenAPIVersion('3.1.0');
  const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` });
  return complete(document, app.get<AccessTable>(ACCESS));
};
