import { serviceNames, type ServiceName } from '@lianban/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../settings.js';
import type { GatewaySettings } from '../settings.js';

const askWithinMs = 3_000;
/** However many ask, the services are asked once in so long. */
const keptMs = 1_000;

interface Readiness { readonly status: string; readonly checks?: object; readonly error?: string; readonly copies?: number; readonly readyCopies?: number }
interface AllReadiness { readonly status: 'ready' | 'not-ready'; readonly services: Readonly<Record<string, Readiness>> }

/** Ready only when every service is; each one's lag is reported, not judged. */
@Injectable()
export class ServicesReadiness {
  private last: { readonly until: number; readonly said: Promise<AllReadiness> } | undefined;

  constructor(@Inject(SETTINGS) private readonly settings: Pick<GatewaySettings, 'services'>) {}

  look(now = performance.now()): Promise<AllReadiness> {
    if (!this.last || now >= this.last.until) this.last = { until: now + keptMs, said: this.askAll() };
    return this.last.said;
  }

  private async askAll(): Promise<AllReadiness> {
    const services = Object.fromEntries(await Promise.all(serviceNames.map(async (name) => [name, await this.ask(name)] as const)));
    return { status: Object.values(services).every(({ status }) => status === 'ready') ? 'ready' : 'not-ready', services };
  }

  /** A service is ready when one of its copies is; what that one says, and with several copies how many are. */
  private async ask(name: ServiceName): Promise<Readiness> {
    const copies = await Promise.all(this.settings.services[name].map((url) => this.askCopy(url)));
    const ready = copies.filter(({ status }) => status === 'ready');
    const said = ready[0] ?? copies[0] ?? { status: 'not-ready' };
    return copies.length === 1 ? said : { ...said, copies: copies.length, readyCopies: ready.length };
  }

  private async askCopy(url: string): Promise<Readiness> {
    try {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(askWithinMs) });
      return await answer.json() as Readiness;
    } catch (error) {
      return { status: 'not-ready', error: (error as Error).message };
    }
  }
}
