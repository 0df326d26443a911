import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOwnRoute } from '../process/metrics.js';
import { sendProblem } from './problems.js';

export interface RequestLimits {
  /** Requests that are worked on at a time. */
  readonly places: number;
  /** Bytes of bodies at a time: what is not read yet counts by what it announces. */
  readonly bytes: number;
  /** The same of one address. Not for a service, whose only caller is the gateway. */
  readonly bytesPerAddress?: number;
  readonly bodyLimit: number;
  /** The routes that take a place; the others cost nothing that could run out. */
  readonly counts: (route: string) => boolean;
}

/** 64 bodies of the greatest size; of usual ones ten thousands. */
export const bodyRoom = (bodyLimit: number) => ({ bytes: 64 * bodyLimit, bodyLimit });

export const isServiceRoute = (route: string): boolean => !isOwnRoute(route);

/** What the body will hold in memory. One that comes in chunks may become as large as bodies may be. */
const announced = ({ headers }: FastifyRequest, bodyLimit: number): number =>
  (headers['transfer-encoding'] === undefined ? Math.min(Number(headers['content-length'] ?? 0), bodyLimit) : bodyLimit);

/**
 * Bounds what is under way, so that memory stays bounded while something behind is slow or away. A place is taken once the body has been
 * read: who sends slowly, or half, holds room for the bytes announced and no place. When all places are taken, the next request is refused before its body is read.
 */
export const limitRequests = (app: NestFastifyApplication, { places, bytes, bytesPerAddress = bytes, bodyLimit, counts }: RequestLimits): void => {
  const fastify = app.getHttpAdapter().getInstance();
  let underWay = 0;
  let held = 0;
  const heldBy = new Map<string, number>();
  const refuse = (request: FastifyRequest, reply: FastifyReply, what: 'too-many-requests' | 'too-many-bodies') =>
    sendProblem(reply, request, new DomainError('service-unavailable', say(what)));
  const add = (address: string, size: number) => {
    held += size;
    const sum = (heldBy.get(address) ?? 0) + size;
    if (sum === 0) heldBy.delete(address);
    else heldBy.set(address, sum);
  };

  fastify.addHook('onRequest', (request, reply, done) => {
    if (!counts(request.routeOptions.url ?? '')) return done();
    if (underWay >= places) return refuse(request, reply, 'too-many-requests');
    const size = announced(request, bodyLimit);
    if (size > 0) {
      const address = request.ip;
      if (held + size > bytes || (heldBy.get(address) ?? 0) + size > bytesPerAddress) return refuse(request, reply, 'too-many-bodies');
      add(address, size);
      reply.raw.once('close', () => add(address, -size));
    }
    done();
  });

  fastify.addHook('preValidation', (request, reply, done) => {
    if (!counts(request.routeOptions.url ?? '')) return done();
    if (underWay >= places) return refuse(request, reply, 'too-many-requests');
    // Nobody would tell of the end of one that has hung up already.
    if (!request.raw.socket.destroyed) {
      underWay += 1;
      reply.raw.once('close', () => { underWay -= 1; });
    }
    done();
  });
};
