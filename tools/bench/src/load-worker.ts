/**
 * Sends POST requests as fast as they are answered, in a process of its own: one kept-alive connection per client, plain sockets, because
 * on two cores whatever the generator burns is missing where it is measured (about 15 µs a request; autocannon's parser takes several times that).
 */
import { connect, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { LoadOptions, LoadResult } from './load.js';

const headEnd = Buffer.from('\r\n\r\n');

/** Status and whole length of the response at the start of `data`; undefined as long as it is not complete. @throws Error for one without Content-Length */
function responseIn(data: Buffer): { status: number; length: number } | undefined {
  const end = data.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = data.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`a response without Content-Length: ${head}`);
  const whole = end + headEnd.length + Number(length);
  return data.length < whole ? undefined : { status: Number(head.slice(9, 12)), length: whole };
}

function open({ host, port }: { host: string; port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function ask(socket: Socket, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (how: () => void) => {
      socket.off('data', onData).off('close', onClose);
      how();
    };
    const onClose = () => settle(() => reject(new Error('the connection was closed')));
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const response = responseIn(received);
      if (response) settle(() => resolve(response.status));
    };
    socket.on('data', onData).on('close', onClose);
    socket.write(request);
  });
}

async function load({ url, token, body, clients, warmUpMs, durationMs }: LoadOptions): Promise<LoadResult> {
  const { hostname, port, pathname } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  const from = performance.now() + warmUpMs;
  const until = from + durationMs;
  const latenciesMs: number[] = [];
  const statuses: Record<number, number> = {};
  const sockets = await Promise.all(Array.from({ length: clients }, () => open({ host: hostname, port: Number(port) })));
  await Promise.all(sockets.map(async (socket) => {
    for (let sentAt = performance.now(); sentAt < until; sentAt = performance.now()) {
      const status = await ask(socket, `${head}idempotency-key: ${randomUUID()}\r\n\r\n${body}`);
      const now = performance.now();
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (sentAt < from || now > until) continue;
      latenciesMs.push(now - sentAt);
    }
    socket.destroy();
  }));
  const { user, system } = process.cpuUsage();
  return { perSecond: latenciesMs.length / (durationMs / 1000), latenciesMs, statuses, cpuSeconds: (user + system) / 1e6 };
}

process.once('message', (options) => {
  load(options as LoadOptions).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => { process.stderr.write(`${String(error)}\n`); process.exit(1); },
  );
});
