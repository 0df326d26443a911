import { randomUUID } from 'node:crypto';
import type { Source } from '@lianban/contracts';
import type { Chance } from '@lianban/tools/feed/chance';
import { commandOf, commands, type Attempt, type Command, type History, type Operation, type Read } from './history.js';

/** A client that waits for a hung service gives up after so long, and never learns what became of its request. */
const patienceMs = 9_000;
/** Shares of the requests whose client hangs up while they are under way, and whose answer is lost on its way back. */
const hangUpShare = 0.03;
const lostAnswerShare = 0.03;

interface Open { readonly id: string; readonly command: Command; readonly subject?: string; readonly milestone?: string; readonly attempts: Attempt[] }

/** Notes every request and answer of all clients; and loses some answers itself, so that repeats happen on quiet days too. */
export class Recorder {
  readonly #operations = new Map<string, Open>();
  readonly #reads: Read[] = [];
  readonly #tokens = new Map<string, { service: Source; version: number; caseId: string | undefined }>();
  #requests = 0;
  /** False: nothing is lost on purpose any more. */
  lossy = true;

  get history(): History {
    return { operations: [...this.#operations.values()] satisfies Operation[], reads: this.#reads };
  }

  get requests(): number { return this.#requests; }

  /** A `fetch` for the clients of one life. */
  fetchOf(chance: Chance): typeof fetch {
    let count = 0;
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const headers = new Headers(init?.headers);
      const about = init?.method === 'POST' ? commandOf(url.pathname) : undefined;
      const question = `request ${count++}`;
      this.#requests += 1;
      if (!about) return this.#noted(url, headers, await fetch(url, { ...init, headers, signal: AbortSignal.timeout(patienceMs) }));
      const id = headers.get('idempotency-key') ?? randomUUID();
      headers.set('x-correlation-id', id);
      const { milestone } = readable(typeof init?.body === 'string' ? init.body : '');
      const operation = this.#operations.get(id) ?? { id, ...about, ...(milestone ? { milestone } : {}), attempts: [] };
      this.#operations.set(id, operation);
      const sentAt = Date.now();
      const note = (answer?: Attempt['answer']) => operation.attempts.push({ sentAt, endedAt: Date.now(), ...(answer ? { answer } : {}) });
      try {
        const hangsUp = this.lossy && chance.of(question) < hangUpShare;
        const signal = hangsUp ? AbortSignal.timeout(Math.ceil(chance.of(`${question}: after`) * 40)) : AbortSignal.timeout(patienceMs);
        const response = await fetch(url, { ...init, headers, signal });
        const text = await response.text();
        if (this.lossy && chance.of(`${question}: lost`) < lostAnswerShare) throw new Error('answer lost on purpose');
        const body = readable(text);
        const etag = response.headers.get('etag') ?? undefined;
        note({ status: response.status, ...(etag ? { etag } : {}), ...(body.code ? { code: body.code } : {}), ...(body.caseId ? { caseId: body.caseId } : {}) });
        this.#keepToken(response, commands[about.command].service, etag, body.caseId);
        return new Response(text, { status: response.status, headers: response.headers });
      } catch (error) {
        note();
        throw error;
      }
    };
  }

  #keepToken(response: Response, service: Source, etag: string | undefined, caseId: string | undefined): void {
    const token = response.headers.get('x-consistency-token');
    const version = Number(/^"[a-z]+-(\d+)"$/.exec(etag ?? '')?.[1]);
    if (token && version > 0) this.#tokens.set(token, { service, version, caseId });
  }

  /** A timeline that was asked for with tokens has to show what they vouch for. */
  async #noted(url: URL, headers: Headers, response: Response): Promise<Response> {
    const [, caseId] = /^\/api\/v1\/insight\/cases\/([^/]+)\/timeline$/.exec(url.pathname) ?? [];
    const text = await response.text();
    if (caseId && response.ok) {
      const known: Partial<Record<Source, number>> = {};
      for (const token of (headers.get('x-consistency-token') ?? '').split(',')) {
        const seen = this.#tokens.get(token.trim());
        // A life may be about two cases.
        if (seen && seen.caseId === caseId) known[seen.service] = Math.max(known[seen.service] ?? 0, seen.version);
      }
      const shown: Partial<Record<Source, number>> = {};
      for (const { service } of (JSON.parse(text) as { items: { service: Source }[] }).items) shown[service] = (shown[service] ?? 0) + 1;
      this.#reads.push({ at: Date.now(), caseId, known, shown });
    }
    return new Response(text, { status: response.status, headers: response.headers });
  }
}

const readable = (text: string): { code?: string; caseId?: string; milestone?: string } => {
  try {
    return JSON.parse(text) as ReturnType<typeof readable>;
  } catch {
    return {};
  }
};
