import { DomainError } from '@lianban/contracts';
import type { ProblemCode } from '@lianban/contracts';
import { problemTitles, render, say } from '@lianban/texts';
import type { Language, Message, NameOf } from '@lianban/texts';
import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Overloaded } from '@lianban/event-store';
import { isDatabaseAway } from '@lianban/kafka';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerLanguage } from './reader-language.js';
import { scope } from './request-scope.js';

/** The one place where codes become HTTP numbers. */
export const problemStatus: Readonly<Record<ProblemCode, number>> = {
  'validation-failed': 400,
  'malformed-request': 400,
  'unauthenticated': 401,
  'forbidden': 403,
  'occurred-at-not-allowed': 403,
  'call-back-by-handling-unit': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'state-conflict': 409,
  'concurrent-change': 409,
  'return-window-closed': 409,
  'extension-too-late': 409,
  'extension-cap': 409,
  'assistants-open': 409,
  'precondition-failed': 412,
  'request-timeout': 408,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'headers-too-large': 431,
  'idempotency-key-reused': 422,
  'unknown-reference': 422,
  'policy-incomplete': 422,
  'calendar-invalid': 422,
  'invalid-consistency-token': 400,
  'read-model-behind': 503,
  'service-unavailable': 503,
  'internal-error': 500,
};

/** RFC 9457 problem details. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  errors: { field: string; reason: string }[];
  correlationId: string;
}

/** The first ones say what is wrong; a list of all would let a small request ask for a large answer. */
const mostErrors = 50;

/** A refusal in the reader's language, with the names of departments and territories where they are known here. */
export const toProblem = (error: DomainError, language: Language, correlationId: string, nameOf?: NameOf): Problem => {
  const inLanguage = (message: Message) => render(message, language, nameOf);
  return {
    type: `https://lianban.dev/problems/${error.code}`,
    title: problemTitles[error.code][language],
    status: problemStatus[error.code],
    detail: inLanguage(error.detail),
    code: error.code,
    errors: error.errors.slice(0, mostErrors).map(({ field, reason }) => ({ field, reason: inLanguage(reason) })),
    correlationId,
  };
};

/** What Nest and Fastify refuse themselves. */
const refusedByFramework: Readonly<Record<number, readonly [ProblemCode, Message]>> = {
  400: ['malformed-request', say('request-not-readable')],
  404: ['not-found', say('no-such-address')],
  413: ['payload-too-large', say('body-too-large')],
  414: ['malformed-request', say('request-not-readable')],
  415: ['unsupported-media-type', say('body-of-another-type')],
  503: ['service-unavailable', say('overloaded')],
};

/** A table, column or function that a newer build knows is not there yet. */
const isOlderShape = (error: unknown): boolean => ['42P01', '42703', '42883'].includes((error as { code?: string } | undefined)?.code ?? '');

/** Any error as one of ours. What is nobody's fault but ours becomes `internal-error` without its text. */
export const toDomainError = (error: unknown): DomainError => {
  if (error instanceof DomainError) return error;
  if (error instanceof Overloaded) return new DomainError('service-unavailable', say('overloaded'));
  if (isDatabaseAway(error)) return new DomainError('service-unavailable', say('database-away'));
  // Mostly a replica that had to choose between a long read and keeping up.
  if (['40001', '40P01'].includes((error as { code?: string } | undefined)?.code ?? '')) return new DomainError('service-unavailable', say('database-broke-off'));
  if (isOlderShape(error)) return new DomainError('service-unavailable', say('tables-of-earlier-version'));
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
  const [code, detail] = refusedByFramework[status ?? 500] ?? (['internal-error', say('unexpected')] as const);
  return new DomainError(code, detail);
};

export const sendProblem = (reply: FastifyReply, request: FastifyRequest, error: DomainError, nameOf?: NameOf): void => {
  const problem = toProblem(error, answerLanguage(request, reply), scope.getStore()?.correlationId ?? '', nameOf);
  if (problem.status === 503) void reply.header('retry-after', '1');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
};

/** What of an error may be logged. Errors of the database carry row values (`detail`, `where`), which can be personal data. */
export const loggable = (error: unknown): object => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  return { name, code: (error as { code?: unknown }).code, message, stack };
};

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger, private readonly nameOf?: NameOf) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const error = toDomainError(thrown);
    if (error.code === 'internal-error' || isOlderShape(thrown)) this.log.error({ err: loggable(thrown) }, 'unexpected error');
    sendProblem(http.getResponse<FastifyReply>(), http.getRequest<FastifyRequest>(), error, this.nameOf);
  }
}
