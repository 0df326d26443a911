import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fc from 'fast-check';
import { pino } from 'pino';
import { ProblemFilter } from './problems.js';
import { createHttpApp } from '../process/run-service.js';

@Controller()
class Work {
  @Get('things/:id')
  show(@Param('id') id: string): object {
    return { id };
  }

  @Post('things')
  make(@Body() body: unknown): object {
    return { body };
  }
}

@Module({ controllers: [Work] })
class WorkModule {}

let app: NestFastifyApplication;
let port: number;
const logged: string[] = [];

beforeAll(async () => {
  app = await createHttpApp(WorkModule);
  app.useLogger(false);
  app.useGlobalFilters(new ProblemFilter(pino({ level: 'error' }, { write: (line: string) => logged.push(line) })));
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
});

afterAll(() => app.close());

interface Answer { status: number; headers: Record<string, string>; body: string }

/** Everything that comes back for these bytes until the other side hangs up; half of a character that was cut stays as it is. */
const send = (bytes: string | Buffer): Promise<string> => new Promise((resolve, reject) => {
  const chunks: Buffer[] = [];
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.on('data', (chunk) => chunks.push(chunk)).on('close', () => resolve(Buffer.concat(chunks).toString('latin1'))).on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'ECONNRESET') reject(error); });
});

const answerIn = (text: string): Answer => {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])), body: rest.join('\r\n\r\n') };
};

const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;

/** A problem of ours, with all that a caller may rely on. */
const expectProblem = (answer: Answer) => {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(answer.body)).toEqual({
    type: expect.any(String), title: expect.any(String), status: answer.status, detail: expect.any(String), code: expect.any(String), errors: expect.any(Array), correlationId: answer.headers['x-correlation-id'],
  });
  expect(answer.headers['x-correlation-id']).not.toBe('');
  expect(answer.headers['cache-control']).toBe('no-store');
};

describe('What can not be read is a problem like any other', () => {
  it.each([
    ['raw UTF-8 in the address', lines('GET /things/路 HTTP/1.1', 'Host: a', 'Connection: close'), 400, 'malformed-request'],
    ['an address that can not be decoded', lines('GET /things/%zz HTTP/1.1', 'Host: a', 'Connection: close'), 400, 'malformed-request'],
    ['an address too long for its route', lines(`GET /things/${'x'.repeat(400)} HTTP/1.1`, 'Host: a', 'Connection: close'), 400, 'malformed-request'],
    ['GBK in the query', lines('GET /things/1?q=%C2%B7%B5%C6 HTTP/1.1', 'Host: a', 'Connection: close'), 400, 'malformed-request'],
    ['the address of a proxy', lines('GET http://a/things/1 HTTP/1.1', 'Host: a', 'Connection: close'), 400, 'malformed-request'],
    ['a tunnel', lines('CONNECT a:80 HTTP/1.1', 'Host: a'), 400, 'malformed-request'],
    ['the whole server', lines('OPTIONS * HTTP/1.1', 'Host: a', 'Connection: close'), 400, 'malformed-request'],
    ['no host', lines('GET /things/1 HTTP/1.1', 'Connection: close'), 400, 'malformed-request'],
    ['a method that is none', lines('TELL /things/1 HTTP/1.1', 'Host: a'), 400, 'malformed-request'],
    ['a method that nobody offers', lines('PROPFIND /things/1 HTTP/1.1', 'Host: a', 'Connection: close'), 404, 'not-found'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 400, 'malformed-request'],
    ['two lengths', lines('POST /things HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 2'), 400, 'malformed-request'],
    ['a length and chunks', lines('POST /things HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Transfer-Encoding: chunked'), 400, 'malformed-request'],
    ['headers of 17 KB', lines('GET /things/1 HTTP/1.1', 'Host: a', `X: ${'x'.repeat(17_000)}`), 431, 'headers-too-large'],
    ['an address of 17 KB', lines(`GET /things/1?q=${'x'.repeat(17_000)} HTTP/1.1`, 'Host: a'), 431, 'headers-too-large'],
    ['nesting of 3,000', lines('POST /things HTTP/1.1', 'Host: a', 'Connection: close', 'Content-Type: application/json', 'Content-Length: 6000') + '['.repeat(3_000) + ']'.repeat(3_000), 400, 'validation-failed'],
    ['90,000 fields', (() => {
      const body = JSON.stringify(Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`f${n}`, 1])));
      return lines('POST /things HTTP/1.1', 'Host: a', 'Connection: close', 'Content-Type: application/json', `Content-Length: ${body.length}`) + body;
    })(), 400, 'validation-failed'],
  ])('%s', async (_name, request, status, code) => {
    const answer = answerIn(await send(request));
    expect([answer.status, (JSON.parse(answer.body) as { code: string }).code]).toEqual([status, code]);
    expectProblem(answer);
  });

  it('keeps the correlation id of its caller where the headers could be read', async () => {
    const { headers, body } = answerIn(await send(lines('GET /things/%zz HTTP/1.1', 'Host: a', 'Connection: close', 'X-Correlation-Id: mine-1')));
    expect([headers['x-correlation-id'], JSON.parse(body)]).toEqual(['mine-1', expect.objectContaining({ correlationId: 'mine-1' })]);
  });

  it('Expect: 100-continue is asked to go on; another expectation is passed over', async () => {
    const post = (expect: string) => lines('POST /things HTTP/1.1', 'Host: a', 'Connection: close', 'Content-Type: application/json', 'Content-Length: 7', `Expect: ${expect}`) + '{"a":1}';
    expect(await send(post('100-continue'))).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 /);
    expect(answerIn(await send(post('more'))).status).toBe(201);
  });

  it('has times for headers, for the whole request and for silence', () => {
    const { headersTimeout, requestTimeout, timeout } = app.getHttpServer() as unknown as Record<string, number>;
    expect([headersTimeout, requestTimeout, timeout].every((ms = 0) => ms > 0 && ms <= 60_000)).toBe(true);
  });

  it('whatever bytes come in, what goes out is a proper answer, never a 500, and nobody is alarmed', async () => {
    const piece = fc.constantFrom('/', '..', '\\', '%2e', '%5c', '%', '%ff', '%E5%92%8C', '?', '&', '=', '#', 'x', 'things', ' ', '\t', '\u0000', '路', 'http://a', '*', ':');
    const target = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const header = fc.constantFrom('Expect: 100-continue', 'Expect: x', 'Upgrade: websocket', 'Connection: Upgrade', 'TE: trailers', 'Content-Length: 3', 'Content-Length: -1', 'Transfer-Encoding: chunked', 'Transfer-Encoding: x', 'Content-Type: application/json', 'Content-Type: \u00ff', 'Accept-Version: 9', 'X-Correlation-Id: \u00e9', ': x', 'Host: b', 'X\u0000: y', ' folded');
    const request = fc.tuple(fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'QUERY', 'TRACE', 'CONNECT', 'FOO', ''), target, fc.array(header, { maxLength: 4 }), fc.constantFrom('', '{}', '0\r\n\r\n', '2\r\n{}\r\n0\r\n\r\n', '{"a":', '\u0000'));
    await fc.assert(fc.asyncProperty(request, async ([method, path, headers, body]) => {
      // What is still waited for, such as the rest of a body, ends with the connection: the next request tells that the parser is at its end.
      const answer = answerIn(await sendAndEnd(Buffer.from(lines(`${method} ${path} HTTP/1.1`, 'Host: a', 'Connection: close', ...headers) + body)));
      if (Number.isNaN(answer.status)) return;
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400 && method !== 'HEAD') expectProblem(answer);
    }), { numRuns: 300 });
    expect(logged).toEqual([]);
  });
});

/** As `send`, and hangs up its own half at once, so that nobody waits for more of it. */
const sendAndEnd = (bytes: Buffer): Promise<string> => new Promise((resolve) => {
  const chunks: Buffer[] = [];
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.end(bytes));
  socket.on('data', (chunk) => chunks.push(chunk)).on('end', () => socket.destroy()).on('error', () => undefined).on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
});
