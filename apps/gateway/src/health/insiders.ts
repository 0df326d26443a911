import { BlockList } from 'node:net';
import { DomainError } from '@lianban/contracts';
import { bearerToken } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CALLER_OF } from '../settings.js';
import type { CallerOf } from '../settings.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Asked on this machine, and by nobody behind a proxy that runs here. */
export const isFromHere = ({ headers, raw: { socket: { remoteAddress = '' } } }: Pick<FastifyRequest, 'headers' | 'raw'>): boolean => {
  const address = remoteAddress.replace(/^::ffff:/, '');
  return loopback.check(address, address.includes(':') ? 'ipv6' : 'ipv4') && !['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => name in headers);
};

/** Who may see what runs inside: this machine, supervisors, admins. */
@Injectable()
export class Insiders {
  constructor(@Inject(CALLER_OF) private readonly callerOf: CallerOf) {}

  /** @throws DomainError `unauthenticated` or `forbidden` for everybody else */
  async require(request: FastifyRequest): Promise<void> {
    if (isFromHere(request)) return;
    const { actor: { role } } = await this.callerOf(bearerToken(request));
    if (role !== 'supervisor' && role !== 'admin') throw new DomainError('forbidden', say('needs-role', { allowed: ['supervisor', 'admin'], role }));
  }
}
