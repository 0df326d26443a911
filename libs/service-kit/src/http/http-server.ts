import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { DomainError } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import { say } from '@lianban/texts';
import { toProblem } from './problems.js';

/** 16 KB of headers come in one or two packets. Who takes longer holds a connection and has not said yet what for. */
const headersWithinMs = 10_000;
/** A whole request: 1 MB at 300 kbit/s, which is a bad mobile network. */
const requestWithinMs = 30_000;
/** A connection on which nothing moves. More than the longest answer takes to begin: the gateway waits 30 s for a service. */
const stillMs = 60_000;
/** Between two requests. More than a proxy in front keeps its connections: else it would write to one that is just being closed. */
const keepMs = 72_000;
/** How often the two limits above are looked at. */
const lookMs = 1_000;

/** What Node's parser refuses never becomes a request, so it is answered on the socket, in the same form as everything else. */
const refuse = (socket: Duplex, error: DomainError): void => {
  const { _httpMessage: answering } = socket as Duplex & { _httpMessage?: { headersSent: boolean } };
  // Half an answer is on its way: another one would be read as a part of it.
  if (!socket.writable || answering?.headersSent) return void socket.destroy();
  const problem = toProblem(error, 'en', newId());
  const body = JSON.stringify(problem);
  socket.end([
    `HTTP/1.1 ${problem.status} ${error.code}`, 'content-type: application/problem+json', `content-length: ${Buffer.byteLength(body)}`,
    `x-correlation-id: ${problem.correlationId}`, 'cache-control: no-store', 'connection: close', '', body,
  ].join('\r\n'), () => socket.destroy());
};

const unreadable: Readonly<Record<string, DomainError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new DomainError('request-timeout', say('too-slow', { headers: headersWithinMs / 1000, all: requestWithinMs / 1000 })),
  HPE_HEADER_OVERFLOW: new DomainError('headers-too-large', say('headers-over-16-kb')),
};
const malformed = new DomainError('malformed-request', say('not-http'));

export const refuseUnreadable = (error: Error & { code?: string }, socket: Duplex): void => {
  if (error.code === 'ECONNRESET') socket.destroy();
  else refuse(socket, unreadable[error.code ?? ''] ?? malformed);
};

/** The server under Fastify: whoever is slow or silent is let go, and what can't be read is answered as a problem. */
export const createHttpServer = (handler: RequestListener): Server => {
  const server = createServer({
    headersTimeout: headersWithinMs, requestTimeout: requestWithinMs, connectionsCheckingInterval: lookMs, keepAliveTimeout: keepMs,
    // Node would answer a request without a host itself, with nothing in it; `whyRefused` does.
    requireHostHeader: false,
  }, handler);
  server.setTimeout(stillMs);
  // `Expect: 100-continue` is Node's to answer; an expectation that nobody knows may be passed over (RFC 9110, 10.1.1).
  server.on('checkExpectation', handler);
  server.on('connect', (_request, socket) => refuse(socket, new DomainError('malformed-request', say('no-proxy'))));
  return server;
};
