import { DomainError, roles } from '@lianban/contracts';
import type { Actor, Role } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Message } from '@lianban/texts';
import { createParamDecorator } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ServiceConfig } from '../process/config.js';
import { isStorable } from '../http/text.js';
import { actorOf } from './person-id.js';
import { CallerReach, namedIn, reachIn, rowOf } from './table.js';
import type { AccessTable } from './table.js';

/** What a checked token says of who sent it. */
export interface Bearer {
  readonly actor: Actor;
  /** May enter things later than they happened (`occurredAt`). */
  readonly mayImport: boolean;
  /** What the token calls the person; for the staff register only, never for an event or a log. */
  readonly name?: string;
}

/** Who calls a route, and how far they reach there. */
export interface Caller extends Bearer {
  readonly reach: CallerReach;
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

/** The bearer of a token that was checked, and until when it counts: milliseconds since 1970. */
export type Verified = Bearer & { readonly expiresAt: number };

/** So that a key taken out of the key set counts within a minute; and no token is kept beyond its `exp`. */
const keptMs = 60_000;

/**
 * Remembers tokens that were checked lately: a signature costs about 100 µs, the whole rest of a request little more. Refusals are not kept.
 * @param verify what to ask for a token that is not known, or no longer
 */
export const rememberTokens = (verify: (token: string) => Promise<Verified>, now: () => number = Date.now): ((token: string) => Promise<Bearer>) => {
  const known = new LRUCache<string, { readonly bearer: Verified; readonly until: number }>({ max: 2_000 });
  return async (token) => {
    const found = known.get(token);
    if (found && found.until > now()) return found.bearer;
    known.delete(token);
    const bearer = await verify(token);
    known.set(token, { bearer, until: Math.min(bearer.expiresAt, now() + keptMs) });
    return bearer;
  };
};

/** The scheme in any case (RFC 9110). @throws DomainError `unauthenticated` without one */
export const bearerToken = ({ headers }: Pick<FastifyRequest, 'headers'>): string => {
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token) return token;
  throw new DomainError('unauthenticated', say('no-token'));
};

/** The route as the table of access names it; a HEAD is answered by the GET. */
const routeOf = ({ method, url, routeOptions }: FastifyRequest): string => `${method === 'HEAD' ? 'GET' : method} ${routeOptions.url ?? url}`;

/** Lets in whom the row of the route names. */
export class AccessGuard implements CanActivate {
  private readonly bearerOf: (token: string) => Promise<Bearer>;

  constructor(private readonly table: AccessTable, config: TokenRules, keys: JWTVerifyGetKey) {
    this.bearerOf = rememberTokens((token) => verifyToken(keys, config, token));
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const row = rowOf(this.table, routeOf(request));
    if (row.public) return true;
    const bearer = await this.bearerOf(bearerToken(request));
    const { role } = bearer.actor;
    const reach = reachIn(row, role);
    if (!reach) throw new DomainError('forbidden', say('needs-role', { allowed: namedIn(row) as Role[], role }));
    request.caller = { ...bearer, reach: new CallerReach(reach) };
    return true;
  }
}

export const callerOf = ({ caller }: AuthenticatedRequest): Caller => {
  if (caller) return caller;
  throw new DomainError('unauthenticated', say('no-caller'));
};

/** Injects who calls, into a read. A command takes `@Command()`. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => callerOf(context.switchToHttp().getRequest<AuthenticatedRequest>()));
