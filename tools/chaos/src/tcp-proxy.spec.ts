import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from './tcp-proxy.js';

let echo: Server;
let proxy: TcpProxy;
const open: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => { socket.on('error', () => undefined).pipe(socket); }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await TcpProxy.start(() => (echo.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await proxy.stop();
  await new Promise((resolve) => { echo.close(resolve); });
});

const client = async () => {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  open.push(socket);
  let received = '';
  let problem = '';
  socket.on('data', (chunk: Buffer) => { received += chunk.toString(); });
  socket.on('error', (error: NodeJS.ErrnoException) => { problem = error.code ?? ''; });
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
  return { socket, received: () => received, problem: () => problem };
};
const until = async (holds: () => boolean) => { while (!holds()) await delay(2); };

describe('the proxy', () => {
  it('passes on much, in order, also with a delay', async () => {
    const { socket, received } = await client();
    const text = Array.from({ length: 200_000 }, (_, index) => index).join(',');
    proxy.delay(5);
    socket.write(text.slice(0, 1_000));
    socket.write(text.slice(1_000));
    await until(() => received().length === text.length);
    expect(received() === text).toBe(true);
  });

  it('keeps what comes while it stalls, and passes it on when healed', async () => {
    const { socket, received, problem } = await client();
    proxy.stall();
    socket.write('a');
    await delay(30);
    expect([received(), problem()]).toEqual(['', '']);
    proxy.heal();
    await until(() => received() === 'a');
  });

  it('cuts what is open; refuses what is new until healed', async () => {
    const first = await client();
    await until(() => proxy.connections === 1);
    expect(proxy.cut()).toBe(1);
    await until(() => first.problem() === 'ECONNRESET');
    proxy.refuse();
    const second = await client();
    await until(() => second.problem() === 'ECONNRESET');
    proxy.heal();
    const third = await client();
    third.socket.write('b');
    await until(() => third.received() === 'b');
  });
});
