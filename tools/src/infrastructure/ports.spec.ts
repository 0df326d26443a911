import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { answers, freePort, requireFreePort, waitUntil } from './ports.js';

describe('ports', () => {
  it('a busy one is named with the setting that moves it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await expect(requireFreePort(port, 'the gateway', 'LIANBAN_PORT')).rejects.toThrow(
      `Port ${port}, meant for the gateway, is in use by another program. Stop that program, or choose another port: LIANBAN_PORT=`);
    expect(await answers(port)).toBe(true);
    server.close();
  });

  it('a free one is no problem', async () => {
    const port = await freePort();
    await requireFreePort(port, 'the gateway', 'LIANBAN_PORT');
    expect(await answers(port)).toBe(false);
  });

  it('waiting ends early when it is in vain', async () => {
    await expect(waitUntil(async () => false, { timeoutMs: 60_000, what: 'Kafka', gaveUp: () => 'Kafka ended' })).rejects.toThrow('Kafka ended');
    await expect(waitUntil(async () => false, { timeoutMs: 0, what: 'Kafka' })).rejects.toThrow('Kafka did not become ready within 0 s');
  });
});
