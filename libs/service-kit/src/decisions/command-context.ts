import { createHash } from 'node:crypto';
import { refusedField } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { callerOf } from '../access/auth.js';
import type { AuthenticatedRequest, Caller } from '../access/auth.js';
import { isIdempotencyKey } from '../http/fields.js';
import { scope } from '../http/request-scope.js';

/** What a command knows of its request, besides its body. */
export interface CommandContext extends Caller {
  readonly correlationId: string;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  /** Method and route template; with the caller it scopes the idempotency key. */
  readonly route: string;
  /** Hash of address and body: another request under the same key is refused. */
  readonly requestHash: string;
}

const header = (request: AuthenticatedRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

const idempotencyKeyOf = (request: AuthenticatedRequest): string | undefined => {
  const key = header(request, 'idempotency-key');
  if (key === undefined || isIdempotencyKey(key)) return key;
  throw refusedField('Idempotency-Key', say('must-be-visible-ascii'));
};

/** A key that can't count is refused on every route that documents the header, also where nothing would be kept under it. */
export class IdempotencyKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (request.method !== 'GET' && request.method !== 'HEAD') idempotencyKeyOf(request);
    return true;
  }
}

export const commandContextOf = (request: AuthenticatedRequest): CommandContext => {
  if (request.method === 'GET') throw new TypeError('a read takes @Caller(), not @Command()');
  return {
    ...callerOf(request),
    correlationId: scope.getStore()?.correlationId ?? '',
    idempotencyKey: idempotencyKeyOf(request),
    ifMatch: header(request, 'if-match'),
    route: `${request.method} ${request.routeOptions.url ?? request.url}`,
    requestHash: createHash('sha256').update(request.url).update('\n').update(JSON.stringify(request.body ?? null)).digest('base64url'),
  };
};

/** Injects the CommandContext into the handler of a command. A read takes `@Caller()`. */
export const Command = createParamDecorator((_: unknown, context: ExecutionContext) =>
  commandContextOf(context.switchToHttp().getRequest<AuthenticatedRequest>()));
