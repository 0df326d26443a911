import { DomainError, roles } from '@lianban/contracts';
import type { Actor, Role } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Message } from '@lianban/texts';
import { SetMetadata } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { ServiceConfig } from '../process/config.js';
import { actorOf } from './person-id.js';
import { isStorable } from '../http/text.js';

/** Who calls, from a checked token. */
export interface Caller {
  readonly actor: Actor;
  /** May enter things later than they happened (`occurredAt`). */
  readonly mayImport: boolean;
  /** What the token calls the person; for the staff register only, never for an event or a log. */
  readonly name?: string;
}

export type AuthenticatedRequest = FastifyRequest & { caller?: Caller };

/** What a claim says goes into events and questions to the database. */
const claimText = (max: number) => z.string().max(max).refine(isStorable);

const claims = z.object({
  sub: claimText(200).min(1),
  role: z.enum(roles).exclude(['system']),
  name: claimText(200).nullish(),
  // Some providers write null where there is nothing to say.
  department: claimText(100).nullish(),
  territory: claimText(100).nullish(),
  import: z.boolean().nullish(),
});

const rolesKey = 'lianban:roles';
const publicKey = 'lianban:public';

/** The coarse roles a route is for; `admin` may always. A route without it is for every valid token. */
export const Roles = (...allowed: Role[]) => SetMetadata(rolesKey, allowed);
/** No token asked for: health, documents. */
export const Public = () => SetMetadata(publicKey, true);

export const rolesOf = (reflector: Reflector, targets: Parameters<Reflector['getAllAndOverride']>[1]): Role[] | undefined =>
  reflector.getAllAndOverride<Role[] | undefined>(rolesKey, targets);

type TokenRules = Pick<ServiceConfig, 'AUTH_ISSUER' | 'AUTH_AUDIENCE' | 'AUTH_ALGORITHMS' | 'PERSON_SECRET'>;

/** The provider's clock and ours may differ by so much. */
const clockTolerance = '10s';

/** What may stand as `typ`, where anything does: an ID token of RFC 7519, an access token of RFC 9068. Others (logout, DPoP) are signed with the same keys and mean something else. */
const tokenTypes = ['jwt', 'at+jwt'];

/** Without `kid` a token may belong to any key of the set: each is tried. */
const payloadOf = async (keys: JWTVerifyGetKey, config: TokenRules, token: string): Promise<JWTPayload> => {
  const options = { issuer: config.AUTH_ISSUER, audience: config.AUTH_AUDIENCE, algorithms: config.AUTH_ALGORITHMS, requiredClaims: ['exp', 'sub'], clockTolerance };
  const { payload, protectedHeader: { typ } } = await jwtVerify(token, keys, options).catch(async (error: Error) => {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const verified = await jwtVerify(token, key, options).catch((reason: Error) => { if (!(reason instanceof errors.JWSSignatureVerificationFailed)) throw reason; });
      if (verified) return verified;
    }
    throw new errors.JWSSignatureVerificationFailed();
  });
  if (typ !== undefined && !tokenTypes.includes(String(typ).toLowerCase().replace(/^application\//, ''))) throw new errors.JWTClaimValidationFailed('"typ" must be JWT or at+jwt', payload, 'typ');
  return payload;
};

/** The library's own text is English, so only what kind of fault it is goes on. */
const whyNotValid = (error: Error): Message => {
  if (error instanceof errors.JWTExpired) return say('token-expired');
  return error instanceof errors.JWTClaimValidationFailed ? say('token-claim-not-valid', { claim: error.claim }) : say('token-not-verified');
};

/**
 * The algorithms are pinned by the settings: a token of another one is refused whatever the key set says.
 * @throws DomainError `unauthenticated` with what is wrong about the token, never with the token; `service-unavailable` without keys to check it
 */
export const verifyToken = async (keys: JWTVerifyGetKey, config: TokenRules, token: string): Promise<Verified> => {
  const payload = await payloadOf(keys, config, token)
    .catch((error: Error) => { throw error instanceof DomainError ? error : new DomainError('unauthenticated', say('token-not-valid', { why: whyNotValid(error) })); });
  const parsed = claims.safeParse(payload);
  if (!parsed.success) throw new DomainError('unauthenticated', say('token-lacks-claim', { claims: parsed.error.issues.map(({ path }) => path.join('.')) }));
  const { sub, role, name, department, territory } = parsed.data;
  return {
    // From here on nothing knows the account: it may be a mobile number.
    actor: actorOf(config, sub, { role, department: department ?? null, territory: territory ?? null }),
    mayImport: parsed.data.import === true,
    name: name?.trim() || undefined,
    expiresAt: (payload.exp ?? 0) * 1000,
  };
};

/** A caller whose token was checked, until when it counts: milliseconds since 1970. */
export type Verified = Caller & { readonly expiresAt: number };

const keptTokens = 2_000;
/** So that a key taken out of the key set counts within a minute; and no token is kept beyond its `exp`. */
const keptMs = 60_000;

/**
 * Remembers tokens that were checked lately: a signature costs about 100 µs, the whole rest of a request little more. Refusals are not kept.
 * @param verify what to ask for a token that is not known, or no longer
 */
export const rememberTokens = (verify: (token: string) => Promise<Verified>, now: () => number = Date.now): ((token: string) => Promise<Caller>) => {
  const known = new Map<string, { readonly caller: Verified; readonly until: number }>();
  return async (token) => {
    const found = known.get(token);
    if (found && found.until > now()) return found.caller;
    known.delete(token);
    const caller = await verify(token);
    // A map keeps the order of entry: the oldest goes.
    if (known.size >= keptTokens) known.delete(known.keys().next().value as string);
    known.set(token, { caller, until: Math.min(caller.expiresAt, now() + keptMs) });
    return caller;
  };
};

/** The scheme in any case (RFC 9110). @throws DomainError `unauthenticated` without one */
export const bearerToken = ({ headers }: Pick<FastifyRequest, 'headers'>): string => {
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token) return token;
  throw new DomainError('unauthenticated', say('no-token'));
};

export class AuthGuard implements CanActivate {
  private readonly callerOf: (token: string) => Promise<Caller>;

  constructor(private readonly reflector: Reflector, config: TokenRules, keys: JWTVerifyGetKey) {
    this.callerOf = rememberTokens((token) => verifyToken(keys, config, token));
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(publicKey, targets)) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    request.caller = await this.callerOf(bearerToken(request));
    const allowed = rolesOf(this.reflector, targets);
    const { role } = request.caller.actor;
    if (allowed && role !== 'admin' && !allowed.includes(role)) {
      throw new DomainError('forbidden', say('needs-role', { allowed, role }));
    }
    return true;
  }
}

/** An operator may act for their own department only; `admin` for every one. @throws DomainError `forbidden` */
export const requireOwnDepartment = (actor: Actor, department: string): void => {
  if (actor.role !== 'admin' && actor.department !== department) {
    throw new DomainError('forbidden', actor.department === null ? say('of-a-department', { department }) : say('of-another-department', { department, own: actor.department }));
  }
};
