import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Persona } from '@lianban/tools/cases/case-script';
import { playCase, StillWaitingError } from '@lianban/tools/cases/play-case';
import { LianbanApiError, UnreachableError } from '@lianban/tools/client/index';
import { chanceOf, type Chance } from '@lianban/tools/feed/chance';
import { demand, drawLife, type Told } from './lives.js';
import type { Recorder } from './recorder.js';

export interface LoadOptions {
  readonly seed: number;
  readonly desks: number;
  readonly gatewayUrl: string;
  readonly recorder: Recorder;
  readonly token: (persona: Persona, options: { import: boolean }) => Promise<string>;
}

export interface Load {
  /** Begins no new lives; those under way go on until they end, or `withinMs` are over. */
  end(withinMs: number): Promise<void>;
  readonly counts: ReadonlyMap<string, number>;
}

/** Repeats go on for this long: longer than most faults, shorter than some, so that some commands stay without an answer. */
const patience = { budgetMs: 25_000, firstDelayMs: 50, maxDelayMs: 1_500 };
const reactionWithinMs = 60_000;

/** Plays one life; what is drawn hangs on the seed and the name alone. */
export const playLife = async ({ seed, gatewayUrl, recorder, token }: LoadOptions, name: string, signal: AbortSignal, lifeOf: (chance: Chance) => Told): Promise<void> => {
  const chance = chanceOf(`life ${seed} ${name}`);
  const key = `chaos:${seed}:${name}`;
  const { register, steps } = lifeOf(chance);
  await playCase({ key, register: { ...demand, title: `${demand.title} ${key}`, ...register }, steps }, {
    gatewayUrl, tokenFor: token, patience, reactionWithinMs, fetch: recorder.fetchOf(chance), signal,
    beforeCommand: async (command) => {
      await delay(chance.of(`${command}: think`) * 120, undefined, { signal });
      // Without a key a client must not repeat; a few do without.
      return chance.of(`${command}: key`) < 0.93 ? command : undefined;
    },
  });
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
      const name = `${number}-${turn}`;
      const [what, life] = drawLife(chanceOf(`life ${options.seed} ${name}`));
      try {
        await playLife(options, name, giveUp.signal, life);
        count(`${what}: told to its end`);
      } catch (error) {
        // Refused by the rules (someone else was faster), or no answer for too long: both belong to it. Anything else is our own mistake.
        if (error instanceof LianbanApiError) count(error.status >= 500 ? 'broken off: unavailable' : `broken off: ${error.problem.code}`);
        else if (error instanceof UnreachableError) count('broken off: no answer');
        else if (error instanceof StillWaitingError || giveUp.signal.aborted) count('broken off: no reaction');
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
      const limit = setTimeout(() => giveUp.abort(new Error('the run is over')), withinMs);
      await all.finally(() => clearTimeout(limit));
    },
  };
};
