import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { SessionClient } from './session-client.js';

/** AuthenticationOk and ReadyForQuery, as Postgres sends them. */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

it('a connection that is cut while its settings are on their way is refused, and no error goes unheard', async () => {
  const server = createServer((client) => {
    client.on('error', () => undefined).once('data', () => {
      client.write(welcome);
      client.once('data', () => client.destroy());
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new SessionClient({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, user: 'u', database: 'd', ssl: false });
  const emitted: string[] = [];
  const emit = client.emit.bind(client);
  // What nobody listens to would end the process.
  client.emit = (name: string, ...rest: unknown[]) => {
    if (name === 'error') emitted.push(client.listenerCount('error') > 0 ? 'heard' : 'unheard');
    return client.listenerCount(name) > 0 ? emit(name as 'end', ...rest as []) : false;
  };
  await expect(client.connect()).rejects.toThrow('Connection terminated');
  server.close();
  expect(emitted).toEqual(['heard']);
});
