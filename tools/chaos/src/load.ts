import { setMaxListeners } from 'node:events';
import { ConsistencyJar, LianbanApiError, UnreachableError, type Persona } from '@lianban/tools/client/index';
import { chanceOf } from '@lianban/tools/feed/chance';
import { drawLife } from './lives.js';
import type { Recorder } from './recorder.js';
import { GaveUp, type Desk } from './steps.js';

export interface LoadOptions {
  readonly seed: number;
  readonly desks: number;
  readonly gatewayUrl: string;
  readonly recorder: Recorder;
  readonly token: (persona: Persona, options?: { import?: boolean }) => Promise<string>;
}

export interface Load {
  /** Begins no new lives; those under way go on until they end, or `withinMs` are over. */
  end(withinMs: number): Promise<void>;
  readonly counts: ReadonlyMap<string, number>;
}

/** A desk of the run: what it decides hangs on the seed and its name alone. */
export const deskOf = ({ seed, gatewayUrl, recorder, token }: LoadOptions, name: string, signal: AbortSignal): Desk => {
  const chance = chanceOf(`life ${seed} ${name}`);
  return { name: `chaos:${seed}:${name}`, chance, jar: new ConsistencyJar(), signal, gatewayUrl, fetch: recorder.fetchOf(chance), token };
};

/** Keeps a number of desks busy, one life after the other. */
export const startLoad = (options: LoadOptions): Load => {
  const giveUp = new AbortController();
  // Every pause and request of every desk listens to it.
  setMaxListeners(0, giveUp.signal);
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  let going = true;
  const work = async (number: number) => {
    for (let turn = 0; going; turn += 1) {
      const desk = deskOf(options, `${number}-${turn}`, giveUp.signal);
      const [name, life] = drawLife(desk.chance);
      try {
        await life(desk);
        count(`${name}: told to its end`);
      } catch (error) {
        // Refused by the rules (someone else was faster), or no answer for too long: both belong to it. Anything else is our own mistake.
        if (error instanceof LianbanApiError) count(error.status >= 500 ? 'broken off: unavailable' : `broken off: ${error.problem.code}`);
        else if (error instanceof UnreachableError) count('broken off: no answer');
        else if (error instanceof GaveUp || giveUp.signal.aborted) count('broken off: no reaction');
        else throw error;
      }
    }
  };
  const all = Promise.all(Array.from({ length: options.desks }, (_, number) => work(number)));
  all.catch(() => { going = false; });
  return {
    counts,
    async end(withinMs) {
      going = false;
      const limit = setTimeout(() => giveUp.abort(new GaveUp('the run is over')), withinMs);
      await all.finally(() => clearTimeout(limit));
    },
  };
};
