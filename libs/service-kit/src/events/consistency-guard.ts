import { DomainError } from '@lianban/contracts';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { SeenEvent } from '@lianban/kafka';
import { say } from '@lianban/texts';
import { consistencyHeader, readTokens } from './consistency-tokens.js';

/** Waits until this service has seen what the caller has seen elsewhere. */
export type AwaitSeen = (seen: readonly SeenEvent[], timeoutMs: number) => Promise<'seen' | 'behind' | 'parked'>;

/** A stream of another topic than that of the cases is named after its kind. Who does not follow its topic has nothing to wait for. */
export const isOfCase = ({ streamId }: Pick<SeenEvent, 'streamId'>): boolean => !streamId.includes('/');

const waitMs = 5_000;

/** Holds a request that carries a consistency token until this side has caught up, at most 5 s elapsed. */
export class ConsistencyGuard implements CanActivate {
  constructor(
    private readonly service: string,
    private readonly secret: string,
    private readonly awaitSeen: AwaitSeen,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers[consistencyHeader];
    if (header === undefined) return true;
    const foreign = readTokens(header, this.secret).filter(({ source }) => source !== this.service);
    if (foreign.length === 0) return true;
    const outcome = await this.awaitSeen(foreign, waitMs);
    if (outcome === 'seen') return true;
    throw new DomainError('read-model-behind', outcome === 'parked'
      ? say('parked-event-of-case')
      : say('service-behind', { service: this.service }));
  }
}
