import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ensureKeys, jwksFile } from '@lianban/tools/issuer/issuer';

/** The part of an identity provider that services ask: its public keys. It can be away for a while. */
export class KeyServer {
  #server: Server | undefined;
  #port = 0;

  private constructor(private readonly dataDir: string) {}

  static async start(dataDir: string): Promise<KeyServer> {
    await ensureKeys(dataDir);
    const server = new KeyServer(dataDir);
    await server.#listen();
    return server;
  }

  get url(): string { return `http://127.0.0.1:${this.#port}/keys`; }

  /** Whether it answers just now. */
  async answers(): Promise<boolean> {
    return fetch(this.url, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);
  }

  /** Connections break and new ones are refused, until `back`. */
  leave(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
  }

  async back(): Promise<void> {
    if (!this.#server) await this.#listen();
  }

  async #listen(): Promise<void> {
    const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(readFileSync(jwksFile(this.dataDir))));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }
}
