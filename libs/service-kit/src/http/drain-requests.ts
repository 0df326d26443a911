import { Server as NetServer } from 'node:net';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

/** How long connections without a request stay open: a caller's pool may be writing to one right now. */
const lingerMs = 500;
/** Longer than the 5 s that a consistency token may wait. */
const drainWithinMs = 6_000;
const lookMs = 50;

/**
 * Makes the server take leave of its callers before anything else stops: it refuses new connections, still answers what comes on old ones,
 * with `Connection: close`, and lets the rest stop when all have gone. Database, consumers and relay work until then, so no answer is
 * cut or turned away.
 */
export const drainRequestsFirst = (adapter: FastifyAdapter): void => {
  let leaving = false;
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (leaving) void reply.header('connection', 'close');
    done();
  });
  const drain = (): Promise<void> => new Promise((resolve) => {
    leaving = true;
    if (!fastify.server.listening) return resolve();
    const startedAt = performance.now();
    const looking = setInterval(() => {
      const waited = performance.now() - startedAt;
      if (waited > drainWithinMs) fastify.server.closeAllConnections();
      // Behind the reading of what has come by now: a connection with a request on it does not rest.
      else if (waited > lingerMs) setImmediate(() => fastify.server.closeIdleConnections());
    }, lookMs);
    // Not the close of http.Server, which cuts idle connections at once.
    NetServer.prototype.close.call(fastify.server, () => {
      clearInterval(looking);
      resolve();
    });
  });
  // The first thing that Nest calls, and waits for, when it closes.
  Object.assign(adapter, { beforeClose: drain });
};
