import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Bytes waiting for a delay, at most, before the sender is made to wait as well. */
const heldAtMost = 4_194_304;

/**
 * Stands between the services and PostgreSQL or Kafka on the loopback and fails on command. Nothing on npm does it: `toxiproxy` is a Go
 * program, and the TCP proxies there only forward.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #delayMs = 0;
  #stalled = false;
  #refusing = false;
  #resume: (() => void)[] = [];

  private constructor(private readonly target: () => number) {
    this.#server = createServer((client) => this.#accept(client));
  }

  /** @param target port to forward to; asked for each connection */
  static async start(target: () => number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number { return (this.#server.address() as AddressInfo).port; }
  get connections(): number { return this.#pairs.size; }

  /** Everything takes so much longer, each way. */
  delay(ms: number): void { this.#delayMs = ms; }

  /** Nothing gets through and nothing breaks, as behind a cable that was pulled, until `heal`. */
  stall(): void { this.#stalled = true; }

  /** Cuts connections; `which` tells from 0 ≤ n < 1 whether this one. Returns how many. */
  cut(which: () => boolean = () => true): number {
    const chosen = [...this.#pairs].filter(() => which());
    for (const [client, server] of chosen) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    return chosen.length;
  }

  /** New connections are reset until `heal`. */
  refuse(): void { this.#refusing = true; }

  heal(): void {
    this.#delayMs = 0;
    this.#stalled = false;
    this.#refusing = false;
    for (const resume of this.#resume.splice(0)) resume();
  }

  async stop(): Promise<void> {
    this.heal();
    this.cut();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  #accept(client: Socket): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target(), host: '127.0.0.1' });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [server, client] as const]) {
      from.setNoDelay(true);
      from.on('error', () => to.resetAndDestroy());
      from.on('close', () => { this.#pairs.delete(pair); to.destroy(); });
      this.#pass(from, to);
    }
  }

  /** In order, whatever the delay was when each piece came. */
  #pass(from: Socket, to: Socket): void {
    let held = 0;
    let last: Promise<unknown> = Promise.resolve();
    const pieceOn = (piece: Buffer | null) => {
      const due = Date.now() + this.#delayMs;
      held += piece?.length ?? 0;
      if (held > heldAtMost) from.pause();
      last = last.then(async () => {
        const wait = due - Date.now();
        if (wait > 0) await new Promise((resolve) => { setTimeout(resolve, wait); });
        while (this.#stalled) await new Promise<void>((resolve) => { this.#resume.push(resolve); });
        held -= piece?.length ?? 0;
        if (held <= heldAtMost) from.resume();
        if (to.destroyed) return;
        if (piece === null) to.end();
        else if (!to.write(piece)) await new Promise<void>((resolve) => { to.once('drain', resolve).once('close', resolve); });
      });
    };
    from.on('data', pieceOn);
    from.on('end', () => pieceOn(null));
  }
}
