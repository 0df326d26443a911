import { problemTitles } from '@lianban/contracts';
import type { ProblemCode } from '@lianban/contracts';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problemStatus } from './problems.js';

const codesOf = (status: number): ProblemCode[] =>
  (Object.keys(problemStatus) as ProblemCode[]).filter((code) => problemStatus[code] === status);

const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors', 'correlationId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string', description: 'Chinese with `Accept-Language: zh`, else English' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(problemTitles), description: 'Stable; clients may branch on it' },
    errors: { type: 'array', items: { type: 'object', required: ['field', 'reason'], properties: { field: { type: 'string' }, reason: { type: 'string' } } } },
    correlationId: { type: 'string' },
  },
} as const;

const problemResponse = (status: number) => ({
  description: codesOf(status).map((code) => `\`${code}\`: ${problemTitles[code].en}`).join('; '),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const commandHeaders = [
  { name: 'Idempotency-Key', in: 'header', required: false, description: 'The same key and request give the same answer for 7 days', schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' } },
  { name: 'If-Match', in: 'header', required: false, description: 'ETag of the state this command was decided on', schema: { type: 'string' } },
];
const consistencyHeader = {
  name: 'X-Consistency-Token', in: 'header', required: false, description: 'From the answer of an earlier command: waits up to 5 s elapsed until this side has seen it', schema: { type: 'string' },
};

type Operation = { parameters?: { name: string; in: string }[]; responses: Record<string, object> };

/** Adds to every operation what all of them share: headers, errors. */
const complete = (document: OpenAPIObject): OpenAPIObject => {
  for (const path of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(path as Record<string, Operation>)) {
      if (!['get', 'post', 'put', 'delete'].includes(method)) continue;
      const command = method !== 'get';
      operation.parameters = [...(operation.parameters ?? []), ...(command ? commandHeaders : []), consistencyHeader] as typeof operation.parameters;
      for (const status of [400, 401, 403, 404, 406, ...(command ? [409, 412, 413, 415, 422] : []), 500, 503]) {
        operation.responses[String(status)] ??= problemResponse(status);
      }
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: problemSchema as never } };
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
  return complete(document);
};
